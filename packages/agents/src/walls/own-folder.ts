// What a confined run finds as its home and as /tmp: folders of that run alone, gone with it, so that nothing a run leaves there is
// found by the next one.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeOwnFolder } from '@castellan/sandbox';

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
