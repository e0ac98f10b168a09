// How much a program and everything it started takes, looked at a few times a second. A limit of the kernel's counts each process for
// itself, and none of them for root: this counts all of them together. Linux only.
// INVARIANT: the look itself waits for nobody: a bomb takes every thread's turn but the one that is running.
import { readdirSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { ConfineLimits } from '../confine/spec.ts';

const EVERY_MS = 250;

interface Taken {
  readonly processes: number;
  readonly memoryBytes: number;
}

const numberIn = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}

/** Of each of its threads: what a thread started is listed with that thread alone. */
function childrenOf(pid: number, threads: number): readonly number[] {
  let tasks = [String(pid)];
  if (threads > 1)
    try {
      tasks = readdirSync(`/proc/${pid}/task`);
    } catch {
      return [];
    }
  return tasks.flatMap((task) => textOf(`/proc/${pid}/task/${task}/children`).split(' ').map(Number).filter(Boolean));
}

function taken(pid: number, most: number): Taken {
  let processes = 0;
  let kilobytes = 0;
  const left = [pid];
  for (let next = left.pop(); next !== undefined && processes <= most; next = left.pop()) {
    const status = textOf(`/proc/${next}/status`);
    const threads = numberIn(status, 'Threads');
    processes += threads;
    kilobytes += numberIn(status, 'RssAnon') + numberIn(status, 'RssShmem');
    if (processes <= most) left.push(...childrenOf(next, threads));
  }
  return { processes, memoryBytes: kilobytes * 1024 };
}

const GIB = 1024 ** 3;
/** What stays free on a disk, for our own records among others. */
const FREE_BYTES = GIB;
/** Of what was free when it began: where a disk was nearly full before, a command that writes little goes on. */
const SPENT_BYTES = GIB / 4;

/** Free bytes of the disk a folder is on; for ever, where nobody can tell. */
export const freeOn = async (folder: string): Promise<number> => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
};

/** Whether a disk that had `before` bytes free is nearly full, and has less than it had. */
export const isFilled = (before: number, now: number): boolean => now < FREE_BYTES && before - now > SPENT_BYTES;

/** What the kernel does not count for us, and what it says of the rest. */
export interface Counted {
  readonly processes: boolean;
  readonly memory: boolean;
  /** Which limit was run into, in words; null: none. */
  readonly struck: () => string | null;
}

/**
 * @param over told once, with why. @param folders the disks of these are not filled. @param counts what is counted here.
 * @returns what ends the watch.
 */
export function watchOver(
  pid: number,
  limits: ConfineLimits,
  over: (why: string) => void,
  folders: readonly string[] = [],
  counts: Counted = { processes: true, memory: true, struck: () => null },
): () => void {
  let isOver = false;
  const free = (): Promise<number[]> => Promise.all(folders.map(freeOn));
  const atFirst = free();
  const look = async (): Promise<void> => {
    const struck = counts.struck();
    if (struck !== null) return end(struck);
    const looks = counts.processes || counts.memory;
    const { processes, memoryBytes } = looks ? taken(pid, limits.processes) : { processes: 0, memoryBytes: 0 };
    if (counts.processes && processes > limits.processes)
      return end(`it started more than ${limits.processes} processes`);
    if (counts.memory && memoryBytes > limits.memoryBytes)
      return end(`it took more than ${Math.round(limits.memoryBytes / 1_048_576)} MiB of memory`);
    const [before, now] = await Promise.all([atFirst, free()]);
    if (isOver) return;
    const filled = folders.find((_, at) => isFilled(before[at] ?? 0, now[at] ?? 0));
    if (filled !== undefined) return end('the disk that it writes to is nearly full');
    timer = setTimeout(() => void look(), EVERY_MS);
  };
  const stop = (): void => {
    isOver = true;
    clearTimeout(timer);
  };
  const end = (why: string): void => {
    stop();
    over(why);
  };
  let timer = setTimeout(() => void look(), EVERY_MS);
  return stop;
}
