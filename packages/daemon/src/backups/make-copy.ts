// Makes a copy of a state and reads it back. INVARIANT: a name that ends in `.copy` stands for a whole one that was verified;
// until then it has another name, and what failed leaves nothing behind.
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BackupMade, CopyAbout, CopySlot } from '@castellan/contract';
import { type SealKey, sealChunks } from '@castellan/secrets';
import type { Clock } from '../clock.ts';
import { errnoOf } from '../start-error.ts';
import type { StatePaths } from '../state/index.ts';
import { snapshotForCopy } from '../store/index.ts';
import { CopyReader } from './copy-reader.ts';
import { CopyWriter, type Source } from './copy-writer.ts';
import { ledgerSources, plainSources } from './gather.ts';
import { verifyCopy } from './verify-copy.ts';

export interface CopyMaking {
  readonly paths: StatePaths;
  readonly clock: Clock;
  /** A new file. */
  readonly file: string;
  readonly slot: CopySlot;
  readonly key: SealKey;
  readonly about: Omit<CopyAbout, 'at' | 'format'>;
  /** The sealed vault as it goes into the copy; null: there is none. */
  readonly vault: string | null;
}

/** Where the database is written to before it is sealed: one at a time, and what a crash left is gone with the next copy. */
export const snapshotPath = ({ daemon }: StatePaths): string => `${daemon}/copy.db`;

const text = (path: string, content: string): Source => ({ path, from: { bytes: Buffer.from(content, 'utf8') } });

/** Each look at what is there is another moment; retention takes bundles away, undo packs, a person files. */
const TRIES = 5;

/** What was listed and has gone since makes it begin anew: with the statement that is now in its place the next one is whole. */
export async function untilWhole<Made>(once: () => Promise<Made>): Promise<Made> {
  for (let tries = 1; ; tries += 1)
    try {
      return await once();
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || tries === TRIES) throw error;
    }
}

/** @throws CopyFault, or the system's error */
export const makeCopy = (making: CopyMaking): Promise<BackupMade> => untilWhole(() => makeOnce(making));

async function makeOnce({ paths, clock, file, slot, key, about, vault }: CopyMaking): Promise<BackupMade> {
  const at = clock.now();
  const snapshot = snapshotPath(paths);
  const part = `${file}.part`;
  rmSync(snapshot, { force: true });
  let made = false;
  try {
    const { format } = await snapshotForCopy(paths.database, snapshot);
    const sealer = sealChunks(slot, key, (bytes) => clock.random(bytes));
    {
      await using writer = await CopyWriter.create(part, sealer, { at, format, ...about });
      made = true;
      await writer.add({ path: 'castellan.db', from: { file: snapshot } });
      if (vault !== null) await writer.add(text('vault/vault.sealed', vault));
      for (const source of plainSources(paths, about.undo)) await writer.add(source);
      for (const source of await ledgerSources(paths)) await writer.add(source);
      await writer.end();
    }
    await using reader = await CopyReader.open(part, async () => key);
    const { files, bytes, records, root } = await verifyCopy(reader);
    renameSync(part, file);
    await synced(dirname(file));
    return { file, at, bytes, files, records, root, vault: about.vault };
  } catch (error) {
    // Only what is ours: a file that stood there before was never opened.
    if (made) rmSync(part, { force: true });
    throw error;
  } finally {
    rmSync(snapshot, { force: true });
  }
}

async function synced(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

/** The sealed vault as it lies there; null: there is none. */
export function vaultAsIs({ vault }: StatePaths): string | null {
  try {
    return readFileSync(`${vault}/vault.sealed`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
