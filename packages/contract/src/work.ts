// Who works on what: agents, tasks and sessions.
import { z } from 'zod';
import { agentIdSchema, instantSchema, sessionIdSchema, taskIdSchema } from './ids.ts';

export const agentKindSchema = z.enum(['claude-code', 'opencode', 'codex', 'mcp', 'demo', 'castellan', 'other']);
export type AgentKind = z.output<typeof agentKindSchema>;

export const agentSchema = z.strictObject({
  id: agentIdSchema,
  kind: agentKindSchema,
  /** What a person calls it. */
  name: z.string().min(1).max(80),
  /** Settings files whose hooks are watched, absolute. */
  watched: z.array(z.string()),
  /** How long the agent's host waits for a hook, in seconds; approvals end before it. */
  hookTimeoutSeconds: z.int().positive(),
  /** Whether the gateway offers it our own file, search and command tools: what it has in place of its own. */
  tools: z.boolean().default(false),
  createdAt: instantSchema,
  lastSeenAt: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
  /** Since when nothing it asks for runs, and why; a person thaws it. */
  frozen: z.strictObject({ at: instantSchema, why: z.string() }).nullable().default(null),
});
export type Agent = Readonly<z.output<typeof agentSchema>>;

export const taskSchema = z.strictObject({
  id: taskIdSchema,
  agent: agentIdSchema,
  /** Redacted; the first prompt's first line where the user named none. */
  title: z.string().max(200),
  createdAt: instantSchema,
  endedAt: instantSchema.nullable(),
});
export type Task = Readonly<z.output<typeof taskSchema>>;

export const sessionSchema = z.strictObject({
  id: sessionIdSchema,
  agent: agentIdSchema,
  task: taskIdSchema,
  /** The agent's own id of the session. */
  externalId: z.string().max(200),
  workspace: z.string(),
  /** Whether a person sits at the agent's terminal; without one `ask` becomes `confirm`. */
  interactive: z.boolean(),
  /** Its run was begun where nobody can be asked: what would need a person is refused at once. Never taken back. */
  nobodyToAsk: z.literal(true).optional(),
  /** The session within which its run was begun, as far as that run says so. */
  parent: sessionIdSchema.optional(),
  startedAt: instantSchema,
  lastSeenAt: instantSchema,
  endedAt: instantSchema.nullable(),
});
export type Session = Readonly<z.output<typeof sessionSchema>>;
