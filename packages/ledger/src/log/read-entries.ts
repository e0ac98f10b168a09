// Streams entries from the files of a ledger, whether it is open or not. Bytes are not verified here: a query that must
// prove what it shows asks for an inclusion proof as well.

import { join } from 'node:path';
import type { DiskReader } from '../disk/disk.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import { parseJournal } from '../journal/parse-journal.ts';
import { isSealed, listSeals } from '../seal/seal-file.ts';
import { parseBundle } from '../tiles/bundle.ts';
import { TILE_WIDTH, tilePath } from '../tiles/tile-path.ts';
import { LedgerError } from './ledger-error.ts';

export interface LedgerRecord {
  readonly index: number;
  readonly entry: Uint8Array;
}

async function readBundle(disk: DiskReader, dir: string, bundle: number): Promise<Uint8Array[] | undefined> {
  const path = tilePath('entries', bundle);
  const bytes = await disk.readFile(join(dir, path));
  if (bytes === undefined) return undefined;
  const entries = parseBundle(bytes);
  if (entries?.length !== TILE_WIDTH) throw new LedgerError('tampered', `bundle \`${path}\` is malformed`);
  return entries;
}

/** Entries `[from, to)` that stand in full bundles, but those that are sealed; throws `tampered` when another is missing. */
export async function* readTiledEntries(
  disk: DiskReader,
  dir: string,
  from: number,
  to: number,
): AsyncGenerator<LedgerRecord> {
  for (let index = from; index < to; ) {
    const bundle = Math.floor(index / TILE_WIDTH);
    const entries = await readBundle(disk, dir, bundle);
    if (entries === undefined) {
      const sealed = (await listSeals(disk, dir)).find((seal) => isSealed([seal], index));
      if (sealed === undefined) throw new LedgerError('tampered', `bundle of record \`${index}\` is missing`);
      index = sealed.to;
      continue;
    }
    for (const entry of entries.slice(index % TILE_WIDTH, (index % TILE_WIDTH) + to - index)) {
      yield { index, entry };
      index += 1;
    }
  }
}

async function readJournal(disk: DiskReader, dir: string) {
  const bytes = await disk.readFile(join(dir, 'journal'));
  const journal = bytes === undefined ? undefined : parseJournal(bytes);
  if (journal === undefined) throw new LedgerError('tampered', 'journal is missing or malformed');
  return { base: journal.base, entries: journal.frames.flatMap((frame) => [...frame.entries]) };
}

/**
 * Entries `[from, to)` of the ledger in `dir`, in order, but those that are sealed; stops at the end of the log. Cheap at any place: one bundle of
 * 256 entries is read at a time. While the log is open this may show entries of the batch being written; ask the open
 * `Ledger` itself where only durable entries will do. Throws a `LedgerError` `tampered` on malformed files.
 */
export async function* readEntries(
  dir: string,
  from = 0,
  to: number = Number.MAX_SAFE_INTEGER,
  disk: DiskReader = nodeDisk,
): AsyncGenerator<LedgerRecord> {
  let index = from;
  while (index < to) {
    // The journal first: should the log be rotated meanwhile, what this snapshot lacks is in bundles by now.
    const { base, entries } = await readJournal(disk, dir);
    if (index >= base) {
      for (const entry of entries.slice(index - base, to - base)) {
        yield { index, entry };
        index += 1;
      }
      return;
    }
    const end = Math.min(to, base);
    yield* readTiledEntries(disk, dir, index, end);
    index = end;
  }
}
