// Labels on content, and where labelled content turns up again: what a task has read is told apart from what the user said,
// down to the single argument (C01). Labels are given by rules, never by an agent.
import { z } from 'zod';
import { callIdSchema } from './ids.ts';

/** private: must not leave. untrusted: came from outside, may try to steer. user: the person's own words in a prompt. */
export const labelSchema = z.enum(['private', 'untrusted', 'user']);
export type Label = z.output<typeof labelSchema>;

/** How content was wrapped before it was found again. */
export const encodingSchema = z.enum(['base64', 'hex', 'url', 'json', 'compressed-space']);
export type Encoding = z.output<typeof encodingSchema>;

/** Labelled content that stands in an argument of a call. */
export const flowSchema = z.strictObject({
  label: labelSchema,
  /** What it is: a canonical path, a host, `module/tool`, or `prompt`. */
  source: z.string(),
  /** The call that brought it into the task; none for a prompt. */
  call: callIdSchema.optional(),
  /** Where it stands: a JSON pointer into the arguments (RFC 6901). */
  argument: z.string(),
  /** What had to be undone to see it, outermost first; empty: it stands there plainly. */
  encodings: z.array(encodingSchema).readonly().default([]),
  /** The argument holds nothing else. */
  whole: z.boolean(),
  /** How many UTF-16 units of it were found. */
  length: z.int().nonnegative(),
});
export type Flow = Readonly<z.output<typeof flowSchema>>;

/** The page a browser tool of this session shows. */
export const pageSchema = z.strictObject({
  /** Punycode, with the port where it is not the scheme's own. */
  host: z.string(),
  /** Credentials were asked for or typed there. */
  credentials: z.boolean(),
});
export type Page = Readonly<z.output<typeof pageSchema>>;

/** What a decision may know of the session and task a call belongs to. */
export interface SessionFacts {
  /** Whether a person sits at the agent's terminal. */
  readonly interactive: boolean;
  /** Labelled content in the arguments of this call. */
  readonly flows: readonly Flow[];
  /** Labels of everything the task has read so far. */
  readonly seen: readonly Label[];
  /** Real paths among the targets of this call that were written earlier in the same task. */
  readonly fresh: readonly string[];
  /** What the browser shows; null where it shows nothing yet. */
  readonly page: Page | null;
}

/** A session in which nothing has happened yet. */
export const NEW_SESSION: SessionFacts = { interactive: false, flows: [], seen: [], fresh: [], page: null };
