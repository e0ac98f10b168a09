// Complete subtree roots from tiles on disk, the partial upper tiles in memory and the leaf hashes of the tail.

import { join } from 'node:path';
import type { DiskReader } from '../disk/disk.ts';
import { CompactRange } from '../merkle/compact-range.ts';
import { type Hash, nodeHash, rootOf } from '../merkle/hash.ts';
import type { SubtreeSource } from '../merkle/prove.ts';
import { parseTile, type TileEdges } from './plan-tiles.ts';
import { hashesOnLevel, TILE_WIDTH, tilePath } from './tile-path.ts';

/** A tree at one moment. INVARIANT: `tiled` is a multiple of 256, every full tile of that size is on disk. */
export interface TreeView {
  readonly tiled: number;
  readonly edges: TileEdges;
  /** Leaf hashes from `tiled` on. */
  readonly tail: readonly Hash[];
}

/** Reads full tiles and keeps the last few, since neighbouring subtrees come from the same tile. */
export type TileReader = (level: number, index: number) => Promise<readonly Hash[]>;

const CACHED_TILES = 16;

export function createTileReader(disk: DiskReader, dir: string): TileReader {
  const cache = new Map<string, readonly Hash[]>();
  return async (level, index) => {
    const path = tilePath(level, index);
    const cached = cache.get(path);
    if (cached !== undefined) return cached;
    const bytes = await disk.readFile(join(dir, path));
    const hashes = bytes === undefined ? undefined : parseTile(bytes);
    if (hashes?.length !== TILE_WIDTH) throw new Error(`tile \`${path}\` is missing or not full`);
    const oldest = cache.keys().next();
    if (cache.size >= CACHED_TILES && oldest.done !== true) cache.delete(oldest.value);
    cache.set(path, hashes);
    return hashes;
  };
}

/** Rebuilds the partial upper tiles of a tree of `tiled` leaves: at most 255 tile reads a level. */
export async function loadEdges(read: TileReader, tiled: number): Promise<TileEdges> {
  const edges: Hash[][] = [];
  for (let level = 1; hashesOnLevel(tiled, level) > 0; level += 1) {
    const end = hashesOnLevel(tiled, level);
    const edge: Hash[] = [];
    for (let i = end - (end % TILE_WIDTH); i < end; i += 1) edge.push(rootOf(await read(level - 1, i)));
    edges.push(edge);
  }
  return edges;
}

/** The compact range of the tiled part of a tree. */
export function rangeOfEdges(edges: TileEdges): CompactRange {
  const range = new CompactRange();
  for (const [i, edge] of [...edges.entries()].reverse()) {
    for (const root of edge) range.appendSubtree(root, TILE_WIDTH ** (i + 1));
  }
  return range;
}

/** A source of subtree roots for proofs about any tree up to the size of `view`. */
export function createSubtreeSource(read: TileReader, view: TreeView): SubtreeSource {
  const source: SubtreeSource = async (level, index) => {
    const start = index * 2 ** level;
    if (start >= view.tiled) {
      const from = start - view.tiled;
      return rootOf(view.tail.slice(from, from + 2 ** level));
    }
    const tileLevel = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = index * count;
    const tile = Math.floor(first / TILE_WIDTH);
    const offset = first % TILE_WIDTH;
    if (tile < hashesOnLevel(view.tiled, tileLevel + 1)) {
      return rootOf((await read(tileLevel, tile)).slice(offset, offset + count));
    }
    const edge = view.edges[tileLevel - 1]?.slice(offset, offset + count) ?? [];
    if (edge.length === count) return rootOf(edge);
    // The subtree crosses from tiles into the tail: its halves do not, or less so.
    return nodeHash(await source(level - 1, index * 2), await source(level - 1, index * 2 + 1));
  };
  return source;
}
