// How a file or a folder stands, so that a change shows: who changed it the system does not say. Looked at one after the other: a
// file system that does not answer keeps one look waiting, and nothing else.
import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface SeenPlace {
  /** The same: nobody touched it. */
  readonly stamp: string;
  /** The same: the bytes and rights are what they were. */
  readonly mark: string;
  /** Wall time of the last change of anything in it, in milliseconds; null: it is not there. */
  readonly changedAt: number | null;
  /** The user id it belongs to. */
  readonly owner: number | null;
}

/** Where only a part of a text says what is done: what is left of it counts. */
export type Matters = (path: string, text: string) => string;

const MOST_BYTES = 256 * 1024;
const MOST_ENTRIES = 500;
const MISSING: SeenPlace = { stamp: 'missing', mark: 'missing', changedAt: null, owner: null };

interface Entry {
  readonly path: string;
  readonly stats: Stats;
  readonly stamp: string;
  /** Of it and of what a link leads to. */
  readonly changedAt: number;
  /** Where it leads; empty: it is no link. */
  readonly target: string;
}

/** How it stands now; a folder by what lies in it. What cannot be looked at is as if it were not there. @param last read anew only where it was touched since */
export async function placeNow(path: string, matters: Matters, last?: SeenPlace): Promise<SeenPlace> {
  const own = await entryAt(path);
  if (own === null) return MISSING;
  const names = own.stats.isDirectory() ? (await readdir(path).catch((): string[] => [])).toSorted() : [];
  const below: Entry[] = [];
  for (const name of names.slice(0, MOST_ENTRIES)) {
    const found = await entryAt(join(path, name));
    if (found !== null) below.push(found);
  }
  const stamp = [own, ...below].map((entry) => `${entry.path} ${entry.stamp}`).join('\n');
  if (last?.stamp === stamp) return last;
  const marks = [];
  for (const entry of [own, ...below]) marks.push(`${JSON.stringify(entry.path)} ${await markOf(entry, matters)}`);
  const latest = below.reduce((found, entry) => (entry.changedAt > found.changedAt ? entry : found), own);
  return { stamp, mark: marks.join('\n'), changedAt: latest.changedAt, owner: latest.stats.uid };
}

async function entryAt(path: string): Promise<Entry | null> {
  const link = await lstat(path).catch(() => null);
  if (link === null) return null;
  const target = link.isSymbolicLink() ? await readlink(path).catch(() => '?') : '';
  // What a link leads to is what is used.
  const stats = target === '' ? link : await stat(path).catch(() => link);
  const changedAt = Math.max(link.ctimeMs, stats.ctimeMs);
  return {
    path,
    stats,
    stamp: `${stats.ino} ${stats.size} ${stats.mtimeMs} ${changedAt} ${target}`,
    changedAt,
    target,
  };
}

async function markOf({ path, stats, target }: Entry, matters: Matters): Promise<string> {
  const rights = `${stats.mode} ${stats.uid} ${target}`;
  if (stats.isDirectory()) return rights;
  return `${rights} ${(await digestOf(path, stats, matters)) ?? `${stats.size} ${stats.ctimeMs}`}`;
}

/** Null: it is too long, or not to be read; then it counts as another one each time it was touched. */
async function digestOf(path: string, { size }: Stats, matters: Matters): Promise<string | null> {
  if (size > MOST_BYTES) return null;
  // Never waiting for a pipe that was put in its place.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return null;
  try {
    if (!(await handle.stat()).isFile()) return null;
    // One byte more, to see a file that grows.
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size + 1) });
    if (bytesRead > size) return null;
    return createHash('sha256')
      .update(matters(path, buffer.toString('utf8', 0, bytesRead)))
      .digest('hex');
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}
