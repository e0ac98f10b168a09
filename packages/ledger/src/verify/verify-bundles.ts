// The tiled part of a log: every bundle against its leaf tile, leaf tiles against the levels above.

import type { CompactRange } from '../merkle/compact-range.ts';
import { type Hash, rootOf, sameHash } from '../merkle/hash.ts';
import { encodeTile, parseTile } from '../tiles/plan-tiles.ts';
import { TILE_WIDTH, tilePath } from '../tiles/tile-path.ts';
import type { BlockRoots } from './block-roots.ts';
import { type Change, classifyChange } from './classify.ts';
import { type Fault, fault } from './fault.ts';
import type { Folder } from './folder.ts';
import { type HashedBundle, hashBundle } from './hash-block.ts';
import { checkPartialBundles, checkPartialTiles, type UpperTiles } from './verify-tiles.ts';

/** Where in the whole log a hash turns up, for what one bundle cannot tell; only asked once something is wrong. */
async function findElsewhere(folder: Folder, tiled: number, wanted: Hash, found: Hash) {
  let foundAt: number | undefined;
  let isWantedThere = false;
  for (let index = 0; index < tiled / TILE_WIDTH; index += 1) {
    const tile = await folder.take(tilePath(0, index));
    const position =
      (tile === undefined ? undefined : parseTile(tile))?.findIndex((hash) => sameHash(hash, found)) ?? -1;
    if (position >= 0) foundAt ??= index * TILE_WIDTH + position;
    const bytes = await folder.take(tilePath('entries', index));
    if (bytes !== undefined) isWantedThere ||= hashBundle(bytes).hashes.some((hash) => sameHash(hash, wanted));
  }
  return { foundAt, isWantedThere };
}

async function kindOf(
  folder: Folder,
  tiled: number,
  index: number,
  change: Change,
  tile: Hash[],
  hashes: readonly Hash[],
) {
  const wanted = tile[change.at];
  const found = hashes[change.at];
  if (!change.isUncertain || wanted === undefined || found === undefined) return change.kind;
  const { foundAt, isWantedThere } = await findElsewhere(folder, tiled, wanted, found);
  if (foundAt !== undefined && isWantedThere) return 'reordered';
  return foundAt === index * TILE_WIDTH + change.at + 1 ? 'deleted' : change.kind;
}

/** Whether the level above vouches for the records, so that it is the leaf tile that was changed. */
async function isParentOf(folder: Folder, index: number, root: Hash): Promise<boolean> {
  const parent = Math.floor(index / TILE_WIDTH);
  for (const width of [TILE_WIDTH, ...folder.partialWidths(1, parent)]) {
    const bytes = await folder.take(tilePath(1, parent, width));
    const hash = (bytes === undefined ? undefined : parseTile(bytes))?.[index % TILE_WIDTH];
    if (hash !== undefined && sameHash(hash, root)) return true;
  }
  return false;
}

async function* checkBundle(folder: Folder, tiled: number, index: number, tile: Hash[], bundle: HashedBundle) {
  const change = classifyChange(tile, bundle.hashes);
  if (change === undefined && bundle.isWhole) return;
  const at = change?.at ?? bundle.hashes.length;
  const record = index * TILE_WIDTH + at;
  if (!bundle.isWhole) {
    const file = tilePath('entries', index);
    yield fault(
      'malformed',
      { record, file },
      `bundle \`${file}\` does not end behind an entry; record \`${record}\` is the first bad one`,
    );
    return;
  }
  if (change === undefined) return;
  if (await isParentOf(folder, index, rootOf(bundle.hashes))) {
    const place = { record, file: tilePath(0, index), offset: at * 32 };
    yield fault('edited', place, `hash of record \`${record}\` was changed in tile \`${place.file}\``);
    return;
  }
  const kind = await kindOf(folder, tiled, index, change, tile, bundle.hashes);
  const offset = bundle.offsets[at];
  const place = { record, file: tilePath('entries', index), ...(offset === undefined ? {} : { offset }) };
  yield fault(kind, place, `record \`${record}\` was ${kind}`);
}

interface BlockFiles {
  readonly tile: Uint8Array | undefined;
  readonly bundle: Uint8Array | undefined;
}

/** What verification of the tiled part tells, block by block. */
export interface BundleTold {
  /** Roots that threads found; what they found clean is not read here. */
  readonly roots?: BlockRoots | undefined;
  /** Whether somebody asks about a size in the block that begins there, its beginning included. */
  readonly isAsked: (start: number) => boolean;
  /** For the roots of sizes that somebody asks about. */
  readonly atSizes: (range: CompactRange, hashes: readonly Hash[]) => void;
  /** The root of each full tile, in order. */
  readonly block: (root: Hash) => void;
}

