// Takes from others what they may do with files of the state folder. INVARIANT: goes by descriptors, follows no link at the end of a path,
// touches only what belongs to this user and has no name elsewhere, and takes rights away alone, so that whatever was put in a file's
// place loses nothing but strangers.
import { constants, type FileHandle, open } from 'node:fs/promises';
import type { StateFault } from './facts.ts';
import { stateFactsOf } from './state-folder.ts';

export interface Closed {
  readonly ok: boolean;
  readonly text: string;
}

/** The folder tells some of many: it is looked at again until none is left that can be closed. */
const MOST_ROUNDS = 200;

async function close({ path, allowed }: StateFault, uid: number | null): Promise<string | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (uid !== null && stat.uid !== uid) return `\`${path}\` belongs to user ${stat.uid}`;
    // What has a name elsewhere is not ours alone: a page of the person's own would be closed with it.
    if (stat.isFile() && stat.nlink > 1) return `\`${path}\` has a name elsewhere`;
    await file.chmod(stat.mode & 0o7777 & allowed);
    return null;
  } catch (error) {
    return `\`${path}\` cannot be closed: ${error instanceof Error ? error.message : 'unknown'}`;
  } finally {
    await file?.close();
  }
}

/**
 * Closes to others every file and folder below the state folder that is open to them.
 * @param home absolute. @param uid whose they should be; null where the system has no owners.
 */
export async function closeOpenState(home: string, uid: number | null): Promise<readonly Closed[]> {
  const tried = new Map<string, string | null>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { faults } = await stateFactsOf(home, uid);
    const open = faults.filter(({ kind, path }) => kind === 'open' && !tried.has(path));
    if (open.length === 0) break;
    for (const fault of open) tried.set(fault.path, await close(fault, uid));
  }
  const failed = [...tried.values()].filter((why) => why !== null);
  const closed = tried.size - failed.length;
  return [
    ...(closed === 0 ? [] : [{ ok: true, text: `${closed} closed to others` }]),
    ...failed.map((text) => ({ ok: false, text })),
  ];
}
