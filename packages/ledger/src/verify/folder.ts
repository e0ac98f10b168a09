// The files of a ledger folder, each to be looked at once. INVARIANT: what no check asked for is reported at the end, so
// there is no place in the folder where bytes go unverified.

import { join } from 'node:path';
import type { DiskReader } from '../disk/disk.ts';
import { LEFTOVER_NAME } from '../disk/write-durably.ts';
import { listSeals, parseSealPath, SEAL_FOLDER, type SealRange } from '../seal/seal-file.ts';
import { parseTilePath, type TileName } from '../tiles/tile-path.ts';

const STATIC_FILES = new Set(['vkey', 'checkpoint', 'journal']);

export interface Folder {
  /** Reads a file and counts it as looked at. */
  readonly take: (path: string) => Promise<Uint8Array | undefined>;
  /** Counts files as looked at that somebody else has read. */
  readonly see: (...paths: readonly string[]) => void;
  /** The widths of partial tiles that stand beside a tile. */
  readonly partialWidths: (level: number | 'entries', index: number) => readonly number[];
  /** Files that are no part of any ledger. */
  readonly foreign: readonly string[];
  readonly leftovers: readonly string[];
  /** What is said to be sealed, when the folder was listed and since. */
  readonly seals: () => Promise<readonly SealRange[]>;
  /** Tiles that nobody has asked for so far. */
  readonly unseen: () => readonly TileName[];
}

const placeOf = (level: number | 'entries', index: number): string => `${level}/${index}`;

/** Lists the folder once; bundles that are not in it may lie in `archive`. Files that appear later belong to records that are appended later. */
export async function openFolder(disk: DiskReader, dir: string, archive?: string): Promise<Folder | undefined> {
  const tiles = new Map<string, TileName>();
  const partials = new Map<string, number[]>();
  const foreign: string[] = [];
  const leftovers: string[] = [];

  const addFile = (path: string): void => {
    const tile = parseTilePath(path);
    if (tile !== undefined) {
      tiles.set(path, tile);
      const place = placeOf(tile.level, tile.index);
      if (tile.width < 256) partials.set(place, [...(partials.get(place) ?? []), tile.width]);
    } else if (LEFTOVER_NAME.test(path)) leftovers.push(path);
    else if (!STATIC_FILES.has(path) && parseSealPath(path) === undefined) foreign.push(path);
  };
  const walk = async (folder: string): Promise<boolean> => {
    const entries = await disk.list(join(dir, folder));
    for (const { name, kind } of entries ?? []) {
      const path = folder === '' ? name : `${folder}/${name}`;
      // Only a tree of tiles and the seals have folders; a folder elsewhere is foreign as a whole, read or not.
      if (kind === 'file') addFile(path);
      else if (kind === 'folder' && (/^tile(?:\/|$)/.test(path) || path === SEAL_FOLDER)) await walk(path);
      else if (!(path === 'lock' && kind === 'other')) foreign.push(path);
    }
    return entries !== undefined;
  };
  if (!(await walk(''))) return undefined;

  return {
    take: async (path) => {
      tiles.delete(path);
      const bytes = await disk.readFile(join(dir, path));
      const isArchived = bytes === undefined && archive !== undefined && path.startsWith('tile/entries/');
      return isArchived ? disk.readFile(join(archive, path)) : bytes;
    },
    see: (...paths) => {
      for (const path of paths) tiles.delete(path);
    },
    partialWidths: (level, index) => partials.get(placeOf(level, index)) ?? [],
    foreign,
    leftovers,
    seals: () => listSeals(disk, dir),
    unseen: () => [...tiles.values()],
  };
}
