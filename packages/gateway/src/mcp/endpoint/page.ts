// One page of a list. A cursor names the last entry that was given, so a list that changes meanwhile repeats or leaves out
// nothing that stayed.
import { PAGE_SIZE } from './limits.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** @returns null: the cursor is none of ours. */
export function pageOf<T>(all: readonly T[], nameOf: (item: T) => string, cursor: unknown): Page<T> | null {
  const start = cursor === undefined ? 0 : startOf(all, nameOf, cursor);
  if (start === null) return null;
  const items = all.slice(start, start + PAGE_SIZE);
  const last = items.at(-1);
  const more = start + items.length < all.length && last !== undefined;
  return { items, next: more ? cursorOf(start + items.length, nameOf(last)) : undefined };
}

const cursorOf = (at: number, name: string): string => Buffer.from(JSON.stringify([at, name])).toString('base64url');

function startOf<T>(all: readonly T[], nameOf: (item: T) => string, cursor: unknown): number | null {
  if (typeof cursor !== 'string' || cursor.length > 8_192) return null;
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
  if (!Array.isArray(read) || read.length !== 2) return null;
  const [at, name]: readonly unknown[] = read;
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0 || typeof name !== 'string') return null;
  const before = all[at - 1];
  if (before !== undefined && nameOf(before) === name) return at;
  const found = all.findIndex((item) => nameOf(item) === name);
  return found === -1 ? Math.min(at, all.length) : found + 1;
}
