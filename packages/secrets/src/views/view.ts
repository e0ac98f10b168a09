// Bytes as they are after one encoding is undone, and where each of them came from. Only what is near something decoded is
// in a view, so a text with one escape costs one window.

/** A piece of the source a span of the view stands for. */
export type Piece = readonly [start: number, end: number];

export interface View {
  readonly bytes: Uint8Array;
  /** Nothing further is undone in it. */
  readonly final?: boolean;
  /** How many bytes at the end of the source may be missing from a view that reaches it. */
  readonly slack?: number;
  /** How far of the source it tells of, where something at its end was left out. */
  readonly reaches?: number;
  /** What in the source the bytes start..end came from. */
  locate(start: number, end: number): readonly Piece[];
  /** Whether anything was decoded between them: what was not stands in the source as it is, and is found there. */
  decoded(start: number, end: number): boolean;
}

/** A byte no text has: what stood before and after it in a view did not stand side by side in the source. */
export const SEPARATOR = 0xff;

/** The same bytes; an escape; left out, redacted with its neighbours; left out, and left. */
const COPIED = 0;
const UNIT = 1;
const DROPPED = 2;
const KEPT = 3;
/** Of each entry: where it stands in the view, what it is, and what of the source it stands for. */
const FIELDS = 4;

export interface Patchwork {
  copy(start: number, end: number): void;
  unit(bytes: Uint8Array, start: number, end: number): void;
  leaveOut(start: number, end: number, kind: 'dropped' | 'kept'): void;
  separate(): void;
  finish(): View | null;
}

