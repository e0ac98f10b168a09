// Reads hex dumps (xxd, hexdump, od -x, with or without offsets and the text at the side) and lists of bytes (`67:68:70`,
// `0x67, 0x68`, `[103, 104]`) back into bytes. A find redacts its lines of a dump whole: the text at the side shows it too.
import type { Piece, View } from './view.ts';

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
  const bytes: number[] = [];
  let width = 0;
  while (bytes.length < 64) {
    const digits = digitsFrom(source, at, end);
    const after = source[at + digits];
    if (digits === 0 || digits % 2 !== 0 || digits > 8) break;
    if (at + digits < end && after !== 0x20 && after !== 0x0d && after !== 0x7c) break;
    width ||= digits;
    if (digits > width) break;
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
  return bytes.length === 0 ? null : bytes;
}

/** Lines that may be a dump begin with hex digits, or spaces and then hex digits: one look tells most others. */
const mayBeDump = (source: Uint8Array, start: number, end: number): boolean => {
  let at = start;
  while (at < end && at < start + 16 && source[at] === 0x20) at++;
  return (HEX[source[at] ?? 0] as number) >= 0 && (HEX[source[at + 1] ?? 0] as number) >= 0;
};

function dumpView(source: Uint8Array, swap: boolean): View | null {
  const bytes: number[] = [];
  const lines: Line[] = [];
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let fresh = true;
  for (let start = 0; start < source.length; ) {
    const found = text.indexOf(0x0a, start);
    const end = found < 0 ? source.length : found;
    const line = mayBeDump(source, start, end) ? readLine(source, start, end, swap) : null;
    if (line !== null) {
      if (fresh) bytes.push(0xff);
      lines.push({ at: bytes.length, start, end });
      bytes.push(...line);
    }
    fresh = line === null;
    start = end + 1;
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

/** Whether lists of bytes may be in it: the same mark three signs apart, or digits and commas all along. */
const MAY_BE_LIST = /[0-9a-f]{2}([ :,;-])(?:0x)?[ \n]{0,8}(?:0x)?[0-9a-f]{2}\1|[0-9],[ \n]{0,8}[0-9]{1,3},/i;

function listViews(source: Uint8Array): readonly View[] {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('latin1');
  if (!MAY_BE_LIST.test(text)) return [];
  const views: View[] = [];
  for (const [which, pattern] of LISTS.entries()) {
    const bytes: number[] = [0xff];
    const places: Piece[] = [[0, 0]];
    for (const list of text.matchAll(pattern)) {
      for (const item of list[0].matchAll(which === 0 ? /(?:0x|\\x)?([0-9a-f]{2})/gi : /([0-9]+)/g)) {
        const start = list.index + item.index;
        bytes.push(Number.parseInt(item[1] ?? '0', which === 0 ? 16 : 10) & 0xff);
        places.push([start, start + item[0].length]);
      }
      bytes.push(0xff);
      places.push([0, 0]);
    }
    if (bytes.length < MIN_BYTES) continue;
    views.push({
      bytes: Uint8Array.from(bytes),
      decoded: () => true,
      locate: (start, end) => [[places[start]?.[0] ?? 0, places[end - 1]?.[1] ?? 0]],
    });
  }
  return views;
}

export function dumpViews(source: Uint8Array): readonly View[] {
  const views = [dumpView(source, false), dumpView(source, true), ...listViews(source)];
  return views.filter((view): view is View => view !== null);
}
