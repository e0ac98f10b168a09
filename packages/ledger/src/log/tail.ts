// The part of the tree that is not yet tiled, in memory. Bounded by rotation, so memory does not grow with the log.

import { join } from 'node:path';
import type { Disk, DiskFile } from '../disk/disk.ts';
import { replaceFile, writeDurably, writeTiles } from '../disk/write-durably.ts';
import { encodeFrame, encodeJournalHeader } from '../journal/frame.ts';
import type { Hash } from '../merkle/hash.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import { planFullTiles, planPartialTiles, type TileEdges } from '../tiles/plan-tiles.ts';
import { TILE_WIDTH } from '../tiles/tile-path.ts';

/** Leaf hashes and entries from `tiled` (a multiple of 256) on, and the partial upper tiles of what is before. */
export interface Tail {
  readonly tiled: number;
  readonly edges: TileEdges;
  readonly hashes: Hash[];
  readonly entries: Uint8Array[];
}

/** What a rotation has written so far: everything before `tiled` is durable in tiles. */
export interface Tiled {
  readonly tiled: number;
  readonly edges: TileEdges;
}

/** First half of a rotation: writes every full tile of the tail. Changes nothing that the journal relies on. */
export async function writeFullTiles(disk: Disk, dir: string, tail: Tail): Promise<Tiled> {
  const count = tail.entries.length - (tail.entries.length % TILE_WIDTH);
  const plan = planFullTiles(tail.edges, tail.tiled, tail.hashes.slice(0, count), tail.entries.slice(0, count));
  await writeTiles(disk, dir, plan.files);
  // Partial tiles that an earlier close left are superseded by the full ones.
  for (const { path } of plan.files) await disk.remove(join(dir, `${path}.p`));
  return { tiled: tail.tiled + count, edges: plan.edges };
}

/** The tail without what `done` has put into tiles. */
export function dropTiled(tail: Tail, done: Tiled): Tail {
  const count = done.tiled - tail.tiled;
  return { ...done, hashes: tail.hashes.slice(count), entries: tail.entries.slice(count) };
}

/**
 * Second half of a rotation: replaces the journal by one that holds just this tail behind the checkpoint last signed.
 * INVARIANT: nothing is signed here; the new journal ends with the very checkpoint the old one ended with.
 */
export async function startJournal(disk: Disk, dir: string, tail: Tail, checkpoint: Checkpoint) {
  const frame = encodeFrame({ start: tail.tiled, hashes: tail.hashes, entries: tail.entries, note: checkpoint.bytes });
  const bytes = Buffer.concat([encodeJournalHeader(tail.tiled), frame.bytes]);
  const file = await replaceFile(disk, dir, { path: 'journal', bytes }, 'journal.tmp');
  try {
    // Before the checkpoint gets its name: a checkpoint without a journal would look like a journal taken away.
    await disk.syncFolder(dir);
    await writeDurably(disk, dir, { path: 'checkpoint', bytes: checkpoint.bytes });
  } catch (error) {
    await file.close();
    throw error;
  }
  // The entries as views of the new frame, so that the buffers of the old batches can be freed.
  return { file, tail: { ...tail, entries: frame.entries } } satisfies { file: DiskFile; tail: Tail };
}

/** Makes the folder a complete tile tree for the size at rest. `tail` must be shorter than a tile. */
export async function writePartialTiles(disk: Disk, dir: string, tail: Tail): Promise<void> {
  const files = planPartialTiles(tail.edges, tail.tiled, tail.hashes, tail.entries);
  await writeTiles(disk, dir, files);
  for (const { path } of files) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    const kept = path.slice(folder.length + 1);
    for (const { name } of (await disk.list(join(dir, folder))) ?? []) {
      if (name !== kept) await disk.remove(join(dir, folder, name));
    }
  }
}
