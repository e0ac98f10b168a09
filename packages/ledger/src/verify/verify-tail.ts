// The records of the journal against tiles that already hold them: partial tiles of a log at rest, and full tiles that an
// interrupted rotation has written.

import type { Journal } from '../journal/parse-journal.ts';
import { type Hash, rootOf, sameHash } from '../merkle/hash.ts';
import { encodeBundle } from '../tiles/bundle.ts';
import { parseTile } from '../tiles/plan-tiles.ts';
import { TILE_WIDTH, tilePath } from '../tiles/tile-path.ts';
import { classifyChange } from './classify.ts';
import { type Fault, fault } from './fault.ts';
import type { Folder } from './folder.ts';
import { checkPartialBundles, checkPartialTiles, compareTile, type UpperTiles } from './verify-tiles.ts';

interface Block {
  readonly index: number;
  readonly hashes: readonly Hash[];
  readonly entries: readonly Uint8Array[];
}

function* blocksOf(journal: Journal): Generator<Block> {
  const hashes = journal.frames.flatMap((frame) => [...frame.hashes]);
  const entries = journal.frames.flatMap((frame) => [...frame.entries]);
  for (let at = 0; at < hashes.length; at += TILE_WIDTH) {
    const index = (journal.base + at) / TILE_WIDTH;
    yield { index, hashes: hashes.slice(at, at + TILE_WIDTH), entries: entries.slice(at, at + TILE_WIDTH) };
  }
}

/** Says more exactly what happened to records of the journal, from leaf tiles that still tell what they were. */
export async function locateInTail(folder: Folder, journal: Journal, found: Fault): Promise<Fault | undefined> {
  if (found.kind !== 'edited' && found.kind !== 'truncated') return undefined;
  for (const { index, hashes } of blocksOf(journal)) {
    for (const width of [TILE_WIDTH, ...folder.partialWidths(0, index)]) {
      const bytes = await folder.take(tilePath(0, index, width));
      const tile = bytes === undefined ? undefined : parseTile(bytes);
      if (tile === undefined) continue;
      const change = classifyChange(tile, hashes.slice(0, tile.length));
      // Records missing at the end alone are a truncation, as was found.
      if (change === undefined || change.at === hashes.length) continue;
      const record = index * TILE_WIDTH + change.at;
      return fault(change.kind, { record, file: 'journal' }, `record \`${record}\` was ${change.kind} in the journal`);
    }
  }
  return undefined;
}

/** Tiles must agree with the records of the journal, which by now are known to be the signed ones. */
export async function* compareTail(folder: Folder, journal: Journal, upper: UpperTiles): AsyncGenerator<Fault> {
  let end = journal.base;
  for (const { index, hashes, entries } of blocksOf(journal)) {
    end += hashes.length;
    const bundle = encodeBundle(entries);
    yield* checkPartialTiles(folder, 0, index, hashes);
    yield* checkPartialBundles(folder, index, entries, bundle);
    if (hashes.length < TILE_WIDTH) break;
    const tile = await folder.take(tilePath(0, index));
    if (tile !== undefined) yield* compareTile(tile, 0, index, hashes);
    const file = tilePath('entries', index);
    const bytes = await folder.take(file);
    if (bytes !== undefined && !sameHash(bytes, bundle)) {
      yield fault('edited', { record: index * TILE_WIDTH, file }, `bundle \`${file}\` does not match the journal`);
    }
    yield* upper.add(rootOf(hashes));
  }
  yield* upper.finish();
  for (const { level, index, width } of folder.unseen()) {
    const file = tilePath(level, index, width);
    yield fault(
      'truncated',
      { record: end, file },
      `tile \`${file}\` shows that there were more than \`${end}\` records`,
    );
  }
}
