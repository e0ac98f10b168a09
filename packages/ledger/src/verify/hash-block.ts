// One block of 256 records: its entries, their hashes and where they stand, as the bytes say.
import { type Hash, leafHashWithin, rootOf, sameHash } from '../merkle/hash.ts';
import { scanBundle } from '../tiles/bundle.ts';
import { encodeTile } from '../tiles/plan-tiles.ts';
import { TILE_WIDTH } from '../tiles/tile-path.ts';

export interface HashedBundle {
  readonly entries: readonly Uint8Array[];
  readonly hashes: readonly Hash[];
  readonly offsets: readonly number[];
  readonly isWhole: boolean;
}

export function hashBundle(bytes: Uint8Array): HashedBundle {
  const { spans, isWhole } = scanBundle(bytes);
  const bundle = { entries: [] as Uint8Array[], hashes: [] as Hash[], offsets: [] as number[], isWhole };
  for (let i = 0; i < spans.length; i += 2) {
    const from = spans[i] ?? 0;
    const to = spans[i + 1] ?? 0;
    bundle.hashes.push(leafHashWithin(bytes, from, to));
    bundle.entries.push(bytes.subarray(from, to));
    bundle.offsets.push(from);
  }
  return bundle;
}

/** The root of a block in which nothing is to be said: 256 whole entries that are those of the tile. Else undefined. */
export function cleanRoot(tile: Uint8Array, bytes: Uint8Array): Hash | undefined {
  const { hashes, isWhole } = hashBundle(bytes);
  const isClean = isWhole && hashes.length === TILE_WIDTH && sameHash(tile, encodeTile(hashes));
  return isClean ? rootOf(hashes) : undefined;
}
