// What stands at a path now, without following a link.
import { lstatSync, readlinkSync } from 'node:fs';

export const HELD = 'held';
/** Nobody can say: a program may close a folder of its own user (`chmod 0`), so that what lies in it is not seen. */
export const UNSEEN = 'unseen';
/** ENOTDIR: a file stands in the place of its folder. EINVAL: a link that was there a moment ago is no link any more. */
const NOTHING: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EINVAL']);

/** null: nothing is there. A link as what it says: it cannot be held, so that another one may stand there by now. What else is there is held. */
export function standing(path: string): string | null {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return null;
    return found.isSymbolicLink() ? `link ${readlinkSync(path)}` : HELD;
  } catch (error) {
    return error instanceof Error && 'code' in error && NOTHING.has(String(error.code)) ? null : UNSEEN;
  }
}

/** What is to be kept must not be let go because of that: `existsSync` takes it for what is not there, and the next program would find it open. */
export const isUnseen = (path: string): boolean => standing(path) === UNSEEN;
