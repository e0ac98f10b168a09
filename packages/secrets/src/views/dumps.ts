// Reads hex dumps (xxd, hexdump, od -x, with or without offsets and the text at the side) and lists of bytes (`67:68:70`,
// `0x67, 0x68`, `[103, 104]`) back into bytes. A find redacts its lines of a dump whole: the text at the side shows it too.
import { nextStretch, type Piece, type View } from './view.ts';

const HEX = new Int8Array(256).fill(-1);
for (let i = 0; i < 16; i++) {
  HEX['0123456789abcdef'.charCodeAt(i)] = i;
  HEX['0123456789ABCDEF'.charCodeAt(i)] = i;
}

/** Fewer bytes in a row are no dump and hold no secret. */
const MIN_BYTES = 6;

interface Line {
  /** Index of its first byte among all. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

interface ReadLine extends Omit<Line, 'at'> {
  readonly bytes: readonly number[];
}

function digitsFrom(source: Uint8Array, at: number, end: number): number {
  let to = at;
  while (to < end && (HEX[source[to] as number] as number) >= 0) to++;
  return to - at;
}

/** The bytes of one line of a dump, or null. Groups of two to eight digits, one or two spaces between them. */
function readLine(source: Uint8Array, start: number, end: number, swap: boolean): number[] | null {
  let at = start;
  while (at < end && at < start + 16 && source[at] === 0x20) at++;
  const leading = digitsFrom(source, at, end);
  const colon = source[at + leading] === 0x3a;
  if (leading >= 4 && leading <= 16 && (colon || leading >= 6) && source[at + leading + (colon ? 1 : 0)] === 0x20) {
    at += leading + (colon ? 1 : 0);
    while (at < end && source[at] === 0x20) at++;
  }
  let bytes: number[] | null = null;
  let width = 0;
  while (bytes === null || bytes.length < 64) {
    const digits = digitsFrom(source, at, end);
    const after = source[at + digits];
    if (digits === 0 || digits % 2 !== 0 || digits > 8) break;
    if (at + digits < end && after !== 0x20 && after !== 0x0d && after !== 0x7c) break;
    width ||= digits;
    if (digits > width) break;
    bytes ??= [];
    const group: number[] = [];
    for (let i = at; i < at + digits; i += 2) {
      group.push(((HEX[source[i] as number] as number) << 4) | (HEX[source[i + 1] as number] as number));
    }
    bytes.push(...(swap ? group.reverse() : group));
    at += digits;
    if (source[at] === 0x20) at++;
    if (source[at] === 0x20 && digitsFrom(source, at + 1, end) === width) at++;
    else if (source[at] === 0x20) break;
  }
  return bytes;
}

/** The signs a dump or a list of bytes is written with; any other ends it. */
const MARKED = new Uint8Array(256);
for (const sign of '0123456789abcdefABCDEFxX:, ;-\n\\') MARKED[sign.charCodeAt(0)] = 1;
/** The shortest stretch of such signs that holds enough bytes. */
const MIN_STRETCH = 20;

type Stretch = readonly [start: number, end: number];

function stretchesOf(source: Uint8Array): readonly Stretch[] {
  const found: Stretch[] = [];
  for (let at = 0; at < source.length; ) {
    const stretch = nextStretch(source, at, MARKED, MIN_STRETCH);
    if (stretch[0] < source.length) found.push(stretch);
    at = stretch[1];
  }
  return found;
}

/** The lines of a dump with the bytes of each, by rising start. */
function linesOf(
  source: Uint8Array,
  stretches: readonly Stretch[],
  broken: boolean,
  swap: boolean,
): readonly ReadLine[] {
  const lines: ReadLine[] = [];
  let done = 0;
  for (const [from, to] of stretches) {
    let start = broken ? from : Math.min(from, Math.max(done, from - 24));
    while (start > done && start > from - 24 && source[start - 1] !== 0x0a) start--;
    // A dump goes on over lines that are too short to be one by themselves.
    let more = true;
    while (start < to || (more && start < source.length)) {
      // What was read as a line before has no line end within.
      let end = broken ? Math.max(start, done - 1) : Math.min(source.length, start + 512);
      while (end < source.length && source[end] !== 0x0a && end < start + 512) end++;
      const bytes = start >= done ? readLine(source, start, end, swap) : null;
      more = bytes !== null;
      if (bytes !== null) lines.push({ start, end, bytes });
      start = end + 1;
      done = Math.max(done, start);
    }
  }
  return lines;
}

function dumpView(read: readonly ReadLine[]): View | null {
  const bytes: number[] = [];
  const lines: Line[] = [];
  let after = -1;
  for (const { start, end, bytes: line } of read) {
    if (after !== start) bytes.push(0xff);
    lines.push({ at: bytes.length, start, end });
    bytes.push(...line);
    after = end + 1;
  }
  if (bytes.length < MIN_BYTES) return null;
  const lineOf = (at: number): Line | undefined => {
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle]?.at ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return lines[low];
  };
  return {
    bytes: Uint8Array.from(bytes),
    slack: 96,
    decoded: () => true,
    locate: (start, end) => {
      const first = lineOf(start);
      const last = lineOf(end - 1);
      return first === undefined || last === undefined ? [] : [[first.start, last.end]];
    },
  };
}

