// Files that a program may load: those in the folder of the file that was named on the command line, and below it. INVARIANT: no name of a
// program, and no link that it could point at, leads out of that folder.
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { FindModule } from './session.ts';
import type { World } from './world.ts';

/** @param main the path of the program itself */
export function filesBelow(main: string, world: World): FindModule {
  const folder = dirname(main);
  return (name, from) => {
    if (isAbsolute(name) || name.includes('\0')) return 'not a relative path';
    const path = join(dirname(from), name);
    try {
      const inside = relative(world.realPath(folder), world.realPath(path));
      if (inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside))
        return 'outside the folder of the program';
      return { name: path, source: world.readFile(path) };
    } catch {
      return 'no such file';
    }
  };
}

export const NO_FILES = 'only a FILE loads others';
export const noFiles: FindModule = () => NO_FILES;
