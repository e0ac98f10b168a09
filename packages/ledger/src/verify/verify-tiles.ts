// Compares tiles on disk with hashes computed from the records themselves.

import { HASH_BYTES, type Hash, rootOf, sameHash } from '../merkle/hash.ts';
import { bundleBytes } from '../tiles/bundle.ts';
import { encodeTile } from '../tiles/plan-tiles.ts';
import { TILE_WIDTH, tilePath } from '../tiles/tile-path.ts';
import { type Fault, fault } from './fault.ts';
import type { Folder } from './folder.ts';

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return i;
  return length;
}

const recordAt = (level: number, index: number, position: number): number =>
  (index * TILE_WIDTH + position) * TILE_WIDTH ** level;

/** A tile that was read must hold exactly `hashes`. */
export function compareTile(bytes: Uint8Array, level: number, index: number, hashes: readonly Hash[]): Fault[] {
  const expected = encodeTile(hashes);
  if (sameHash(bytes, expected)) return [];
  const file = tilePath(level, index, hashes.length);
  const offset = firstDifference(bytes, expected);
  const record = recordAt(level, index, Math.floor(offset / HASH_BYTES));
  const place = { record, file, offset };
  if (bytes.length !== expected.length) {
    return [
      fault('malformed', place, `tile \`${file}\` has \`${bytes.length}\` bytes instead of \`${expected.length}\``),
    ];
  }
  return [fault('edited', place, `tile \`${file}\` does not match the records from \`${record}\` on`)];
}

/** Partial tiles beside a tile must be beginnings of `hashes`, all that the tree has there. */
export async function* checkPartialTiles(
  folder: Folder,
  level: number,
  index: number,
  hashes: readonly Hash[],
): AsyncGenerator<Fault> {
  for (const width of folder.partialWidths(level, index)) {
    // A wider one stays unseen, and is reported as evidence of records that are gone.
    if (width > hashes.length) continue;
    const bytes = await folder.take(tilePath(level, index, width));
    if (bytes !== undefined) yield* compareTile(bytes, level, index, hashes.slice(0, width));
  }
}

/** Partial bundles beside a bundle must be beginnings of `bundle`, the bytes of `entries`. */
export async function* checkPartialBundles(
  folder: Folder,
  index: number,
  entries: readonly Uint8Array[],
  bundle: Uint8Array,
): AsyncGenerator<Fault> {
  for (const width of folder.partialWidths('entries', index)) {
    if (width > entries.length) continue;
    const file = tilePath('entries', index, width);
    const bytes = await folder.take(file);
    const expected = bundle.subarray(0, bundleBytes(entries.slice(0, width)));
    if (bytes === undefined || sameHash(bytes, expected)) continue;
    const offset = firstDifference(bytes, expected);
    const before = entries.findIndex((_, i) => bundleBytes(entries.slice(0, i + 1)) > offset);
    const record = index * TILE_WIDTH + (before < 0 ? width : before);
    yield fault('edited', { record, file, offset }, `bundle \`${file}\` differs from record \`${record}\` on`);
  }
}

/** The levels above the leaves: takes roots of full leaf tiles in order and checks every tile that they fill. */
export class UpperTiles {
  readonly #folder: Folder;
  readonly #tiled: number;
  readonly #levels: Hash[][] = [];
  readonly #counts: number[] = [];

  /** `tiled`: up to which record full tiles must be there; beyond it they may. */
  constructor(folder: Folder, tiled: number) {
    this.#folder = folder;
    this.#tiled = tiled;
  }

  async *add(root: Hash, level = 1): AsyncGenerator<Fault> {
    const hashes = this.#levels[level] ?? [];
    this.#levels[level] = hashes;
    hashes.push(root);
    if (hashes.length < TILE_WIDTH) return;
    const index = this.#counts[level] ?? 0;
    this.#counts[level] = index + 1;
    this.#levels[level] = [];
    const file = tilePath(level, index);
    const bytes = await this.#folder.take(file);
    if (bytes !== undefined) yield* compareTile(bytes, level, index, hashes);
    else if (recordAt(level, index + 1, 0) <= this.#tiled) {
      yield fault('missing-file', { record: recordAt(level, index, 0), file }, `tile \`${file}\` is missing`);
    }
    yield* checkPartialTiles(this.#folder, level, index, hashes);
    yield* this.add(rootOf(hashes), level + 1);
  }

  /** The partial tiles at the right edge, once all records are in. */
  async *finish(): AsyncGenerator<Fault> {
    for (const [level, hashes] of this.#levels.entries()) {
      if (hashes !== undefined) yield* checkPartialTiles(this.#folder, level, this.#counts[level] ?? 0, hashes);
    }
  }
}
