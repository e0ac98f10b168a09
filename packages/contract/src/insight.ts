// What the screens show beyond the vocabulary itself: activity, fatigue, checks, rules as text, a call tried out.
import { z } from 'zod';
import { decidedBySchema } from './decision.ts';
import { effectSchema } from './effect.ts';
import { agentIdSchema, callIdSchema, digestSchema, instantSchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { jsonObjectSchema } from './json.ts';
import { outcomeSchema } from './level.ts';
import { MAX_QUERY } from './query.ts';
import { outcomeStatusSchema } from './record.ts';
import { verdictSchema } from './verdict.ts';
import { connectModeSchema, connectorNameSchema, connectScopeSchema, gapSchema } from './verification.ts';

export const activityQuerySchema = z.strictObject({
  /** Position before which to look: the last row's. */
  before: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** What they must fit, as `parseQuery` reads it; nothing: all. */
  q: z.string().max(MAX_QUERY).optional(),
});
export const activityRowSchema = z.strictObject({
  position: z.int().nonnegative(),
  at: instantSchema,
  call: callIdSchema,
  agent: agentIdSchema,
  agentName: z.string(),
  task: taskIdSchema,
  taskTitle: z.string(),
  session: sessionIdSchema,
  /** The sub-agent of the session that made it; null: the session itself. */
  subagent: z.string().nullable(),
  module: z.string(),
  tool: z.string(),
  summary: z.string(),
  risk: z.array(z.string()).readonly(),
  outcome: outcomeSchema,
  /** null: still waiting or running. */
  by: decidedBySchema.nullable(),
  /** The person, where one answered. */
  person: z.string().nullable(),
  status: outcomeStatusSchema.nullable(),
});
export type ActivityRow = Readonly<z.output<typeof activityRowSchema>>;
export const activitySchema = z.strictObject({
  rows: z.array(activityRowSchema),
  /**
   * null: there is nothing older. A page looks at so much of the ledger and no more: with a query it may have few rows, or
   * none, and the next one goes on here.
   */
  before: z.int().nullable(),
  /** It stopped before the page was full: what is older than this was not looked at. Null: it did not stop. */
  searchedTo: instantSchema.nullable(),
  /** Records that cannot be found yet, because the index is still being made. */
  behind: z.int().nonnegative(),
});

/** How tired the asking makes (H12), over the last 24 hours and per agent. */
export const fatigueSchema = z.strictObject({
  since: instantSchema,
  prompts: z.int().nonnegative(),
  promptsPerHour: z.number().nonnegative(),
  /** In milliseconds; null without any answer. */
  medianDecisionMs: z.number().nonnegative().nullable(),
  /** Approved in under 1.5 s: too quickly to have been read. */
  blind: z.int().nonnegative(),
  approved: z.int().nonnegative(),
  denied: z.int().nonnegative(),
  timedOut: z.int().nonnegative(),
  /** Prompts in each of the last 24 hours, oldest first. */
  hours: z.array(z.int().nonnegative()).readonly(),
  /** Fewer prompts at equal risk. */
  suggestions: z
    .array(
      z.strictObject({
        text: z.string(),
        agent: agentIdSchema.nullable(),
        module: z.string(),
        tool: z.string(),
        prompts: z.int().positive(),
      }),
    )
    .readonly(),
});
export type Fatigue = Readonly<z.output<typeof fatigueSchema>>;

export const ruleFileTextSchema = z.strictObject({
  /** `rules/mine.yaml`. */
  path: z.string(),
  source: z.enum(['shipped', 'user']),
  text: z.string(),
  digest: digestSchema,
  tests: z.array(z.strictObject({ rule: z.string(), name: z.string(), passed: z.boolean(), text: z.string() })),
});
export const ruleFilesSchema = z.strictObject({ files: z.array(ruleFileTextSchema) });
/** `was`: digest of what the person saw; null for a file that is new. A file with faults or failing tests is not written. */
export const ruleFileChangeSchema = z.strictObject({
  path: z.string().regex(/^rules\/[a-z0-9][a-z0-9_-]{0,63}\.yaml$/),
  text: z.string().max(262_144),
  was: digestSchema.nullable(),
});

export const tryRequestSchema = z.strictObject({
  tool: z.string().min(1).max(300),
  input: jsonObjectSchema,
  cwd: z.string().min(1).max(4096),
  agent: agentIdSchema.optional(),
  /** As if a person sat at the agent's terminal: without one `ask` becomes `confirm`. */
  attended: z.boolean().default(false),
  /** Tried with this instead of what is in force. */
  preset: z.enum(['supervised', 'autonomous', 'full-auto']).optional(),
});
export const tryAnswerSchema = z.strictObject({
  verdict: verdictSchema,
  effects: z.array(effectSchema).readonly(),
  summary: z.string(),
  risk: z.array(z.string()).readonly(),
});

/** An agent that is installed on this machine. */
export const foundAgentSchema = z.strictObject({
  connector: connectorNameSchema,
  /** Where connecting it puts the entries, and how it is held then. */
  scope: connectScopeSchema,
  mode: connectModeSchema,
  name: z.string(),
  version: z.string().nullable(),
  /** Already connected as. */
  agent: agentIdSchema.nullable(),
  /** Files that connecting changes, with what would be put in. */
  changes: z.array(z.strictObject({ path: z.string(), text: z.string() })).readonly(),
  /** What a person should know before they say yes. */
  warnings: z.array(z.string()).readonly(),
  /** What stays open, announced. */
  gaps: z.array(gapSchema).readonly(),
  /** Why it cannot be connected; empty when it can. */
  text: z.string(),
});
export const foundAgentsSchema = z.strictObject({ found: z.array(foundAgentSchema) });
export const connectFoundSchema = z.strictObject({ connector: connectorNameSchema });
/** The call waits under this agent's name; what it is answered with shows in the inbox and in the activity. */
export const testCallSchema = z.strictObject({ agent: agentIdSchema });
