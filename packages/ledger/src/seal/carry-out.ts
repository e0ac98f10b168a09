// Takes sealed bytes away. INVARIANT: the statement is in the log and durable beside it before a byte goes, and what is
// archived is durable in the archive before that, so a crash at any step leaves either the bytes or the word about them.
import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { replaceFile, writeTiles } from '../disk/write-durably.ts';
import { type Hash, rootOf } from '../merkle/hash.ts';
import type { VerifierKey } from '../note/vkey.ts';
import { TILE_WIDTH, tilePath } from '../tiles/tile-path.ts';
import type { TileReader } from '../tiles/tile-source.ts';
import {
  encodeSealFile,
  listSeals,
  parseSealFile,
  SEAL_FOLDER,
  SEAL_LEFTOVER,
  type SealRange,
  sealPath,
} from './seal-file.ts';
import { openSeal, type Seal } from './statement.ts';

/** How many bundles are archived at a time: memory stays bounded. */
const STRETCH = 64;

export const bundlesOf = ({ from, to }: SealRange): readonly number[] =>
  Array.from({ length: (to - from) / TILE_WIDTH }, (_, i) => from / TILE_WIDTH + i);

/** The tree hash of the range, from its leaf tiles. */
export async function rangeRootOf(read: TileReader, range: SealRange): Promise<Hash> {
  const roots: Hash[] = [];
  for (const bundle of bundlesOf(range)) roots.push(rootOf(await read(0, bundle)));
  return rootOf(roots);
}

async function archiveBundles(disk: Disk, dir: string, archive: string, range: SealRange): Promise<void> {
  const bundles = bundlesOf(range);
  await disk.makeFolder(archive);
  for (let at = 0; at < bundles.length; at += STRETCH) {
    const files = [];
    for (const bundle of bundles.slice(at, at + STRETCH)) {
      const path = tilePath('entries', bundle);
      const bytes = await disk.readFile(join(dir, path));
      // Taken away already by the run that a crash ended: then the archive had it.
      if (bytes !== undefined) files.push({ path, bytes });
    }
    await writeTiles(disk, archive, files);
  }
}

/** @param record the number of the entry that says it. @param archive a folder that keeps the bytes, for `archived`. */
export async function carryOutSeal(
  disk: Disk,
  dir: string,
  seal: Seal,
  record: number,
  archive: string | null,
): Promise<void> {
  if (archive !== null) await archiveBundles(disk, dir, archive, seal);
  await disk.makeFolder(join(dir, SEAL_FOLDER));
  const file = await replaceFile(
    disk,
    dir,
    { path: sealPath(seal), bytes: encodeSealFile(record, seal.bytes) },
    SEAL_LEFTOVER,
  );
  await file.close();
  await disk.syncFolder(join(dir, SEAL_FOLDER));
  await disk.syncFolder(dir);
  await removeBundles(disk, dir, seal);
}

async function removeBundles(disk: Disk, dir: string, range: SealRange): Promise<void> {
  for (const bundle of bundlesOf(range)) await disk.remove(join(dir, tilePath('entries', bundle)));
  await disk.syncFolder(join(dir, 'tile/entries'));
}

/** Goes on where a crash fell between the last statement and the last of its bytes; they are removed in order. */
export async function finishSeal(disk: Disk, dir: string, key: VerifierKey): Promise<void> {
  const last = (await listSeals(disk, dir)).at(-1);
  if (last === undefined) return;
  const bytes = await disk.readFile(join(dir, tilePath('entries', last.to / TILE_WIDTH - 1)));
  if (bytes === undefined) return;
  const file = await disk.readFile(join(dir, sealPath(last)));
  const parsed = file === undefined ? undefined : parseSealFile(file);
  const opened = parsed === undefined ? undefined : openSeal(parsed.note, key);
  // What nobody signed removes nothing; the verifier says what it is.
  if (opened?.kind === 'verified' && opened.seal.from === last.from && opened.seal.to === last.to)
    await removeBundles(disk, dir, last);
}
