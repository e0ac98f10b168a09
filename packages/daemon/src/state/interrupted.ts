// What a restore leaves that was killed: a folder beside the state that is no state. Where the state itself had been moved aside
// by then, an empty one must not begin in its place: it would know none of the person's denies.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { restoringFolder } from '@castellan/facts';

/** Folders that a restore of this state left. */
export function leftOfRestore(home: string): readonly string[] {
  const begin = restoringFolder(home, '');
  try {
    return readdirSync(dirname(home))
      .map((name) => join(dirname(home), name))
      .filter((path) => path.startsWith(begin));
  } catch {
    return [];
  }
}
