// Evidence that left: the forms of an export, and the record of each.
import { z } from 'zod';
import { instantSchema } from './ids.ts';

export const EXPORT_FORMS = ['jsonl', 'csv', 'ocsf', 'cef', 'syslog', 'otlp-logs', 'otlp-traces'] as const;
export const exportFormSchema = z.enum(EXPORT_FORMS);
export type ExportForm = z.output<typeof exportFormSchema>;

/** Records that left, or were kept back: who had them, in which form, which. */
export const exportRecordSchema = z.strictObject({
  kind: z.literal('export'),
  at: instantSchema,
  /** set-aside: a collector took none of it, whatever else it took. */
  change: z.enum(['began', 'done', 'broken-off', 'set-aside']),
  /** `person:mia`, `program:local`, `forward:NAME`. */
  by: z.string(),
  as: exportFormSchema,
  query: z.string().optional(),
  records: z.int().nonnegative().optional(),
  /** The record that was set aside. */
  index: z.int().nonnegative().optional(),
  text: z.string(),
});
