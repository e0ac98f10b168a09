// Records on their way out: what an export is asked for, and collectors that records are sent to as they are written. INVARIANT:
// a credential of a collector is the name of a secret in the vault, never its value; without a row nothing leaves by itself (N4).
import { z } from 'zod';
import { channelNameSchema } from './channel.ts';
import { type ExportForm, exportFormSchema } from './export.ts';
import { instantSchema } from './ids.ts';
import { MAX_QUERY } from './query.ts';
import { parseQuery } from './query-parse.ts';
import { secretNameSchema } from './secret.ts';

/** A query that `parseQuery` reads; empty: every record. */
const queryTextSchema = z
  .string()
  .max(MAX_QUERY)
  .superRefine((text, { addIssue }) => {
    const query = parseQuery(text);
    if (query.ok) return;
    for (const { message, hint } of query.faults)
      addIssue({ code: 'custom', message: hint === undefined ? message : `${message}; ${hint}` });
  })
  .default('');

export const FORWARD_FORMS = ['syslog', 'otlp-logs', 'otlp-traces'] as const satisfies readonly ExportForm[];

/** One collector that records are sent to as they are written. */
export const forwardSchema = z
  .strictObject({
    name: channelNameSchema,
    /** `syslog+tls://host:6514` (RFC 5425), or the address of an OTLP/HTTP collector: `https://host:4318`. */
    to: z.url({ protocol: /^(syslog\+tls|https?)$/ }).max(500),
    /** By default `syslog` to syslog, `otlp-logs` to OTLP. */
    as: z.enum(FORWARD_FORMS).optional(),
    /** Only these, in the words of `castellan log`; empty: every record. */
    query: queryTextSchema,
    /** Where it begins when it is new: with what is recorded from then on, or with the first record. */
    from: z.enum(['now', 'start']).default('now'),
    /** An authority of one's own: an absolute path to PEM. Without it those of the system count. */
    ca: z.string().max(1000).regex(/^\//, { error: 'an absolute path' }).optional(),
    /** `secret:NAME`: sent as `authorization: Bearer …` to an OTLP collector. */
    credential: z.templateLiteral(['secret:', secretNameSchema]).optional(),
  })
  .refine(({ to, as }) => as === undefined || (as === 'syslog') === to.startsWith('syslog+tls:'), {
    error: 'syslog goes to `syslog+tls://`, `otlp-logs` and `otlp-traces` go to `https://`',
    path: ['as'],
  })
  .refine(({ to, credential }) => credential === undefined || !to.startsWith('syslog+tls:'), {
    error: 'syslog over TLS knows no bearer',
    path: ['credential'],
  });
export type Forward = Readonly<z.output<typeof forwardSchema>>;

export const forwardsSchema = z
  .array(forwardSchema)
  .max(16)
  .default([])
  .refine((forwards) => new Set(forwards.map(({ name }) => name)).size === forwards.length, {
    error: 'two of them have the same name',
  });

export const exportQuerySchema = z.strictObject({
  as: exportFormSchema,
  /** As `castellan log` takes it; empty: every record. */
  q: z.string().max(MAX_QUERY).default(''),
});

export const forwardViewSchema = z.strictObject({
  name: channelNameSchema,
  to: z.string(),
  as: z.enum(FORWARD_FORMS),
  query: z.string(),
  /** current: nothing waits. sending: some wait, and are on their way. failing: the last try failed, and is tried again. */
  state: z.enum(['current', 'sending', 'failing']),
  /** Every record before this number was taken, set aside, or is not asked for. */
  sentUntil: z.int().nonnegative(),
  behind: z.int().nonnegative(),
  /** Since this daemon began. */
  sent: z.int().nonnegative(),
  lastSentAt: instantSchema.nullable(),
  /** How many the collector would not take, and the latest of them. */
  setAside: z.int().nonnegative(),
  latestAside: z.array(z.int().nonnegative()),
  fault: z.strictObject({ at: instantSchema, text: z.string(), nextAt: instantSchema.nullable() }).nullable(),
});
export type ForwardView = Readonly<z.output<typeof forwardViewSchema>>;
export const forwardListSchema = z.strictObject({ forwards: z.array(forwardViewSchema) });
export const forwardTestSchema = z.strictObject({ name: z.string(), taken: z.boolean(), text: z.string() });
