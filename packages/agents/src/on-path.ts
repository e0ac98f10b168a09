// Where a program lies that is named without a folder. Folders of PATH that are not absolute are left out: they are the project's.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The first of these names in a folder of PATH. */
export async function onPath(path: string, names: readonly string[]): Promise<string | null> {
  for (const folder of path.split(delimiter).filter(isAbsolute))
    for (const name of names) if (await isProgram(join(folder, name))) return join(folder, name);
  return null;
}
