// Reads a ledger folder into the state to go on with. There is no other way to open a log: a clean stop and a crash take
// the same path, so the path is tested by every start.

import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { LEFTOVER_NAME, writeDurably } from '../disk/write-durably.ts';
import { parseJournal } from '../journal/parse-journal.ts';
import { CompactRange } from '../merkle/compact-range.ts';
import { sameHash } from '../merkle/hash.ts';
import { treeRoot } from '../merkle/prove.ts';
import { type Checkpoint, openCheckpoint, signCheckpoint } from '../note/checkpoint.ts';
import type { Signer } from '../note/signing-key.ts';
import { createSubtreeSource, createTileReader, loadEdges, rangeOfEdges } from '../tiles/tile-source.ts';
import { LedgerError } from './ledger-error.ts';
import { replayJournal } from './replay.ts';
import type { Tail } from './tail.ts';

/** What opening found. `tornBytes`: how much of an unacknowledged batch a crash had left at the end of the journal. */
export interface Recovered {
  readonly range: CompactRange;
  readonly tail: Tail;
  readonly checkpoint: Checkpoint;
  readonly tornBytes: number;
}

const tampered = (message: string): LedgerError => new LedgerError('tampered', message);

async function checkKey(disk: Disk, dir: string, signer: Signer): Promise<void> {
  const expected = Buffer.from(`${signer.vkey.text}\n`, 'utf8');
  const found = await disk.readFile(join(dir, 'vkey'));
  if (found !== undefined && !sameHash(found, expected)) {
    throw new LedgerError('wrong-key', `ledger folder belongs to another key than \`${signer.vkey.name}\``);
  }
  if (found !== undefined) return;
  // The key is the first file of a log: when there are others, it was taken away.
  if ((await disk.readFile(join(dir, 'journal'))) !== undefined) throw tampered('file `vkey` is missing');
  await writeDurably(disk, dir, { path: 'vkey', bytes: expected });
}

async function removeLeftovers(disk: Disk, dir: string): Promise<void> {
  for (const { name } of (await disk.list(dir)) ?? []) {
    if (LEFTOVER_NAME.test(name)) await disk.remove(join(dir, name));
  }
}

async function startEmpty(disk: Disk, dir: string, signer: Signer): Promise<Recovered> {
  // The journal is the first file of a log after its key: without it, anything else means that it was taken away.
  for (const name of ['checkpoint', 'tile']) {
    const isThere = name === 'tile' ? await disk.list(join(dir, name)) : await disk.readFile(join(dir, name));
    if (isThere !== undefined) throw tampered(`journal is missing although \`${name}\` exists`);
  }
  const range = new CompactRange();
  return {
    range,
    tail: { tiled: 0, edges: [], hashes: [], entries: [] },
    checkpoint: signCheckpoint(signer, 0, range.root()),
    tornBytes: 0,
  };
}

/** Throws a `LedgerError` when the folder cannot be gone on with, or what the disk throws. Writes only `vkey`, and only into a new log. */
export async function recover(disk: Disk, dir: string, signer: Signer): Promise<Recovered> {
  await checkKey(disk, dir, signer);
  await removeLeftovers(disk, dir);
  const bytes = await disk.readFile(join(dir, 'journal'));
  if (bytes === undefined) return startEmpty(disk, dir, signer);
  const journal = parseJournal(bytes);
  if (journal === undefined) throw tampered('journal does not begin as a journal');

  const read = createTileReader(disk, dir);
  const tiled = journal.base;
  const edges = await loadEdges(read, tiled).catch((error: unknown) => {
    throw tampered(error instanceof Error ? error.message : 'tiles cannot be read');
  });
  const replay = replayJournal(journal, rangeOfEdges(edges), signer.vkey);
  if (replay.kind === 'contradiction') throw tampered(replay.message);
  const { range, hashes, entries, checkpoint } = replay.tree;

  const stored = await disk.readFile(join(dir, 'checkpoint'));
  // Absent only when a crash fell between the first journal and the first checkpoint.
  if (stored === undefined && range.size > 0) throw tampered('checkpoint file is missing');
  if (stored !== undefined) {
    const opened = openCheckpoint(stored, signer.vkey);
    if (opened.kind === 'rejected') throw tampered(`checkpoint file is \`${opened.fault}\``);
    const { size, root } = opened.checkpoint;
    if (size > range.size) throw tampered(`checkpoint says \`${size}\` records, the journal ends at \`${range.size}\``);
    const source = createSubtreeSource(read, { tiled, edges, tail: hashes });
    if (!sameHash(await treeRoot(source, size), root)) throw tampered('checkpoint file contradicts the journal');
  }
  const tornBytes = journal.end.kind === 'torn' ? journal.end.bytes : 0;
  return { range, tail: { tiled, edges, hashes, entries }, checkpoint, tornBytes };
}
