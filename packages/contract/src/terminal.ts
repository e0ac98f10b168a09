// A terminal of a session that `castellan run` started, as it is watched and answered elsewhere. Output and input travel as
// text; what is shown passes the redactor as everything else does.
import { z } from 'zod';
import { agentIdSchema, instantSchema, terminalIdSchema } from './ids.ts';

const size = { columns: z.int().min(2).max(1000), rows: z.int().min(2).max(1000) };

export const terminalSchema = z.strictObject({
  id: terminalIdSchema,
  agent: agentIdSchema,
  agentName: z.string(),
  /** What was started, for a person. */
  title: z.string().max(200),
  ...size,
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  exitCode: z.int().nullable(),
  /** Who has it open now. */
  watchers: z.array(z.string()).readonly(),
});
export type Terminal = Readonly<z.output<typeof terminalSchema>>;
export const terminalListSchema = z.strictObject({ terminals: z.array(terminalSchema) });

/** Ids stand in the ledger; this is told to whoever holds the terminal and to nobody else. */
const terminalKeySchema = z.string().regex(/^[0-9a-f]{64}$/);

/** What the program that holds the terminal opens it with. */
export const terminalOpenSchema = z.strictObject({
  agent: agentIdSchema,
  title: z.string().max(200),
  ...size,
  /** The one it held before its connection was lost, and what only its program was told of it. */
  terminal: terminalIdSchema.optional(),
  key: terminalKeySchema.optional(),
});

/** From the program that holds the terminal. The first message is `open`. */
export const hostMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('open'), terminal: terminalOpenSchema }),
  z.strictObject({ kind: z.literal('output'), text: z.string().max(262_144) }),
  z.strictObject({ kind: z.literal('size'), ...size }),
  z.strictObject({ kind: z.literal('exit'), code: z.int().nullable() }),
]);
export type HostMessage = Readonly<z.output<typeof hostMessageSchema>>;
/** To it. */
export const hostAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('opened'), terminal: terminalIdSchema, key: terminalKeySchema }),
  z.strictObject({ kind: z.literal('input'), text: z.string() }),
  z.strictObject({ kind: z.literal('refused'), why: z.string() }),
]);
export type HostAnswer = Readonly<z.output<typeof hostAnswerSchema>>;

/** From a watcher. */
export const watcherMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('input'), text: z.string().min(1).max(65_536) }),
]);
export type WatcherMessage = Readonly<z.output<typeof watcherMessageSchema>>;
/** To a watcher. `seq`: of the last character shown, so that a page that was away goes on where it was. */
export const watcherAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('screen'),
    terminal: terminalSchema,
    /** Scroll-back that is still kept. */
    text: z.string(),
    seq: z.int().nonnegative(),
    /** Whether what is typed here arrives, and why not. It may change: then this comes again, with nothing new to show. */
    mayType: z.boolean(),
    why: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('output'), text: z.string(), seq: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal('size'), ...size }),
  z.strictObject({ kind: z.literal('watchers'), watchers: z.array(z.string()).readonly() }),
  z.strictObject({ kind: z.literal('ended'), exitCode: z.int().nullable() }),
  /** The connection is over, and another one would be too. */
  z.strictObject({ kind: z.literal('refused'), why: z.string() }),
]);
export type WatcherAnswer = Readonly<z.output<typeof watcherAnswerSchema>>;

/** A terminal that is watched, and each stretch of typing into it (H11): who and how much, never what. */
export const terminalRecordSchema = z.strictObject({
  kind: z.literal('terminal'),
  at: instantSchema,
  terminal: terminalIdSchema,
  agent: agentIdSchema,
  change: z.enum(['opened', 'watched', 'typed', 'left', 'closed']),
  by: z.string(),
  characters: z.int().nonnegative().optional(),
  text: z.string(),
});