/** Puts a view together from left to right. */
export function patchwork(source: Uint8Array): Patchwork {
  let arena = new Uint8Array(Math.min(source.length + 64, 65_536));
  let size = 0;
  let decoded = 0;
  // Numbers in a row: a text of escapes has an entry for each, and a megabyte of them must not be so many objects.
  let entries = new Int32Array(256);
  let count = 0;

  const room = (more: number): void => {
    if (size + more <= arena.length) return;
    const larger = new Uint8Array(Math.max(arena.length * 2, size + more));
    larger.set(arena.subarray(0, size));
    arena = larger;
  };
  const enter = (kind: number, start: number, end: number): void => {
    const from = count * FIELDS;
    if (from === entries.length) {
      const larger = new Int32Array(from * 2);
      larger.set(entries);
      entries = larger;
    }
    entries[from] = size;
    entries[from + 1] = kind;
    entries[from + 2] = start;
    entries[from + 3] = end;
    count++;
  };
  const atOf = (index: number): number => entries[index * FIELDS] as number;
  const kindOf = (index: number): number => entries[index * FIELDS + 1] as number;
  const startOf = (index: number): number => entries[index * FIELDS + 2] as number;
  const endOf = (index: number): number => entries[index * FIELDS + 3] as number;
  const indexAt = (at: number): number => {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (atOf(middle) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  const locate: View['locate'] = (start, end) => {
    if (count === 0) return [];
    const first = indexAt(start);
    const last = indexAt(end - 1);
    const pieces: [number, number][] = [];
    let open: [number, number] | null = null;
    for (let index = first; index <= last; index++) {
      const kind = kindOf(index);
      if (kind === KEPT) {
        open = null;
        continue;
      }
      const at = atOf(index);
      const from = startOf(index);
      const left = kind === COPIED && at < start ? from + (start - at) : from;
      const right = kind === COPIED ? Math.min(endOf(index), from + (end - at)) : endOf(index);
      if (open === null) {
        open = [left, right];
        pieces.push(open);
      } else open[1] = right;
    }
    // One sign alone between two colours says nothing, and other maskers leave it: only where it is the only one.
    const lone = pieces.length > 1 ? pieces.filter(([from, to]) => to - from === 1) : [];
    return lone.length === 1 ? pieces.filter((piece) => piece !== lone[0]) : pieces;
  };

  const isDecoded: View['decoded'] = (start, end) => {
    const first = indexAt(start);
    return count === 0 || kindOf(first) !== COPIED || first !== indexAt(end - 1);
  };

  return {
    copy: (start, end) => {
      if (end <= start) return;
      room(end - start);
      enter(COPIED, start, end);
      if (end - start < 24) for (let i = start; i < end; i++) arena[size + i - start] = source[i] as number;
      else arena.set(source.subarray(start, end), size);
      size += end - start;
    },
    unit: (bytes, start, end) => {
      room(bytes.length);
      enter(UNIT, start, end);
      if (bytes.length === 1) arena[size] = bytes[0] as number;
      else arena.set(bytes, size);
      size += bytes.length;
      decoded++;
    },
    leaveOut: (start, end, kind) => {
      enter(kind === 'kept' ? KEPT : DROPPED, start, end);
      decoded++;
    },
    separate: () => {
      room(1);
      enter(UNIT, 0, 0);
      arena[size++] = SEPARATOR;
    },
    finish: () =>
      decoded === 0
        ? null
        : {
            bytes: arena.subarray(0, size),
            reaches: count === 0 ? 0 : endOf(count - 1),
            locate,
            decoded: isDecoded,
          },
  };
}

/** The next place from an offset on whose byte is marked in a table of 256; the length when there is none. */
export function skipTo(source: Uint8Array, from: number, marked: Uint8Array): number {
  const size = source.length;
  let at = from;
  while (at < size && marked[source[at] as number] === 0) at++;
  return at;
}

/**
 * The next stretch of marked bytes at least `shortest` long, found by looking at few bytes of every other: the last byte
 * of each possible stretch first. `[length, length]` when there is none.
 */
export function nextStretch(
  source: Uint8Array,
  from: number,
  marked: Uint8Array,
  shortest: number,
): readonly [start: number, end: number] {
  const size = source.length;
  let least = from;
  let probe = from + shortest - 1;
  while (probe < size) {
    let at = probe;
    while (at >= least && marked[source[at] as number] !== 0) at--;
    if (at < least) {
      let end = probe + 1;
      while (end < size && marked[source[end] as number] !== 0) end++;
      return [least, end];
    }
    least = at + 1;
    probe = at + shortest;
  }
  return [size, size];
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const NEAR = 24;

/** The next place, from an offset on, where any of some byte strings stands; the length when nowhere. */
export function nextOf(source: Uint8Array, needles: readonly Uint8Array[]): (from: number) => number {
  const text = asBuffer(source);
  const only = needles.length === 1 && needles[0]?.length === 1 ? (needles[0][0] ?? 0) : -1;
  if (only >= 0)
    return (from) => {
      // Where escapes stand close together, a look is cheaper than a search.
      const near = Math.min(from + NEAR, source.length);
      for (let at = from; at < near; at++) if (source[at] === only) return at;
      const found = near < source.length ? text.indexOf(only, near) : -1;
      return found < 0 ? source.length : found;
    };
  // One byte is searched for much faster as a number.
  const wanted = needles.map((needle) => (needle.length === 1 ? (needle[0] ?? 0) : needle));
  const places = needles.map(() => -1);
  let last = 0;
  return (from) => {
    if (from < last) places.fill(-1);
    last = from;
    let nearest = text.length;
    for (let i = 0; i < places.length; i++) {
      if ((places[i] ?? 0) < from) {
        const found = text.indexOf(wanted[i] ?? 0, from);
        places[i] = found < 0 ? Number.POSITIVE_INFINITY : found;
      }
      nearest = Math.min(nearest, places[i] ?? nearest);
    }
    return nearest;
  };
}

/**
 * A view of all that is within reach of an escape, with each escape undone. `passes` says which escape cannot belong
 * to a secret: how far to go on behind it, or 0 where it can.
 */
export function viewAround(
  source: Uint8Array,
  reach: number,
  next: (from: number) => number,
  place: (at: number, onto: Patchwork) => number,
  passes: (at: number) => number = () => 0,
): View | null {
  const opening = (from: number): number => {
    let at = next(from);
    for (let step = 0; at < source.length; at = next(at + step)) {
      step = passes(at);
      if (step === 0) break;
    }
    return at;
  };
  let at = opening(0);
  if (at >= source.length) return null;
  const work = patchwork(source);
  let done = 0;
  while (at < source.length) {
    const start = Math.max(done, at - reach);
    if (start > done) work.separate();
    let cursor = start;
    let wanted = at;
    // Escapes before the first wanted one are undone too: they may be within the same secret.
    at = next(start);
    while (at < source.length && at - wanted <= reach) {
      work.copy(cursor, at);
      if (passes(at) === 0) wanted = at;
      const end = place(at, work);
      if (end <= at) work.copy(at, at + 1);
      cursor = Math.max(end, at + 1);
      at = next(cursor);
    }
    done = Math.min(source.length, Math.max(cursor, wanted + reach));
    work.copy(cursor, done);
    at = opening(done);
  }
  return work.finish();
}
