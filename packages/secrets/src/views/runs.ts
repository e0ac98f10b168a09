// Undoes base64 and hex wherever a run of their digits is long enough to hide a secret, also one broken over lines: what
// comes out is searched again, so an encoding within an encoding is found as well. Every alignment is tried, because a
// run may begin with something else.
import { keepPlausible } from './plausible.ts';
import type { Piece, View } from './view.ts';

/** 1: a base64 digit of either alphabet. 2: a hex digit too. */
const KIND = new Uint8Array(256);
for (const [signs, kind] of [
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_', 1],
  ['ABCDEFabcdef0123456789', 2],
] as const) {
  for (const sign of signs) KIND[sign.charCodeAt(0)] = kind;
}

/** Digits are put here, and what they spell is copied out of it at once. Long texts come in blocks. */
let scratch: Buffer = Buffer.alloc(4_096);

const spell = (digits: Buffer, shift: number, encoding: 'base64' | 'hex'): Uint8Array =>
  Buffer.from(digits.toString('latin1', shift), encoding);

/** The digits of all runs, one after another, and where each came from. */
interface Digits {
  readonly digits: Buffer;
  /** Index of a digit and its place in the source, wherever the two stop rising together. */
  readonly index: readonly number[];
  readonly place: readonly number[];
}

/** The end of the white space that breaks a run: a line end and an indentation; 0 when it is no break. */
function afterBreak(source: Uint8Array, at: number): number {
  let to = at;
  while (source[to] === 0x20 && to < at + 8) to++;
  if (source[to] === 0x5c) to++;
  if (source[to] === 0x0d) to++;
  if (source[to] !== 0x0a) return 0;
  to++;
  while ((source[to] === 0x20 || source[to] === 0x09) && to < at + 64) to++;
  return KIND[source[to] ?? 0] === 0 ? 0 : to;
}

/** The beginning of the run on the line before, where a run begins right after a line's indentation. */
function lineBefore(source: Uint8Array, start: number, least: number, kind: number): number {
  let at = start - 1;
  while (at > least && (source[at] === 0x20 || source[at] === 0x09)) at--;
  if (source[at] !== 0x0a) return start;
  at--;
  if (source[at] === 0x0d) at--;
  let from = at;
  while (from >= least && (KIND[source[from] as number] as number) >= kind) from--;
  return from === at ? start : from + 1;
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
  bytes: Uint8Array,
  shortest: number,
  wide: boolean,
  locate: (start: number, end: number) => readonly Piece[],
): readonly View[] {
  const kept = keepPlausible(bytes, shortest, wide);
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
    spelled(spell(digits, shift, 'base64'), (shortest * 3) >> 2, wide, (start, end) => {
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
    spelled(spell(digits, shift, 'hex'), shortest >> 1, wide, (start, end) =>
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
