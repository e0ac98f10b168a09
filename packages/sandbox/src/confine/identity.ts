// Which file really stands at a path: its numbers, by which castellan-inner knows it again inside. INVARIANT: they are of the file that
// the kernel itself names by that path, so that a link put in its place, or in the place of a folder above, is never taken for it.
import { closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs';
import { lies } from './paths.ts';
import type { Given } from './spec.ts';

/** Opens nothing of the file, only its place. */
const O_PATH = 0o10000000;

/** @param path real. @returns null: by now something else stands there. */
function identityOf(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, O_PATH | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return readlinkSync(`/proc/self/fd/${fd}`) === path ? `${dev}:${ino}` : null;
  } finally {
    closeSync(fd);
  }
}

/** @param stands in the order in which they are mounted, from real paths. @returns null: one of them is not what it was. */
export function sameWords(stands: readonly Given[]): readonly string[] | null {
  // What another one was mounted over cannot be seen inside.
  const seen = stands.filter(({ at }, place) => !stands.slice(place + 1).some((later) => lies(at, later.at)));
  const words: string[] = [];
  for (const { from, at } of seen) {
    const identity = identityOf(from);
    if (identity === null) return null;
    words.push('--same', `${identity}:${at}`);
  }
  return words;
}

export const SWAPPED = {
  ok: false,
  why: 'a folder or file that it was to be given was exchanged just now',
  hint: 'look at what else works in these folders, then start it again',
} as const;
