// The run of digits at the end of what has come so far, decoded as far as it goes: a stream must know whether it begins a
// secret before the run is long enough for `runs.ts`.
import type { Piece, View } from './view.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE = new Int8Array(256).fill(-1);
for (const [value, sign] of [...BASE64].entries()) VALUE[sign.charCodeAt(0)] = value;
VALUE[0x2d] = 62;
VALUE[0x5f] = 63;

const HEX = new Int8Array(256).fill(-1);
for (const [value, sign] of [...'0123456789abcdef'].entries()) {
  HEX[sign.charCodeAt(0)] = value;
  HEX[sign.toUpperCase().charCodeAt(0)] = value;
}

/** The digits at the end, over line ends and indentations, and where each stands. */
function digitsAtEnd(bytes: Uint8Array, values: Int8Array, most: number): { digits: number[]; places: number[] } {
  const digits: number[] = [];
  const places: number[] = [];
  for (let at = bytes.length - 1; at >= 0 && digits.length < most; at--) {
    const byte = bytes[at] as number;
    if ((values[byte] as number) >= 0) {
      digits.push(byte);
      places.push(at);
      continue;
    }
    let to = at;
    while (to >= 0 && (bytes[to] === 0x20 || bytes[to] === 0x09)) to--;
    if (bytes[to] !== 0x0a || digits.length === 0) break;
    to--;
    if (bytes[to] === 0x0d) to--;
    if (bytes[to] === 0x5c) to--;
    at = to + 1;
  }
  return { digits: digits.reverse(), places: places.reverse() };
}

export interface Tails {
  readonly views: readonly View[];
  /** Where a digit begins a byte that may be a secret's first; the length when none does. */
  readonly partial: number;
}

/** Whether a byte that has these high bits may be the first of a form, or of another encoding of one. */
function mayBeFirst(high: number, bits: number, firsts: Uint8Array): boolean {
  const low = 8 - bits;
  for (let byte = high << low; byte < (high + 1) << low; byte++) {
    if (firsts[byte] === 1 || (VALUE[byte] as number) >= 0 || byte === 0x25 || byte === 0x5c || byte === 0x26)
      return true;
  }
  return false;
}

const LISTS = {
  16: /(?:\b(?:0x|\\x)?[0-9a-f]{2}[ :,;-][ \n]{0,8})+(?:0x?)?([0-9a-f]{0,2})$/i,
  10: /(?:(?:\b[0-9]{1,3},[ \n]{0,8})+|\b)([0-9]{0,3})$/,
} as const;

/** The bytes of a list (`67:68:`, `103, 104,`) as far as it has come, and what has come of the last. */
function listAtEnd(bytes: Uint8Array, radix: 10 | 16): { items: number[]; places: Piece[]; rest: string } {
  const from = Math.max(0, bytes.length - 1_024);
  const text = Buffer.from(bytes.subarray(from)).toString('latin1');
  const list = LISTS[radix].exec(text);
  const items: number[] = [];
  const places: Piece[] = [];
  if (list !== null) {
    for (const item of list[0].matchAll(radix === 16 ? /(?:0x|\\x)?([0-9a-f]{2})/gi : /([0-9]+)(?=,)/g)) {
      const start = from + list.index + item.index;
      items.push(Number.parseInt(item[1] ?? '0', radix) & 0xff);
      places.push([start, start + item[0].length]);
    }
  }
  return { items, places, rest: list?.[1] ?? '' };
}

export function tailViews(bytes: Uint8Array, firsts: Uint8Array, most: number): Tails {
  const views: View[] = [];
  let partial = bytes.length;
  const add = (decoded: Uint8Array, locate: (start: number, end: number) => readonly Piece[]): void => {
    // The last digits may not spell a whole byte yet.
    if (decoded.length > 0) views.push({ bytes: decoded, slack: 12, decoded: () => true, locate });
  };
  const base64 = digitsAtEnd(bytes, VALUE, most);
  const text = Buffer.from(base64.digits).toString('latin1');
  const size = text.length;
  for (let shift = 0; shift < 4 && shift < size; shift++) {
    const { places } = base64;
    add(Buffer.from(text.slice(shift), 'base64'), (start, end) => [
      [
        places[shift + Math.floor((start * 4) / 3)] ?? bytes.length,
        (places[Math.min(size, shift + Math.ceil((end * 4) / 3)) - 1] ?? bytes.length) + 1,
      ],
    ]);
    const rest = (size - shift) % 4;
    const bits = rest === 0 ? 0 : 8 - rest * 2;
    const value = VALUE[base64.digits[size - 1] ?? 0] ?? 0;
    if (bits > 0 && mayBeFirst(value & ((1 << bits) - 1), bits, firsts))
      partial = Math.min(partial, places[size - 1] ?? partial);
  }
  const hex = digitsAtEnd(bytes, HEX, most);
  const hexText = Buffer.from(hex.digits).toString('latin1');
  for (let shift = 0; shift < 2 && shift < hexText.length; shift++) {
    add(Buffer.from(hexText.slice(shift), 'hex'), (start, end) => [
      [hex.places[shift + start * 2] ?? bytes.length, (hex.places[shift + end * 2 - 1] ?? bytes.length) + 1],
    ]);
  }
  if (hexText.length > 0) {
    const value = HEX[hex.digits[hexText.length - 1] ?? 0] ?? 0;
    if (mayBeFirst(value, 4, firsts)) partial = Math.min(partial, hex.places[hexText.length - 1] ?? partial);
    add(Buffer.from(hexText.toLowerCase(), 'latin1'), (start, end) => [
      [hex.places[start] ?? bytes.length, (hex.places[end - 1] ?? bytes.length) + 1],
    ]);
  }
  for (const radix of [16, 10] as const) {
    const list = listAtEnd(bytes, radix);
    add(Uint8Array.from(list.items), (start, end) => [
      [list.places[start]?.[0] ?? bytes.length, list.places[end - 1]?.[1] ?? 0],
    ]);
    if (radix === 10 && list.rest !== '' && firsts.some((is, byte) => is === 1 && String(byte).startsWith(list.rest))) {
      partial = Math.min(partial, bytes.length - list.rest.length);
    }
  }
  return { views, partial };
}
