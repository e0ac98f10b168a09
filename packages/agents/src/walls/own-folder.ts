// What a confined run finds as its home and as /tmp: folders of that run alone, gone with it, so that nothing a run leaves there is
// found by the next one.
import { constants, existsSync } from 'node:fs';
import { lstat, mkdir, open, readdir, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface OwnFolder {
  readonly path: string;
  readonly home: string;
  readonly temp: string;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Makes them, and removes those of runs that were killed. @param folder `agents/ID` @param run what the run calls itself */
export async function makeOwnFolder(folder: string, run: string): Promise<OwnFolder> {
  const runs = join(folder, 'walls', 'runs');
  await mkdir(runs, { recursive: true, mode: 0o700 });
  for (const name of await readdir(runs)) {
    const [pid] = /^\d+(?=-)/.exec(name) ?? [];
    if (pid === undefined || !isAlive(Number(pid))) await removeOwnFolder(join(runs, name));
  }
  const path = join(runs, `${process.pid}-${run}`);
  const made = { path, home: join(path, 'home'), temp: join(path, 'tmp') };
  for (const each of [made.home, made.temp]) await mkdir(each, { recursive: true, mode: 0o700 });
  return made;
}

/** What cannot be removed now goes with the next run. */
export const removeOwnFolder = (path: string): Promise<void> =>
  (existsSync(OPEN) ? removeHeld(path) : rm(path, { recursive: true, force: true, maxRetries: 2 })).catch(
    () => undefined,
  );

const OPEN = '/proc/self/fd';

/**
 * By descriptors, which Node's own `rm` does not go by: where agents are another user one that still runs could put a link in the place of
 * a folder in here, and we would remove the files of that name behind it, which may be the ledger's.
 */
async function removeHeld(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return unlink(path);
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const inside = join(OPEN, String(folder.fd));
    for (const name of await readdir(inside)) await removeHeld(join(inside, name));
  } finally {
    await folder.close();
  }
  await rmdir(path);
}
