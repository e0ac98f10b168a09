// Names of tiles (C2SP tlog-tiles, "Merkle Tree"). Canonical or rejected: each tile has one path.

/** How many hashes or entries a full tile holds. */
export const TILE_WIDTH = 256;

/** A tile of hashes at a level, or a bundle of entries. `width` below 256 means partial. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** The path of a tile relative to the ledger folder. */
export function tilePath(level: number | 'entries', index: number, width: number = TILE_WIDTH): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return `tile/${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Parses a path; undefined unless `tilePath` gives the same path back. */
export function parseTilePath(path: string): TileName | undefined {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  const [, levelText, groups, widthText] = match ?? [];
  if (levelText === undefined || groups === undefined) return undefined;
  const level = levelText === 'entries' ? 'entries' : Number(levelText);
  const index = Number(groups.replaceAll(/[x/]/g, ''));
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  if (!Number.isSafeInteger(index) || width < 1 || (level !== 'entries' && level > 63)) return undefined;
  return tilePath(level, index, width) === path ? { level, index, width } : undefined;
}

/** How many hashes a tree of `size` has on tile level `level`. */
export function hashesOnLevel(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}
