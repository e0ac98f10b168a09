// A program's absolute path, by the PATH of the environment. INVARIANT: only absolute folders of PATH count: a relative one
// would mean another program in every folder.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Null: there is none. A name with a separator in it must be absolute. */
export function findProgram(name: string, path: string | undefined): string | null {
  if (name.includes('/')) return isAbsolute(name) && isProgram(name) ? name : null;
  for (const folder of (path ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, name);
    if (isProgram(file)) return file;
  }
  return null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
