// One item of the security checklist: what should be so, what was seen, what to do. And what came of mending it.
import { z } from 'zod';
import { instantSchema } from './ids.ts';

export const checkGroupSchema = z.enum([
  'access',
  'agents',
  'isolation',
  'policy',
  'secrets',
  'evidence',
  'running',
  'reach',
]);
export type CheckGroup = z.output<typeof checkGroupSchema>;

export const checkItemSchema = z.strictObject({
  id: z.string(),
  group: checkGroupSchema,
  /** What should be so. */
  title: z.string(),
  /** unknown: nobody could look, and `evidence` says why. */
  state: z.enum(['good', 'warn', 'bad', 'unknown']),
  /** What was seen. */
  evidence: z.string(),
  /** What to do; empty where nothing is to be done. */
  fix: z.string(),
  /** What Castellan does about it when a person says so (`checks:fix`); left out where a person must do it. */
  mends: z.string().optional(),
});
export type CheckItem = Readonly<z.output<typeof checkItemSchema>>;
export const checksSchema = z.strictObject({ checks: z.array(checkItemSchema) });

/** `done`: one line for each thing that was done or could not be. `item`: as it is seen afterwards; what takes a while still shows what was. */
export const mendedSchema = z.strictObject({ done: z.array(z.string()), item: checkItemSchema });
export type Mended = Readonly<z.output<typeof mendedSchema>>;

/** An item that a person had mended: that it was begun stands in the ledger before anything is done. */
export const checkRecordSchema = z.strictObject({
  kind: z.literal('check'),
  at: instantSchema,
  check: z.string(),
  change: z.enum(['begun', 'mended', 'failed']),
  by: z.string(),
  text: z.string(),
});