/** A block that a thread has hashed and found clean, and of which nobody asks more: its root is all that is needed. */
async function quickRoot(folder: Folder, index: number, told: BundleTold): Promise<Hash | undefined> {
  const start = index * TILE_WIDTH;
  const hasPartials = [0, 'entries' as const].some((level) => folder.partialWidths(level, index).length > 0);
  if (told.roots === undefined || hasPartials || told.isAsked(start)) return undefined;
  const root = await told.roots.at(index);
  if (root !== undefined) folder.see(tilePath(0, index), tilePath('entries', index));
  return root;
}

type Block = BlockFiles | { readonly root: Hash };

async function readBlock(folder: Folder, index: number, told: BundleTold): Promise<Block> {
  const root = await quickRoot(folder, index, told);
  if (root !== undefined) return { root };
  const [tile, bundle] = await Promise.all([folder.take(tilePath(0, index)), folder.take(tilePath('entries', index))]);
  return { tile, bundle };
}

/** Reads blocks one ahead, so that the disk works while the records before are hashed. */
async function* readBlocks(folder: Folder, count: number, told: BundleTold): AsyncGenerator<readonly [number, Block]> {
  let next = readBlock(folder, 0, told);
  for (let index = 0; index < count; index += 1) {
    const block = await next;
    if (index + 1 < count) {
      next = readBlock(folder, index + 1, told);
      // Awaited in the next round, or never when a fault ends the verification first.
      next.catch(() => undefined);
    }
    yield [index, block];
  }
}

/** Hashes of a block whose entries are sealed: those of its tile, which the levels above and the signed heads vouch for. */
async function* sealedHashes(index: number, bytes: Uint8Array): AsyncGenerator<Fault, readonly Hash[]> {
  const file = tilePath(0, index);
  const hashes = parseTile(bytes) ?? [];
  if (hashes.length !== TILE_WIDTH)
    yield fault('malformed', { record: index * TILE_WIDTH, file }, `tile \`${file}\` has \`${bytes.length}\` bytes`);
  return hashes;
}

/** Checks records `[0, tiled)` and appends them to `range`. `isSealed`: whether a signed statement says so of a record. */
export async function* verifyBundles(
  folder: Folder,
  tiled: number,
  range: CompactRange,
  upper: UpperTiles,
  isSealed: (record: number) => Promise<boolean>,
  told: BundleTold,
): AsyncGenerator<Fault> {
  if (tiled === 0) return;
  for await (const [index, files] of readBlocks(folder, tiled / TILE_WIDTH, told)) {
    if (!('tile' in files)) {
      yield* upper.add(files.root);
      told.block(files.root);
      range.appendSubtree(files.root, TILE_WIDTH);
      continue;
    }
    const record = index * TILE_WIDTH;
    const tileFile = tilePath(0, index);
    const bundleFile = tilePath('entries', index);
    if (files.tile !== undefined && files.bundle === undefined && (await isSealed(record))) {
      const hashes = yield* sealedHashes(index, files.tile);
      yield* checkPartialTiles(folder, 0, index, hashes);
      const root = rootOf(hashes);
      yield* upper.add(root);
      told.atSizes(range, hashes);
      told.block(root);
      range.appendSubtree(root, TILE_WIDTH);
      continue;
    }
    if (files.tile === undefined || files.bundle === undefined) {
      const file = files.bundle === undefined ? bundleFile : tileFile;
      yield fault('missing-file', { record, file }, `file \`${file}\` is missing`);
      return;
    }
    const bundle = hashBundle(files.bundle);
    if (!bundle.isWhole || !sameHash(files.tile, encodeTile(bundle.hashes))) {
      const tile = parseTile(files.tile);
      if (tile?.length !== TILE_WIDTH) {
        const message = `tile \`${tileFile}\` has \`${files.tile.length}\` bytes`;
        yield fault('malformed', { record, file: tileFile }, message);
        return;
      }
      yield* checkBundle(folder, tiled, index, tile, bundle);
    }
    if (bundle.hashes.length !== TILE_WIDTH) {
      const message = `bundle \`${bundleFile}\` holds \`${bundle.hashes.length}\` records`;
      yield fault('malformed', { record, file: bundleFile }, message);
      return;
    }
    yield* checkPartialBundles(folder, index, bundle.entries, files.bundle);
    yield* checkPartialTiles(folder, 0, index, bundle.hashes);
    const root = rootOf(bundle.hashes);
    yield* upper.add(root);
    told.atSizes(range, bundle.hashes);
    told.block(root);
    range.appendSubtree(root, TILE_WIDTH);
  }
}
