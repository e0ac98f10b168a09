// Schedules: when an approved script or an agent's task is started by itself (S9). The same gate stands before what it does.
import { z } from 'zod';
import { agentIdSchema, digestSchema, instantSchema, runIdSchema, scheduleIdSchema, sessionIdSchema } from './ids.ts';
import { upstreamNameSchema } from './model.ts';
import { scriptArgumentsSchema, scriptNameSchema } from './script.ts';

/** What a schedule starts. An agent's task is its prompt, run as `castellan run` would with nobody at the terminal. */
export const scheduleTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('script'),
    script: scriptNameSchema,
    /** Always this version; absent: the one approved at the time. */
    digest: digestSchema.optional(),
    args: scriptArgumentsSchema,
  }),
  z.strictObject({
    kind: z.literal('agent'),
    agent: agentIdSchema,
    prompt: z.string().min(1).max(20_000),
    /** Absolute: the project it works in. */
    workspace: z.string().startsWith('/').max(4096),
    minutes: z.int().min(1).max(720).default(30),
    /** A model server of the broker, as `castellan run --model-upstream` names it. */
    modelUpstream: upstreamNameSchema.optional(),
  }),
]);
export const scheduleDraftSchema = z.strictObject({
  name: z.string().min(1).max(80),
  target: scheduleTargetSchema,
  /** Five fields (minute, hour, day of month, month, day of week), or six with seconds first, or `@daily` and the like. */
  cron: z.string().min(1).max(100),
  /** An IANA time zone: `Europe/Berlin`. */
  timeZone: z.string().min(1).max(64),
  /** When it is due while the last one still runs: left out and noted, or begun when that one has ended (one at most waits). */
  overlap: z.enum(['skip', 'queue']).default('skip'),
  /** When the daemon was not running at the time: left out and noted, or begun once when it is back. */
  missed: z.enum(['skip', 'once']).default('skip'),
  /** At most this many times; null: without end. */
  times: z.int().positive().nullable().default(null),
});
export type ScheduleDraft = Readonly<z.output<typeof scheduleDraftSchema>>;
export const scheduleChangeSchema = z.strictObject({
  name: scheduleDraftSchema.shape.name.optional(),
  cron: scheduleDraftSchema.shape.cron.optional(),
  timeZone: scheduleDraftSchema.shape.timeZone.optional(),
  overlap: z.enum(['skip', 'queue']).optional(),
  missed: z.enum(['skip', 'once']).optional(),
  paused: z.boolean().optional(),
});
/** One time a schedule was due. */
export const occasionSchema = z.strictObject({
  dueAt: instantSchema,
  startedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  outcome: z.enum(['running', 'succeeded', 'failed', 'skipped', 'missed', 'unknown']),
  /** One line: why it was left out or failed. */
  text: z.string(),
  run: runIdSchema.optional(),
  session: sessionIdSchema.optional(),
  /** A person pressed run now. */
  by: z.string().optional(),
});
export type Occasion = Readonly<z.output<typeof occasionSchema>>;
export const scheduleSchema = scheduleDraftSchema.extend({
  id: scheduleIdSchema,
  createdBy: z.string(),
  createdAt: instantSchema,
  paused: z.boolean(),
  /** What `cron` means, in words: `at 07:30, Monday to Friday`. */
  words: z.string(),
  /** Times it was started. */
  started: z.int().nonnegative(),
  nextAt: instantSchema.nullable(),
  last: occasionSchema.nullable(),
  /** What stands in its way now, in one line: the script is not approved, the agent is gone. */
  why: z.string().nullable(),
});
export type Schedule = Readonly<z.output<typeof scheduleSchema>>;
export const scheduleListSchema = z.strictObject({ schedules: z.array(scheduleSchema) });
export const scheduleViewSchema = z.strictObject({
  schedule: scheduleSchema,
  /** The next five times, in its zone. */
  next: z.array(instantSchema).readonly(),
  occasions: z.array(occasionSchema).readonly(),
});
export type ScheduleView = Readonly<z.output<typeof scheduleViewSchema>>;
/** What a cron expression means, before it is kept. */
export const schedulePreviewSchema = z.strictObject({
  cron: scheduleDraftSchema.shape.cron,
  timeZone: scheduleDraftSchema.shape.timeZone,
});
export const schedulePreviewResponseSchema = z.strictObject({ words: z.string(), next: z.array(instantSchema) });
