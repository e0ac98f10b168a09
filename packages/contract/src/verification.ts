// Whether an agent is held: how it is connected, what is known to get past that, and what canaries through the real client proved.
import { z } from 'zod';
import { agentIdSchema, digestSchema, instantSchema } from './ids.ts';

/** Agents and clients that `castellan connect` can put behind the gate. */
export const connectorNameSchema = z.enum([
  'claude-code',
  'opencode',
  'codex',
  'claude-desktop',
  'cursor',
  'vscode',
  'windsurf',
  'gemini-cli',
  'goose',
  'zed',
]);
export type ConnectorName = z.output<typeof connectorNameSchema>;

/**
 * Where the entries stand. user: the person's own settings; project: one folder's; isolated: a folder of ours that only `run`
 * starts with; managed: the machine's, which the client cannot be started without.
 */
export const connectScopeSchema = z.enum(['user', 'project', 'isolated', 'managed']);
export type ConnectScope = z.output<typeof connectScopeSchema>;

/** hooks: its own tools, each asked about by a hook or plug-in. gateway: what it can do it does through our MCP endpoint. */
export const connectModeSchema = z.enum(['hooks', 'gateway']);
export type ConnectMode = z.output<typeof connectModeSchema>;

/** A way past the gate that the client makes impossible to close. */
export const gapSchema = z.strictObject({
  /** `claude-code/at-file`. */
  id: z.string().regex(/^[a-z-]+\/[a-z0-9-]+$/),
  /** What gets past, in one line. */
  way: z.string(),
  /** What closes it all the same, where something does: another scope, a flag, a setting. Null: nothing. */
  closedBy: z.string().nullable(),
  /** How a person is told when it is used; null: it cannot be seen. */
  alarm: z.string().nullable(),
});
export type Gap = Readonly<z.output<typeof gapSchema>>;

/** What a canary was about. */
export const situationSchema = z.enum([
  'settings',
  'allowed',
  'denied',
  'confirmed',
  'timed-out',
  'daemon-down',
  'way',
]);
export type Situation = z.output<typeof situationSchema>;

/** One thing a verification looked at, and what it saw. */
export const verifyCheckSchema = z.strictObject({
  id: z.string().max(100),
  /** Which of the client's ways to act: `shell`, `file`, `gateway`, `sub-agent`. */
  surface: z.string().max(60),
  situation: situationSchema,
  title: z.string().max(300),
  ok: z.boolean(),
  seen: z.string().max(2000),
});
export type VerifyCheck = Readonly<z.output<typeof verifyCheckSchema>>;

export const verificationSchema = z.strictObject({
  agent: agentIdSchema,
  /** running: `checks` holds those that are done. failed: it could not be carried out, and `text` says why. */
  state: z.enum(['running', 'held', 'not-held', 'failed']),
  /** Of the client; null: it does not say. */
  version: z.string().max(100).nullable(),
  /** Of how it was connected: scope, mode and what was written. Another one is not proven by this. */
  entries: digestSchema.optional(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  checks: z.array(verifyCheckSchema),
  text: z.string(),
});
export type Verification = Readonly<z.output<typeof verificationSchema>>;

/** How one agent stands behind the gate. */
export const standingSchema = z.strictObject({
  agent: agentIdSchema,
  /** Null: whatever it is, it was connected by hand (`castellan connect mcp`) or asks by the API. */
  connector: connectorNameSchema.nullable(),
  title: z.string(),
  scope: connectScopeSchema.nullable(),
  mode: connectModeSchema.nullable(),
  /** Installed now; null: not found, or it does not say. */
  version: z.string().nullable(),
  /** Whether this version is one the suite of real clients was run with. */
  known: z.boolean(),
  /** Announced, worst first: what of its ways stays open as it is connected. */
  gaps: z.array(gapSchema),
  /** The last one, or the one that runs. */
  verification: verificationSchema.nullable(),
  /** Why it should be proven again; empty: no reason. */
  due: z.string(),
});
export type Standing = Readonly<z.output<typeof standingSchema>>;
export const standingListSchema = z.strictObject({ standings: z.array(standingSchema) });

/** config.yaml `verify`: canaries cost a few seconds of the real client and no model key. */
export const verifyConfigSchema = z.strictObject({
  /** Days between verifications of each agent that can be verified; 0: never by itself. */
  everyDays: z.int().min(0).max(365).default(7),
  /** Whether another version of a client is proven as soon as it is seen. */
  onUpgrade: z.boolean().default(true),
});

/** What a verification through the real client came to (K6). */
export const verificationRecordSchema = z.strictObject({
  kind: z.literal('verification'),
  at: instantSchema,
  agent: agentIdSchema,
  /** Of the client; null: it does not say. */
  version: z.string().max(100).nullable(),
  held: z.boolean(),
  /** How many checks, and those that failed. */
  text: z.string().max(2000),
});
