// Which tiles a growing tree fills. Pure: from what is tiled so far and new full blocks of 256 entries to files to write.

import type { PlannedFile } from '../disk/write-durably.ts';
import { HASH_BYTES, type Hash, rootOf } from '../merkle/hash.ts';
import { encodeBundle } from './bundle.ts';
import { hashesOnLevel, TILE_WIDTH, tilePath } from './tile-path.ts';

/**
 * The hashes of the rightmost, partial tile of each level above 0: `edges[0]` is level 1. INVARIANT: immutable, so that a
 * proof being made keeps the tree it began with.
 */
export type TileEdges = readonly (readonly Hash[])[];

export interface TilePlan {
  readonly files: readonly PlannedFile[];
  readonly edges: TileEdges;
}

export function encodeTile(hashes: readonly Hash[]): Uint8Array {
  return Buffer.concat(hashes);
}

/** The hashes of a tile; undefined when the bytes are not a whole number of hashes, 1 to 256. */
export function parseTile(bytes: Uint8Array): Hash[] | undefined {
  const count = bytes.length / HASH_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > TILE_WIDTH) return undefined;
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/** Plans the full tiles and bundles for entries from `base` on; `entries.length` is a multiple of 256, as is `base`. */
export function planFullTiles(
  edges: TileEdges,
  base: number,
  hashes: readonly Hash[],
  entries: readonly Uint8Array[],
): TilePlan {
  const files: PlannedFile[] = [];
  const next = edges.map((edge) => [...edge]);
  for (let at = 0; at < entries.length; at += TILE_WIDTH) {
    const index = (base + at) / TILE_WIDTH;
    const block = hashes.slice(at, at + TILE_WIDTH);
    files.push({ path: tilePath('entries', index), bytes: encodeBundle(entries.slice(at, at + TILE_WIDTH)) });
    files.push({ path: tilePath(0, index), bytes: encodeTile(block) });
    let root = rootOf(block);
    for (let level = 1; ; level += 1) {
      const edge = next[level - 1] ?? [];
      next[level - 1] = edge;
      edge.push(root);
      if (edge.length < TILE_WIDTH) break;
      files.push({ path: tilePath(level, hashesOnLevel(base + at, level + 1)), bytes: encodeTile(edge) });
      root = rootOf(edge);
      next[level - 1] = [];
    }
  }
  return { files, edges: next };
}

/** Plans the partial tiles and the partial bundle of a tree whose last full block ends at `base`. */
export function planPartialTiles(
  edges: TileEdges,
  base: number,
  hashes: readonly Hash[],
  entries: readonly Uint8Array[],
): readonly PlannedFile[] {
  const files: PlannedFile[] = [];
  const size = base + entries.length;
  for (const [level, edge] of [hashes, ...edges].entries()) {
    if (edge.length === 0) continue;
    const index = hashesOnLevel(size, level + 1);
    files.push({ path: tilePath(level, index, edge.length), bytes: encodeTile(edge) });
    if (level === 0) files.push({ path: tilePath('entries', index, edge.length), bytes: encodeBundle(entries) });
  }
  return files;
}
