// A pending question to a person, bound to the digest of one call, resolved once (H5, H6).
import { z } from 'zod';
import { effectSchema } from './effect.ts';
import { grantSuggestionSchema } from './grant.ts';
import {
  agentIdSchema,
  approvalIdSchema,
  callIdSchema,
  digestSchema,
  instantSchema,
  sessionIdSchema,
  taskIdSchema,
} from './ids.ts';
import { jsonObjectSchema } from './json.ts';
import { flowSchema } from './label.ts';
import { factorSchema } from './person.ts';
import { reversibilitySchema } from './reversibility.ts';
import { factorProofSchema } from './sign-in.ts';
import { verdictSchema } from './verdict.ts';

export const approvalStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pending') }),
  /** Another pending call touches the same target; it is answered first (G-S08). */
  z.strictObject({ kind: z.literal('queued'), behind: approvalIdSchema }),
  /** `once`: for this call only, though its scope is the task. */
  z.strictObject({
    kind: z.literal('approved'),
    by: z.string(),
    at: instantSchema,
    once: z.boolean().optional(),
    /** The person changed the arguments (H7): what runs instead, redacted, and the digest it is bound to. */
    edited: z.strictObject({ arguments: jsonObjectSchema, digest: digestSchema }).optional(),
    /** The second factor they proved. */
    factor: factorSchema.exclude(['none']).optional(),
  }),
  z.strictObject({ kind: z.literal('denied'), by: z.string(), at: instantSchema, reason: z.string().optional() }),
  z.strictObject({ kind: z.literal('timed-out'), at: instantSchema }),
  z.strictObject({ kind: z.literal('cancelled'), at: instantSchema, why: z.string() }),
]);
export type ApprovalState = Readonly<z.output<typeof approvalStateSchema>>;

/** What a write would change, as lines: redacted, bounded, display text only. */
export const changeSchema = z.strictObject({
  path: z.string(),
  /** new: no such file yet. changed: `lines` are a unified diff. unseen: not text, too large or unreadable; `lines` say which. */
  kind: z.enum(['new', 'changed', 'unseen']),
  lines: z.array(z.string()).readonly(),
  /** Lines left out of `lines` because there are too many. */
  omitted: z.int().nonnegative(),
});
export type Change = Readonly<z.output<typeof changeSchema>>;

/** How calls like this one were answered before, by people. */
const answeredSchema = z.strictObject({
  approved: z.int().nonnegative(),
  denied: z.int().nonnegative(),
  timedOut: z.int().nonnegative(),
  lastAt: instantSchema.nullable(),
});
export type Answered = Readonly<z.output<typeof answeredSchema>>;

export const approvalSchema = z.strictObject({
  id: approvalIdSchema,
  call: callIdSchema,
  digest: digestSchema,
  agent: agentIdSchema,
  agentName: z.string(),
  task: taskIdSchema,
  taskTitle: z.string(),
  session: sessionIdSchema,
  subagent: z.string().optional(),
  module: z.string(),
  tool: z.string(),
  /** One deterministic sentence: what would happen. Display text, never an input to a decision. */
  summary: z.string(),
  /** Redacted, otherwise whole: nothing is elided here. */
  arguments: jsonObjectSchema,
  cwd: z.string(),
  effects: z.array(effectSchema).readonly(),
  /** Labelled content among the arguments: what would leave, and where it came from (C01). */
  flows: z.array(flowSchema).readonly().default([]),
  /** What writes would change. */
  changes: z.array(changeSchema).readonly().default([]),
  /** Whether it could be taken back, as far as can be told before it runs (U1); absent: it changes nothing. */
  reversibility: reversibilitySchema.optional(),
  /** Worst first: reads, changes, deletes, sends, runs, unknown. */
  risk: z.array(z.string()).readonly(),
  verdict: verdictSchema,
  suggestions: z.array(grantSuggestionSchema).readonly(),
  /** For a per-task call: what approving it also allows for the rest of the task, and until when. null: this call only. */
  taskGrant: z.string().nullable(),
  /** Before this one, of this agent: the same action, and the same tool. */
  before: z.strictObject({ same: answeredSchema, tool: answeredSchema }).optional(),
  /** Machine-written words for `summary` (H10): display text, marked as what it is, never an input to anything. */
  phrasing: z.strictObject({ text: z.string().max(300), model: z.string() }).optional(),
  /** Approving needs a second factor: a Critical rule asked, and somebody here has one (A11). */
  factorNeeded: z.boolean().default(false),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  state: approvalStateSchema,
});
export type Approval = Readonly<z.output<typeof approvalSchema>>;

/** `arguments`: where the person edited them, so that the passkey is asked about what would run. */
export const approvalFactorSchema = z.strictObject({ arguments: jsonObjectSchema.optional() });

export const resolveRequestSchema = z.discriminatedUnion('answer', [
  /**
   * `digest`: what the person saw; a different one is refused. `grant`: a suggestion's key, made together with the
   * approval. `once`: this call only, also where the call's scope is the task.
   */
  z.strictObject({
    answer: z.literal('approve'),
    digest: digestSchema,
    grant: z.string().optional(),
    once: z.boolean().default(false),
    /** Runs with these instead (H7); decided anew, and only allowed or asked for, never past a deny. */
    arguments: jsonObjectSchema.optional(),
    /** Where `factorNeeded`. */
    factor: factorProofSchema.optional(),
  }),
  z.strictObject({ answer: z.literal('deny'), reason: z.string().max(500).optional() }),
]);
export type ResolveRequest = Readonly<z.output<typeof resolveRequestSchema>>;
