// Writes whole files so that a name never stands for half a file: temporary file, fdatasync, rename, fsync of folders.
// INVARIANT: what stands under its final name is complete, so a verifier never has to guess whether a crash was at work.

import { dirname, join } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';

/** A file to be written: `path` relative to the ledger folder, with forward slashes. */
export interface PlannedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Names that an interrupted write may leave behind. They stand in the ledger folder itself and are never read. */
export const LEFTOVER_NAME = /^(?:journal|checkpoint|vkey|seal|tile-[0-9]+)\.tmp$/;

const PARALLEL = 2;

/** Writes `bytes` under a temporary name and then under `path`; the file stays open when `keep` wants to write on. */
export async function replaceFile(disk: Disk, dir: string, file: PlannedFile, temporary: string): Promise<DiskFile> {
  const handle = await disk.create(join(dir, temporary));
  try {
    await handle.write(file.bytes);
    await handle.datasync();
    await disk.rename(join(dir, temporary), join(dir, file.path));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Replaces one file in the ledger folder itself, durably. */
export async function writeDurably(disk: Disk, dir: string, file: PlannedFile): Promise<void> {
  const handle = await replaceFile(disk, dir, file, `${file.path}.tmp`);
  await handle.close();
  await disk.syncFolder(dir);
}

/** Writes many tiles. Durable, every one of them and the folders they stand in, when the promise is fulfilled. */
export async function writeTiles(disk: Disk, dir: string, files: readonly PlannedFile[]): Promise<void> {
  if (files.length === 0) return;
  const folders = new Set<string>();
  for (const { path } of files) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  const outermostFirst = [...folders].sort();
  for (const folder of outermostFirst) await disk.makeFolder(join(dir, folder));

  const queue = files.values();
  const work = async (worker: number): Promise<void> => {
    // The workers share one iterator, so each file is taken once.
    for (const file of queue) {
      const handle = await replaceFile(disk, dir, file, `tile-${worker}.tmp`);
      await handle.close();
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: PARALLEL }, (_, worker) => work(worker)));
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
  for (const folder of outermostFirst.reverse()) await disk.syncFolder(join(dir, folder));
  await disk.syncFolder(dir);
}
