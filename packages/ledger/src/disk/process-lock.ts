// A lock as a symbolic link whose target names its holder: made and filled in one atomic step, so it is never half
// written. A holder that is dead (or whose process id now belongs to another process) loses it.

import { readFile, readlink, symlink, unlink } from 'node:fs/promises';
import type { DiskLock } from './disk.ts';

/** The form of a lock's target: process id and start time in clock ticks since boot. */
const LOCK_TARGET = /^pid-([1-9][0-9]*)-start-([0-9]+)$/;

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** When a process started, by /proc; `0` where there is no /proc, so that the process id alone decides. */
async function startOf(pid: string): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold spaces: count from the last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}

async function isAlive(target: string): Promise<boolean> {
  const match = LOCK_TARGET.exec(target);
  // Not one of our locks: somebody put it there, and only a person can say why.
  if (match === null) return true;
  const [, pid = '', start = ''] = match;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const now = await startOf(pid);
  return now === start || now === '0' || start === '0';
}

async function targetOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'EINVAL') return 'not a link';
    throw error;
  }
}

/** Takes the lock, or gives undefined while a living process holds it. */
export async function takeProcessLock(path: string): Promise<DiskLock | undefined> {
  const mine = `pid-${process.pid}-start-${await startOf(String(process.pid))}`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await symlink(mine, path);
      const isHeld = async (): Promise<boolean> => (await targetOf(path)) === mine;
      return {
        isHeld,
        release: async () => {
          if (await isHeld()) await unlink(path);
        },
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = await targetOf(path);
    if (holder === undefined) continue;
    if (await isAlive(holder)) return undefined;
    // Two openers may both find a dead holder: the one whose lock is removed here finds out by `isHeld` before it writes.
    if ((await targetOf(path)) === holder) await unlink(path);
  }
  return undefined;
}
