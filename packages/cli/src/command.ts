// The command as it can be typed here: in a fresh clone nothing is on PATH, and a hint nobody can run is no hint.
import { statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { WORKSPACE } from './bundles.ts';
import type { World } from './world.ts';

/** No: it is not there, or lies where we may not look, as folders of a person's PATH do for the user that `sudo` makes us. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether npx finds it from here. Where it does not, npx would ask a registry for whatever has that name. */
function npxFinds(folder: string): boolean {
  if (isFile(join(folder, 'node_modules', '.bin', 'castellan'))) return true;
  return folder !== dirname(folder) && npxFinds(dirname(folder));
}

export function commandOf({ env, cwd }: Pick<World, 'env' | 'cwd'>): string {
  const local = npxFinds(cwd);
  // Under npm the PATH holds folders of npm's own, which the person's shell will not have.
  const underNpm = env.npm_execpath !== undefined || env.npm_lifecycle_event !== undefined;
  if (underNpm && local) return 'npx castellan';
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  if (folders.some((folder) => isFile(join(folder, 'castellan')))) return 'castellan';
  if (local) return 'npx castellan';
  const program = join(WORKSPACE, 'packages', 'cli', 'bin', 'castellan.mjs');
  return /^[\w./@+-]+$/.test(program) ? program : `'${program.replaceAll("'", "'\\''")}'`;
}

/** A text of ours with its `castellan …` as it can be typed. */
export const typed = (command: string, text: string): string =>
  command === 'castellan' ? text : text.replaceAll('`castellan ', () => `\`${command} `);
