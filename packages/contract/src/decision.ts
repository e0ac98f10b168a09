// What a surface is told: run exactly these arguments, ask in your own terminal, or do not run and why.
import { z } from 'zod';
import { callIdSchema, digestSchema } from './ids.ts';
import { jsonObjectSchema } from './json.ts';
import { reasonSchema } from './verdict.ts';

/** Who or what decided, as L1 records it. */
export const decidedBySchema = z.enum([
  'auto-allowed',
  'grant',
  'user-approved',
  'user-denied',
  'rule',
  'timeout',
  'cancelled',
  'agent-prompt',
  'error',
]);
export type DecidedBy = z.output<typeof decidedBySchema>;

export const refusalSchema = z.enum(['denied', 'timed-out', 'cancelled', 'not-recorded', 'failed']);
export type Refusal = z.output<typeof refusalSchema>;

const told = {
  call: callIdSchema,
  /** One line for the agent: what happened and what it may do next. */
  message: z.string(),
  /** Everything that applied, advice included, the deciding one first. */
  reasons: z.array(reasonSchema).readonly(),
};

export const decisionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('run'),
    ...told,
    digest: digestSchema,
    arguments: jsonObjectSchema,
    by: decidedBySchema,
  }),
  z.strictObject({ kind: z.literal('ask'), ...told, digest: digestSchema, arguments: jsonObjectSchema }),
  z.strictObject({ kind: z.literal('refused'), ...told, refusal: refusalSchema, by: decidedBySchema }),
]);
export type Decision = Readonly<z.output<typeof decisionSchema>>;
