// How the daemon stands, for whoever looks after it: ready or not, room by room, and what it writes in its own log.
import { z } from 'zod';
import { instantSchema } from './ids.ts';

/** Why calls are not let through now, whatever the policy says: a closed set, for it is told to anybody. */
export const notReadySchema = z.enum(['set-up', 'ledger', 'panic', 'stopping']);
export type NotReady = z.output<typeof notReadySchema>;

/** The answer while it is ready; otherwise `not_ready` with one of the reasons. */
export const readySchema = z.strictObject({ ready: z.literal(true) });

export const roomStateSchema = z.enum(['ok', 'degraded', 'failed']);
export type RoomState = z.output<typeof roomStateSchema>;
export const healthSchema = z.strictObject({
  /** The worst of its rooms. */
  state: roomStateSchema,
  version: z.string(),
  /** Milliseconds since the daemon started. */
  uptimeMs: z.number().nonnegative(),
  rooms: z.array(z.strictObject({ room: z.string(), state: roomStateSchema, text: z.string() })),
});
export type Health = Readonly<z.output<typeof healthSchema>>;
export type RoomHealth = Health['rooms'][number];

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const logLevelSchema = z.enum(LOG_LEVELS);
export type LogLevel = z.output<typeof logLevelSchema>;

/** One line of `daemon/castellan.log`: redacted, one JSON text. */
export const logLineSchema = z.strictObject({
  at: instantSchema,
  level: logLevelSchema,
  /** What happened, as a word: `daemon.started`, `alarm.raised`, `http.failed`. */
  event: z.string(),
  text: z.string(),
  /** Further facts by name: ids, counts, names of ours. */
  about: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type LogLine = Readonly<z.output<typeof logLineSchema>>;

/** `castellan.log`, then `castellan.log.1` (the newest that is full) to `castellan.log.4`. */
export const LOG_FILES = 5;
export const LOG_FILE_BYTES = 10 * 1024 * 1024;

export const logConfigSchema = z.strictObject({
  /** What is written of the daemon's own log: this and what weighs more. */
  level: logLevelSchema.default('info'),
});

export const metricsConfigSchema = z.strictObject({
  /** Where metrics are sent by OTLP over HTTP, JSON: `http://localhost:4318/v1/metrics`. null: nowhere (N4). */
  otlp: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable()
    .default(null),
  everySeconds: z.int().min(1).max(3600).default(60),
});

export const alarmsConfigSchema = z.strictObject({
  /** Mebibytes free on the disk of the state folder below which the alarm is raised. */
  diskFreeMiB: z.int().min(1).max(1_000_000_000).default(512),
  /** Hours a version of a script may wait for a person. */
  scriptHours: z.number().min(0).max(8760).default(24),
  /** Hours after which an alarm that is still open is told again; 0: never. */
  remindHours: z.number().min(0).max(8760).default(24),
});
