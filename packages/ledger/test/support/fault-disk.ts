// A disk that fails at a chosen step. The work is done by the real disk underneath, so what is left is real files.
import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Disk, type DiskFile, nodeDisk } from '@castellan/ledger';

/**
 * - `failed`: the step did not happen and says so; `failed-but-written`: it happened and says that it failed;
 * - `partly-written`: a write that stops half-way (as on a full disk); every other step: as `failed`;
 * - `power-cut`: the step did not happen, and neither did anything before it that was not yet made durable.
 */
export type FaultMode = 'failed' | 'failed-but-written' | 'partly-written' | 'power-cut';

export interface FaultDisk {
  readonly disk: Disk;
  readonly steps: readonly string[];
}

const isDiskFile = (value: unknown): value is DiskFile =>
  typeof value === 'object' && value !== null && 'close' in value;
const failure = (errno: string): Error => Object.assign(new Error(`injected ${errno}`), { code: errno });

/** Fails step `at` (counted from 0) and, since a process is dead after it, every later step. */
export function createFaultDisk(at: number, mode: FaultMode, errno = 'EIO'): FaultDisk {
  const steps: string[] = [];
  const unsynced = new Map<string, { synced: number; size: number }>();
  let renames: { from: string; to: string; old: Buffer | undefined }[] = [];
  let isDead = false;

  const cutPower = (): void => {
    for (const [path, { synced, size }] of unsynced) if (size > synced && existsSync(path)) truncateSync(path, synced);
    for (const { from, to, old } of renames.reverse()) {
      renameSync(to, from);
      if (old !== undefined) writeFileSync(to, old);
    }
  };
  const step = async <T>(name: string, work: () => Promise<T>, half?: () => Promise<void>): Promise<T> => {
    if (isDead) throw failure(errno);
    steps.push(name);
    if (steps.length - 1 !== at) return work();
    isDead = true;
    if (mode === 'failed-but-written') {
      const done = await work();
      // Nobody will get the file that was created: close it here.
      if (isDiskFile(done)) await done.close();
    }
    if (mode === 'partly-written') await half?.();
    if (mode === 'power-cut') cutPower();
    throw failure(errno);
  };

  const disk: Disk = {
    ...nodeDisk,
    create: (path) =>
      step(`create ${path}`, async () => {
        const file = await nodeDisk.create(path);
        const state = { synced: 0, size: 0 };
        unsynced.set(path, state);
        return {
          write: (bytes) =>
            step(
              `write ${path}`,
              async () => {
                state.size += bytes.length;
                await file.write(bytes);
              },
              () => file.write(bytes.subarray(0, Math.floor(bytes.length / 2))),
            ),
          datasync: () =>
            step(`datasync ${path}`, async () => {
              state.synced = state.size;
              await file.datasync();
            }),
          close: () => file.close(),
        };
      }),
    rename: (from, to) =>
      step(`rename ${from}`, async () => {
        renames.push({ from, to, old: existsSync(to) ? readFileSync(to) : undefined });
        const state = unsynced.get(from);
        await nodeDisk.rename(from, to);
        unsynced.delete(from);
        if (state !== undefined) unsynced.set(to, state);
      }),
    syncFolder: (path) =>
      step(`sync ${path}`, async () => {
        await nodeDisk.syncFolder(path);
        // A rename within the root is durable with the root, one into a tile folder with that folder.
        renames = renames.filter(({ to }) => dirname(to) !== path);
      }),
    makeFolder: (path) => step(`folder ${path}`, () => nodeDisk.makeFolder(path)),
    remove: (path) => step(`remove ${path}`, () => nodeDisk.remove(path)),
  };
  return { disk, steps };
}

/** What a dead process leaves locked, a dead machine does not. */
export const dropLock = (dir: string): void => rmSync(`${dir}/lock`, { force: true });
