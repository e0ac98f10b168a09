// Whether root may run a program: whoever can change it, or a folder on the way to it, is root as soon as it is run.
import { lstatSync, realpathSync } from 'node:fs';
import { above } from './places.ts';

/** In words; null: nobody but root can change what will be run. A sticky folder (`/tmp`) keeps what is root's in it. */
export function trustFault(file: string): string | null {
  let real: string;
  try {
    real = realpathSync(file);
  } catch {
    return `\`${file}\` is not there`;
  }
  const chain = [real, ...above(real), ...above(file)];
  for (const path of chain) {
    const { uid, mode } = lstatSync(path);
    const isLink = (mode & 0o170000) === 0o120000;
    if (uid !== 0) return `\`${path}\` belongs to another user than root`;
    if (!isLink && (mode & 0o022) !== 0 && (mode & 0o1000) === 0)
      return `\`${path}\` can be written by others than root`;
  }
  return null;
}

/** In words; null: everybody may enter and read it. */
export function reachFault(file: string): string | null {
  for (const path of [file, ...above(file)]) {
    const { mode } = lstatSync(realpathSync(path));
    if ((mode & 0o001) === 0) return `\`${path}\` cannot be entered by other users`;
  }
  return null;
}
