// Removes what a confined program had as its home and its /tmp, however it left them. Whoever filled such a folder may want that it can never
// be emptied, or that emptying it empties another one.
// INVARIANT: this never throws: what rejects in the daemon ends it. It follows no link and leaves the folder by no path: everything goes by
// descriptors, so that a folder which is swapped for a link meanwhile, where a program still runs, leads nowhere.
import { constants, existsSync, opendirSync, rmdirSync, unlinkSync } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdtemp, open, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

const OPEN = '/proc/self/fd';
/** Of Linux, and not named by Node: a descriptor that says which folder it is, and needs no right to read it. */
const O_PATH = 0o10000000;
const FOLDER = constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** So many descriptors are held at once: whoever nests folders takes none of the daemon's connections. */
const DEEPEST = 32;
/** Files that are removed before others have their turn. */
const AT_ONCE = 256;

/** What cannot be removed stays: it is somebody else's, or the disk is at fault. To be called when nothing of the program runs any more. */
export async function removeOwnFolder(path: string): Promise<void> {
  try {
    if (!existsSync(OPEN)) await rm(path, { recursive: true, force: true, maxRetries: 2 });
    else if ((await lstat(path)).isDirectory()) await removeHeld(path);
    else await unlink(path);
  } catch {
    // It is not there, or it stays.
  }
}

async function removeHeld(path: string): Promise<void> {
  const top = await opened(path);
  try {
    // What lies too deep is moved up here first.
    const lifted: string[] = [];
    const lift = async (from: string): Promise<void> => {
      // A folder is moved to another one only by who may write in it.
      await (await opened(from)).close();
      // In the place of an empty one: whatever names were left here, this one is free.
      const to = await mkdtemp(inside(top, 'lifted-'));
      await rename(from, to).catch(async (error: unknown) => {
        await rmdir(to);
        throw error;
      });
      lifted.push(to);
    };
    await empty(top, 0, lift);
    for (let next = lifted.pop(); next !== undefined; next = lifted.pop())
      await removeFolder(next, 0, lift).catch(() => undefined);
  } finally {
    await top.close();
  }
  await rmdir(path);
}

type Lift = (from: string) => Promise<void>;

async function removeFolder(path: string, depth: number, lift: Lift): Promise<void> {
  const folder = await opened(path);
  try {
    await empty(folder, depth, lift);
  } finally {
    await folder.close();
  }
  rmdirSync(path);
}

/** As far as it goes: one thing in it that stays keeps nothing else there. */
async function empty(folder: FileHandle, depth: number, lift: Lift): Promise<void> {
  let done = 0;
  // Read some at a time: millions of names would fill the memory, and hold up everybody.
  const names = opendirSync(of(folder), { bufferSize: AT_ONCE });
  try {
    for (let entry = names.readSync(); entry !== null; entry = names.readSync()) {
      const path = inside(folder, entry.name);
      done += 1;
      if (done % AT_ONCE === 0) await setImmediate();
      try {
        if (!entry.isDirectory()) unlinkSync(path);
        else if (depth < DEEPEST) await removeFolder(path, depth + 1, lift);
        else await lift(path);
      } catch {
        // It stays.
      }
    }
  } finally {
    names.closeSync();
  }
}

/**
 * A real folder, to be listed and emptied. A program may have taken these rights from the one that is its own user (`chmod 0`): they are
 * given back, by the descriptor, so to this very folder and to none that was put in its place. Nothing but folders is ever changed:
 * a file in here may be another name of one that lies elsewhere.
 */
async function opened(path: string): Promise<FileHandle> {
  const folder = await open(path, O_PATH | FOLDER);
  try {
    const { uid, mode } = await folder.stat();
    if (uid === process.geteuid?.() && (mode & 0o700) !== 0o700) await chmod(of(folder), 0o700);
    return await open(of(folder), constants.O_RDONLY | constants.O_DIRECTORY);
  } finally {
    await folder.close();
  }
}

const of = ({ fd }: FileHandle): string => join(OPEN, String(fd));
const inside = (folder: FileHandle, name: string): string => join(of(folder), name);
