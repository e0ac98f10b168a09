// Records: what the ledger holds, one JSON text each. Attempts and outcomes are separate and linked by the call's id (L1).
import { z } from 'zod';
import { alarmSchema } from './alarm.ts';
import { approvalStateSchema } from './approval.ts';
import { originSchema } from './call.ts';
import { checkRecordSchema } from './check.ts';
import { decidedBySchema } from './decision.ts';
import { effectSchema } from './effect.ts';
import { sealedRecordSchema } from './evidence.ts';
import { exportRecordSchema } from './export.ts';
import {
  agentIdSchema,
  approvalIdSchema,
  callIdSchema,
  digestSchema,
  grantIdSchema,
  instantSchema,
  runIdSchema,
  scheduleIdSchema,
  sessionIdSchema,
  signInIdSchema,
  taskIdSchema,
} from './ids.ts';
import { incidentStepRecordSchema } from './incident.ts';
import { connectionRecordSchema } from './isolation.ts';
import { jsonValueSchema } from './json.ts';
import { flowSchema, labelSchema } from './label.ts';
import { factorSchema } from './person.ts';
import { modelRecordSchema, secretRecordSchema, vaultRecordSchema } from './record-secrets.ts';
import { parserOf } from './result.ts';
import { reversibilitySchema } from './reversibility.ts';
import { callScriptSchema, scriptNameSchema } from './script.ts';
import { secretNameSchema } from './secret.ts';
import { terminalRecordSchema } from './terminal.ts';
import { verdictSchema } from './verdict.ts';
import { verificationRecordSchema } from './verification.ts';

const at = { at: instantSchema };

export const attemptRecordSchema = z.strictObject({
  kind: z.literal('attempt'),
  ...at,
  call: callIdSchema,
  agent: agentIdSchema,
  task: taskIdSchema,
  session: sessionIdSchema,
  subagent: z.string().optional(),
  module: z.string(),
  tool: z.string(),
  origin: originSchema,
  /** Of a call that a script made. */
  script: callScriptSchema.optional(),
  externalId: z.string().optional(),
  cwd: z.string(),
  workspace: z.string(),
  /** Redacted. */
  arguments: jsonValueSchema,
  /** Of the call as decided, before redaction: what an approval is bound to. */
  digest: digestSchema,
  effects: z.array(effectSchema).readonly(),
  /** Labelled content found in the arguments. */
  flows: z.array(flowSchema).readonly().optional(),
  /** What its result is labelled, if it runs. */
  labels: z.array(labelSchema).readonly().optional(),
  verdict: verdictSchema,
});

export const approvalRecordSchema = z.strictObject({
  kind: z.literal('approval'),
  ...at,
  approval: approvalIdSchema,
  call: callIdSchema,
  digest: digestSchema,
  state: approvalStateSchema,
});

export const outcomeStatusSchema = z.enum(['succeeded', 'failed', 'refused', 'interrupted', 'unknown']);
export const outcomeRecordSchema = z.strictObject({
  kind: z.literal('outcome'),
  ...at,
  call: callIdSchema,
  status: outcomeStatusSchema,
  by: decidedBySchema,
  /** Why it was refused or failed: redacted, one line. */
  text: z.string().optional(),
  durationMs: z.number().nonnegative().optional(),
  /** Of the redacted result as canonical JSON; the result itself stays with the agent. */
  resultDigest: digestSchema.optional(),
  /** Tokens the agent says it spent since its last report. */
  tokens: z.int().nonnegative().optional(),
  /** What of it can be taken back (U1). Absent: it changed nothing. */
  reversibility: reversibilitySchema.optional(),
});

