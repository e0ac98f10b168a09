// Programs of the system that confine others, where distributions put them. INVARIANT: never looked for on the PATH: whoever can set that
// could put a program there that only looks like one.
import { accessSync, constants } from 'node:fs';

const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin'];

export type SystemTool = 'bash' | 'bwrap' | 'nice' | 'prlimit' | 'setpriv' | 'sh';

export function findTool(name: SystemTool): string | undefined {
  return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