const LISTS = [
  /(?:\b(?:0x|\\x)?[0-9a-f]{2}[ :,;-][ \n]{0,8}){5,}(?:0x|\\x)?[0-9a-f]{2}\b/gi,
  /(?:\b[0-9]{1,3},[ \n]{0,8}){5,}[0-9]{1,3}\b/g,
] as const;

/** A mark between the bytes of a list; those of decimal numbers are counted apart. */
const MARKS = new Int32Array(256);
for (const mark of ',: -;') MARKS[mark.charCodeAt(0)] = 1;
const COMMA = 1 << 16;
MARKS[','.charCodeAt(0)] = COMMA + 1;

/** Which lists five marks allow; a line of a dump has spaces only, and is read above. */
function listsIn(source: Uint8Array, from: number, to: number): 'none' | 'hex' | 'both' {
  // No sum of more marks than this is counted wrong.
  if (to - from >= COMMA / 2) return 'both';
  let marks = 0;
  for (let at = from; at < to; at++) marks += MARKS[source[at] as number] as number;
  if (marks >= COMMA * 5) return 'both';
  return (marks & (COMMA - 1)) >= 5 ? 'hex' : 'none';
}

function listView(source: Uint8Array, stretches: readonly Stretch[], pattern: RegExp, radix: 10 | 16): View | null {
  if (stretches.length === 0) return null;
  const bytes: number[] = [0xff];
  const places: Piece[] = [[0, 0]];
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const item = radix === 16 ? /(?:0x|\\x)?([0-9a-f]{2})/gi : /([0-9]+)/g;
  for (const [from, to] of stretches) {
    for (const list of text.toString('latin1', from, to).matchAll(pattern)) {
      for (const one of list[0].matchAll(item)) {
        const start = from + list.index + one.index;
        bytes.push(Number.parseInt(one[1] ?? '0', radix) & 0xff);
        places.push([start, start + one[0].length]);
      }
      bytes.push(0xff);
      places.push([0, 0]);
    }
  }
  if (bytes.length < MIN_BYTES) return null;
  return {
    bytes: Uint8Array.from(bytes),
    slack: 96,
    decoded: () => true,
    locate: (start, end) => [[places[start]?.[0] ?? 0, places[end - 1]?.[1] ?? 0]],
  };
}

/** `broken`: whether there is any line end. */
export function dumpViews(source: Uint8Array, broken: boolean): readonly View[] {
  const stretches = stretchesOf(source);
  if (stretches.length === 0) return [];
  const lines = linesOf(source, stretches, broken, false);
  const hex: Stretch[] = [];
  const decimal: Stretch[] = [];
  for (const stretch of stretches) {
    const lists = listsIn(source, stretch[0], stretch[1]);
    if (lists !== 'none') hex.push(stretch);
    if (lists === 'both') decimal.push(stretch);
  }
  if (lines.length + hex.length === 0) return [];
  const views = [
    lines.length === 0 ? null : dumpView(lines),
    // The other byte order: the same lines, each group of digits turned round.
    lines.length === 0 ? null : dumpView(linesOf(source, stretches, broken, true)),
    listView(source, hex, LISTS[0], 16),
    listView(source, decimal, LISTS[1], 10),
  ];
  return views.filter((view) => view !== null);
}