export const grantRecordSchema = z.strictObject({
  kind: z.literal('grant'),
  ...at,
  grant: grantIdSchema,
  change: z.enum(['created', 'revoked', 'ended']),
  by: z.string(),
  text: z.string(),
});
export const policyRecordSchema = z.strictObject({
  kind: z.literal('policy'),
  ...at,
  change: z.enum(['loaded', 'rejected']),
  policy: digestSchema,
  by: z.string(),
  faults: z.array(z.string()).default([]),
});
export const daemonRecordSchema = z.strictObject({
  kind: z.literal('daemon'),
  ...at,
  /** `copied`: the state went into a copy. `restored`, `upgraded`, `database-recovered`: it is another one than was stopped. */
  change: z.enum(['started', 'stopped', 'copied', 'restored', 'upgraded', 'database-recovered']),
  version: z.string(),
  /** Who asked for it, where somebody did. */
  by: z.string().optional(),
  text: z.string().optional(),
});
export const agentRecordSchema = z.strictObject({
  kind: z.literal('agent'),
  ...at,
  agent: agentIdSchema,
  change: z.enum(['connected', 'changed', 'disconnected', 'frozen', 'thawed', 'model-key']),
  by: z.string(),
  text: z.string(),
});
export const sessionRecordSchema = z.strictObject({
  kind: z.literal('session'),
  ...at,
  session: sessionIdSchema,
  agent: agentIdSchema,
  task: taskIdSchema,
  /** `left-running`: a program that a call of it began goes on after the call (I6). `prompted`, `paused`, `stopped`, `resumed`: where a turn and its budgets begin again, and what holds them (G-S06). */
  change: z.enum([
    'started',
    'named',
    'prompted',
    'paused',
    'stopped',
    'resumed',
    'ended',
    'subagent-started',
    'subagent-ended',
    'left-running',
  ]),
  /** Of one that was started within another. */
  parent: sessionIdSchema.optional(),
  text: z.string().optional(),
});
/** A planted secret was touched: what by, and where. The agent's freeze and thaw are agent records. */
export const incidentRecordSchema = z.strictObject({
  kind: z.literal('incident'),
  ...at,
  incident: z.literal('canary'),
  secret: secretNameSchema,
  agent: agentIdSchema.optional(),
  call: callIdSchema.optional(),
  /** Where it was seen: in a call's arguments, in its result, in a model request, read from its file. */
  seen: z.enum(['arguments', 'result', 'model-request', 'file']),
  text: z.string(),
});
/** Whoever signed in, tried to, or was signed out (A8, L5). */
export const signInRecordSchema = z.strictObject({
  kind: z.literal('sign-in'),
  ...at,
  /** The name that was given: also one that nobody has. */
  who: z.string(),
  change: z.enum([
    'succeeded',
    'failed',
    'held-off',
    /** The password was right; the second factor is still to come, and may never. */
    'factor-asked',
    'factor-failed',
    'signed-out',
    'revoked',
    'reused',
    'expired',
  ]),
  address: z.string(),
  client: z.string(),
  factor: factorSchema,
  signIn: signInIdSchema.optional(),
  text: z.string(),
});
/** What became of a person's account, factors or tokens. */
export const personRecordSchema = z.strictObject({
  kind: z.literal('person'),
  ...at,
  who: z.string(),
  change: z.enum([
    'created',
    'invited',
    'joined',
    'role',
    'disabled',
    'enabled',
    'removed',
    'password',
    'factor-added',
    'factor-removed',
    'recovery-codes',
    'recovery-code-used',
    'token-made',
    'token-revoked',
  ]),
  by: z.string(),
  text: z.string(),
});
/** One message to a person through a channel (H3). */
export const noticeRecordSchema = z.strictObject({
  kind: z.literal('notice'),
  ...at,
  channel: z.string(),
  change: z.enum(['sent', 'failed', 'given-up', 'answered', 'refused']),
  /** What it was about: an approval, an alarm, a test. */
  about: z.string(),
  tries: z.int().nonnegative(),
  text: z.string(),
});
/** What became of a module's server and of what a person accepted of it (M3, M4, M6). */
export const moduleRecordSchema = z.strictObject({
  kind: z.literal('module'),
  ...at,
  module: z.string(),
  change: z.enum([
    'added',
    'removed',
    'accepted',
    'quarantined',
    'started',
    'stopped',
    'crashed',
    'refused',
    'signed-in',
    'signed-out',
    'moved-in',
    'moved-out',
  ]),
  by: z.string(),
  /** Of what was accepted or seen. */
  digest: digestSchema.optional(),
  text: z.string(),
});
/** What became of a version of a script: who proposed, answered, ran it (S3, S10). */
export const scriptRecordSchema = z.strictObject({
  kind: z.literal('script'),
  ...at,
  script: scriptNameSchema.nullable(),
  digest: digestSchema,
  change: z.enum([
    'proposed',
    'approved',
    'rejected',
    'disabled',
    'restored',
    'superseded',
    'tested',
    'run-started',
    'run-ended',
    'refused',
  ]),
  by: z.string(),
  run: runIdSchema.optional(),
  agent: agentIdSchema.optional(),
  task: taskIdSchema.optional(),
  factor: factorSchema.exclude(['none']).optional(),
  /** Redacted. */
  text: z.string(),
});
/** What became of a schedule, and each time it was due (S9). */
export const scheduleRecordSchema = z.strictObject({
  kind: z.literal('schedule'),
  ...at,
  schedule: scheduleIdSchema,
  change: z.enum(['made', 'changed', 'paused', 'resumed', 'removed', 'started', 'ended', 'skipped', 'missed']),
  by: z.string(),
  run: runIdSchema.optional(),
  session: sessionIdSchema.optional(),
  text: z.string(),
});
/** Who ended it, where a person did: `person:mia`. */
const endedBy = { by: z.string().optional() };
export const alarmRecordSchema = z.strictObject({ kind: z.literal('alarm'), ...at, alarm: alarmSchema, ...endedBy });
/** A request turned away at the door, or an input no call could be made of. */
export const refusalRecordSchema = z.strictObject({
  kind: z.literal('refusal'),
  ...at,
  who: z.string(),
  what: z.string(),
  text: z.string(),
});
/** A record longer than one log entry is written as parts first; the record that follows names how many. */
export const partRecordSchema = z.strictObject({
  kind: z.literal('part'),
  of: z.string(),
  n: z.int().nonnegative(),
  text: z.string(),
});
export const joinedRecordSchema = z.strictObject({
  kind: z.literal('joined'),
  of: z.string(),
  parts: z.int().positive(),
  digest: digestSchema,
});

export const recordSchema = z.discriminatedUnion('kind', [
  attemptRecordSchema,
  approvalRecordSchema,
  outcomeRecordSchema,
  grantRecordSchema,
  policyRecordSchema,
  daemonRecordSchema,
  agentRecordSchema,
  sessionRecordSchema,
  alarmRecordSchema,
  refusalRecordSchema,
  secretRecordSchema,
  vaultRecordSchema,
  modelRecordSchema,
  connectionRecordSchema,
  incidentRecordSchema,
  incidentStepRecordSchema,
  signInRecordSchema,
  personRecordSchema,
  noticeRecordSchema,
  terminalRecordSchema,
  moduleRecordSchema,
  scriptRecordSchema,
  scheduleRecordSchema,
  verificationRecordSchema,
  sealedRecordSchema,
  exportRecordSchema,
  checkRecordSchema,
]);
export type LedgerRecord = Readonly<z.output<typeof recordSchema>>;
export type AttemptRecord = Readonly<z.output<typeof attemptRecordSchema>>;
export type OutcomeRecord = Readonly<z.output<typeof outcomeRecordSchema>>;
export type OutcomeStatus = z.output<typeof outcomeStatusSchema>;
export const parseRecord = parserOf(recordSchema);
