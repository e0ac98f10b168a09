// Entries whose bytes are gone: only where a signed statement says so, and the log itself says that it was made.
import type { Journal } from '../journal/parse-journal.ts';
import { type Hash, rootOf, sameHash } from '../merkle/hash.ts';
import type { VerifierKey } from '../note/vkey.ts';
import { isSealed, parseSealFile, type SealRange, sealPath } from '../seal/seal-file.ts';
import { openSeal, type Seal } from '../seal/statement.ts';
import { parseBundle } from '../tiles/bundle.ts';
import { TILE_WIDTH, tilePath } from '../tiles/tile-path.ts';
import { type Fault, fault } from './fault.ts';
import type { Folder } from './folder.ts';

/** A statement whose signature holds. */
export interface PlacedSeal {
  readonly seal: Seal;
  readonly record: number;
  readonly file: string;
}

/** Opens the statements that lie there. */
export async function* openSeals(
  folder: Folder,
  ranges: readonly SealRange[],
  key: VerifierKey,
  seals: PlacedSeal[],
): AsyncGenerator<Fault> {
  for (const range of ranges) {
    const file = sealPath(range);
    const place = { record: range.from, file };
    const bytes = await folder.take(file);
    const parsed = bytes === undefined ? undefined : parseSealFile(bytes);
    const opened = parsed === undefined ? undefined : openSeal(parsed.note, key);
    if (parsed === undefined || opened === undefined) {
      yield fault('malformed', place, `seal \`${file}\` is not one`);
      return;
    }
    if (opened.kind === 'rejected') {
      const kind = opened.fault === 'malformed' ? 'malformed' : 'bad-signature';
      yield fault(kind, place, `seal \`${file}\` is \`${opened.fault}\``);
      return;
    }
    const { seal } = opened;
    if (seal.from !== range.from || seal.to !== range.to)
      yield fault('malformed', place, `seal \`${file}\` is of records \`${seal.from}\` to \`${seal.to - 1}\``);
    seals.push({ seal, record: parsed.record, file });
  }
}

/**
 * Whether a statement says that a record is sealed, and its bytes need not be there. A log in use may seal while it is verified:
 * what came since the folder was listed counts when its signature holds; that the log says so too is for the next verification to
 * see. @param withArchive the archive is read too: what was moved there must be there.
 */
export function sealedIn(folder: Folder, key: VerifierKey, known: readonly PlacedSeal[], withArchive: boolean) {
  const late: PlacedSeal[] = [];
  const covering = (record: number): Seal | undefined =>
    [...known, ...late].map(({ seal }) => seal).find((seal) => isSealed([seal], record));
  const isExcused = (seal: Seal): boolean => !withArchive || seal.fate === 'removed';
  return async (record: number): Promise<boolean> => {
    const found = covering(record);
    if (found !== undefined) return isExcused(found);
    const ranges = (await folder.seals()).filter(({ from }) => covering(from) === undefined);
    for await (const _ of openSeals(folder, ranges, key, late)) return false;
    const since = covering(record);
    return since !== undefined && isExcused(since);
  };
}

/** The roots of blocks against the root that each statement names. */
export function* compareSealRoots(seals: readonly PlacedSeal[], blocks: readonly Hash[]): Generator<Fault> {
  for (const { seal, file } of seals) {
    const place = { record: seal.from, file };
    if (seal.to / TILE_WIDTH > blocks.length)
      yield fault('truncated', place, `seal \`${file}\` shows that there were more than these records`);
    const root = rootOf(blocks.slice(seal.from / TILE_WIDTH, seal.to / TILE_WIDTH));
    if (!sameHash(root, seal.root))
      yield fault(
        'edited',
        place,
        `a record from \`${seal.from}\` to \`${seal.to - 1}\` is not the one that was sealed`,
      );
  }
}

async function entryAt(folder: Folder, journal: Journal, index: number): Promise<Uint8Array | undefined> {
  if (index >= journal.base) return journal.frames.flatMap(({ entries }) => [...entries])[index - journal.base];
  const bytes = await folder.take(tilePath('entries', Math.floor(index / TILE_WIDTH)));
  return (bytes === undefined ? undefined : parseBundle(bytes))?.[index % TILE_WIDTH];
}

/** Each statement must stand in the log, behind what it seals. Its entry may itself be sealed by a later one. */
export async function* findSealRecords(
  folder: Folder,
  journal: Journal,
  seals: readonly PlacedSeal[],
): AsyncGenerator<Fault> {
  for (const { seal, record, file } of seals) {
    const isBehind = record >= seal.to;
    const entry = await entryAt(folder, journal, record);
    const isSaid = entry !== undefined && Buffer.from(entry).includes(seal.digest);
    const later = seals.filter((other) => other.seal.from >= seal.to).map((other) => other.seal);
    if (isBehind && (isSaid || (entry === undefined && isSealed(later, record)))) continue;
    const message = `records \`${seal.from}\` to \`${seal.to - 1}\` were sealed, and record \`${record}\` does not say so`;
    yield fault('deleted', { record: seal.from, file }, message);
  }
}
