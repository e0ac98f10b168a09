// What stood at a path at one moment, as it is kept and compared.
import type { JsonValue } from '@castellan/contract';
import { z } from 'zod';

const when = { mode: z.int(), mtime: z.number() };

export const seenSchema = z.discriminatedUnion('k', [
  z.strictObject({ k: z.literal('absent') }),
  z.strictObject({
    k: z.literal('file'),
    ...when,
    size: z.int().nonnegative(),
    /** SHA-256 of the content, hex. */
    hash: z.string(),
    /** Where the pieces of the content begin in the pack; absent: the content is not kept. */
    chunks: z.array(z.int()).readonly().optional(),
    /** Instead of `chunks`: a copy that shares its blocks with the file. */
    clone: z.string().optional(),
    /** Its content is nobody's to be shown. */
    secret: z.boolean().optional(),
  }),
  z.strictObject({ k: z.literal('link'), to: z.string() }),
  z.strictObject({ k: z.literal('folder'), ...when }),
  /** Something is there, and why nothing of it is kept. */
  z.strictObject({ k: z.literal('not'), why: z.string() }),
]);
export type Seen = Readonly<z.output<typeof seenSchema>>;
export type SeenFile = Extract<Seen, { k: 'file' }>;

export const placedSchema = z.strictObject({ path: z.string(), seen: seenSchema });
export type Placed = Readonly<z.output<typeof placedSchema>>;

/** What a call was about, and what it found: the frame `images`. */
export const imagesSchema = z.strictObject({
  v: z.literal(1),
  call: z.string(),
  task: z.string(),
  agent: z.string(),
  session: z.string(),
  workspace: z.string(),
  at: z.int(),
  what: z.string(),
  /** What is looked at again afterwards. */
  roots: z.array(z.strictObject({ path: z.string(), recursive: z.boolean() })).readonly(),
  found: z.array(placedSchema).readonly(),
  /** Lines for people: what of it no undo reaches. */
  beyond: z.array(z.string()).readonly(),
});
export type Images = Readonly<z.output<typeof imagesSchema>>;

/** The frame `left`: what stood there when the call was over. */
export const leftSchema = z.strictObject({
  v: z.literal(1),
  call: z.string(),
  found: z.array(placedSchema).readonly(),
  /** Looked at when its session ended, because nobody had reported it. */
  late: z.boolean().optional(),
});
export type Left = Readonly<z.output<typeof leftSchema>>;

/** All that is known of it, as a digest is taken over it: in lists, whose members have one order. */
export function boundOf(seen: Seen): JsonValue {
  switch (seen.k) {
    case 'absent':
      return [seen.k];
    case 'file': {
      const { k, mode, mtime, size, hash, chunks = null, clone = null, secret = false } = seen;
      return [k, mode, mtime, size, hash, chunks, clone, secret];
    }
    case 'link':
      return [seen.k, seen.to];
    case 'folder':
      return [seen.k, seen.mode, seen.mtime];
    case 'not':
      return [seen.k, seen.why];
  }
}

/** What an undo gives back: never the right to run as somebody else. */
const RIGHTS = 0o777;

/** Whether nothing that counts differs. Times do not: they move by themselves. */
export function isSame(a: Seen, b: Seen): boolean {
  switch (a.k) {
    case 'absent':
      return b.k === 'absent';
    case 'file':
      return b.k === 'file' && a.hash === b.hash && (a.mode & RIGHTS) === (b.mode & RIGHTS);
    case 'link':
      return b.k === 'link' && a.to === b.to;
    case 'folder':
      return b.k === 'folder' && (a.mode & RIGHTS) === (b.mode & RIGHTS);
    case 'not':
      return false;
  }
}
