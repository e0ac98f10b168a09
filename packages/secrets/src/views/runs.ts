// Undoes base64 and hex wherever a run of their digits is long enough to hide a secret, also one broken over lines: what
// comes out is searched again, so an encoding within an encoding is found as well. Every alignment is tried, because a
// run may begin with something else.
import { afterBreak, KIND_OF_DIGIT as KIND, lineBefore } from './breaks.ts';
import { collectedMaySpell, type Encoding, leastBytes } from './may-spell.ts';
import { keepPlausible } from './plausible.ts';
import type { Piece, View } from './view.ts';

/** Digits are put here, and what they spell is copied out of it at once. Long texts come in blocks. */
let scratch: Buffer = Buffer.alloc(4_096);

/** The digits of all runs, one after another, and where each came from. */
interface Digits {
  readonly digits: Buffer;
  /** Index of a digit and its place in the source, wherever the two stop rising together. */
  readonly index: readonly number[];
  readonly place: readonly number[];
}

function collect(source: Uint8Array, kind: 1 | 2, shortest: number): Digits | null {
  const size = source.length;
  const needed = Math.ceil(size * (1 + 8 / shortest)) + 64;
  if (scratch.length < needed) scratch = Buffer.alloc(needed);
  const digits = scratch;
  const filler = kind === 1 ? 0x2f : 0x66;
  let used = 0;
  const index: number[] = [];
  const place: number[] = [];
  const put = (start: number, end: number): void => {
    index.push(used);
    place.push(start);
    if (end - start < 32) for (let i = start; i < end; i++) digits[used + i - start] = source[i] as number;
    else digits.set(source.subarray(start, end), used);
    used += end - start;
  };
  let done = 0;
  let probe = shortest - 1;
  while (probe < size) {
    if ((KIND[source[probe] as number] as number) < kind) {
      probe += shortest;
      continue;
    }
    let start = probe;
    const least = Math.max(done, probe - shortest + 1);
    while (start > least && (KIND[source[start - 1] as number] as number) >= kind) start--;
    let end = probe + 1;
    if (start + shortest > end) {
      const needed = Math.min(size, start + shortest);
      while (end < needed && (KIND[source[end] as number] as number) >= kind) end++;
      if (end - start < shortest) {
        probe = end + shortest;
        continue;
      }
    }
    while (end < size && (KIND[source[end] as number] as number) >= kind) end++;
    while (start > done && (KIND[source[start - 1] as number] as number) >= kind) start--;
    const before = lineBefore(source, start, done, kind);
    if (before < start) {
      let stop = before;
      while ((KIND[source[stop] as number] as number) >= kind) stop++;
      put(before, stop);
    }
    put(start, end);
    for (let next = afterBreak(source, end); next > 0; next = afterBreak(source, end)) {
      let stop = next;
      while (stop < size && (KIND[source[stop] as number] as number) >= kind) stop++;
      if (stop === next) break;
      put(next, stop);
      end = stop;
    }
    // Digits of set bits between runs, which spell no text: each run begins with a whole group, and never joins the one before it.
    for (const next = (used + 8) & ~3; used < next; used++) digits[used] = filler;
    done = end;
    probe = end + shortest;
  }
  return used === 0 ? null : { digits: digits.subarray(0, used), index, place };
}

/** Where in the source a digit stands. */
function placeOf({ index, place }: Digits, digit: number): number {
  let low = 0;
  let high = index.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((index[middle] ?? 0) <= digit) low = middle;
    else high = middle - 1;
  }
  return (place[low] ?? 0) + digit - (index[low] ?? 0);
}

function pieceOf(source: Uint8Array, digits: Digits, first: number, last: number): readonly Piece[] {
  const start = placeOf(digits, first);
  let end = placeOf(digits, last) + 1;
  const full = end;
  while (end < full + 2 && source[end] === 0x3d) end++;
  return [[start, KIND[source[end] ?? 0] === 0 ? end : full]];
}

/** A view of what digits spell, without what is noise; `first` and `last` give the digits that spell a byte range. */
function spelled(
  digits: Buffer,
  encoding: Encoding,
  shift: number,
  shortest: number,
  wide: boolean,
  locate: (start: number, end: number) => readonly Piece[],
): readonly View[] {
  if (!collectedMaySpell(digits, encoding, shift, shortest, wide)) return [];
  const kept = keepPlausible(
    Buffer.from(digits.toString('latin1', shift), encoding),
    leastBytes(encoding, shortest),
    wide,
  );
  if (kept === null) return [];
  const { placeOf: at } = kept;
  return [{ bytes: kept.bytes, decoded: () => true, locate: (start, end) => locate(at(start), at(end - 1) + 1) }];
}

/**
 * What the digits mean from each of four places on. `atGroup`: see `forms.ts`;
 * `wide`: some secret has letters beyond ASCII.
 */
export function base64Views(
  source: Uint8Array,
  atGroup: (size: number) => boolean,
  shortest: number,
  wide: boolean,
): readonly View[] {
  const found = collect(source, 1, shortest);
  if (found === null) return [];
  const { digits } = found;
  return [0, 1, 2, 3].flatMap((shift) =>
    spelled(digits, 'base64', shift, shortest, wide, (start, end) => {
      const first = atGroup(end - start) ? Math.ceil(start / 3) * 4 : Math.ceil((start * 4) / 3);
      return pieceOf(source, found, shift + first, shift + Math.ceil((end * 4) / 3) - 1);
    }),
  );
}

/** The bytes hex digits spell, from the first digit and from the second; and the digits themselves in one case (`folds`). */
export function hexViews(source: Uint8Array, shortest: number, wide: boolean, folds: boolean): readonly View[] {
  const found = collect(source, 2, shortest);
  if (found === null) return [];
  const { digits } = found;
  const views = [0, 1].flatMap((shift) =>
    spelled(digits, 'hex', shift, shortest, wide, (start, end) =>
      pieceOf(source, found, shift + start * 2, shift + end * 2 - 1),
    ),
  );
  if (!folds) return views;
  const folded: View = {
    bytes: Buffer.from(digits.toString('latin1').toLowerCase(), 'latin1'),
    final: true,
    decoded: () => true,
    locate: (start, end) => pieceOf(source, found, start, end - 1),
  };
  return [...views, folded];
}
