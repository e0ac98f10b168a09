// Undoes the escapes of URLs, of JSON, C, Python and shells, of XML and HTML, of quoted-printable, and doubled quotes.
// Sources: RFC 3986 2.1, RFC 8259 7, bash(1) QUOTING, HTML 13.5, RFC 2045 6.7, about_Quoting_Rules of PowerShell.
import type { Grams } from '../grams.ts';
import { ENTITIES } from './entities.ts';
import { nextOf, type Patchwork, skipTo, type View, viewAround } from './view.ts';

const needle = (text: string): Buffer => Buffer.from(text, 'latin1');

const SPACE = Uint8Array.of(0x20);
const BACKSLASH = 0x5c;

const hexOf = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};

/** The number of `digits` hex digits at a place; -1 when there are fewer. */
function hexAt(source: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let i = 0; i < digits; i++) {
    const digit = hexOf(source[at + i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** Each byte by itself, made once. */
const ONE: readonly Uint8Array[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
const one = (byte: number): Uint8Array => ONE[byte & 0xff] as Uint8Array;

const utf8 = (code: number): Uint8Array =>
  code < 0x80 ? one(code) : Buffer.from(code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code), 'utf8');

type Place = (source: Uint8Array, at: number, onto: Patchwork) => number;

/** A UTF-16 unit at a place, joined with the second half that follows it in the same notation. */
function utf16Unit(source: Uint8Array, at: number, lead: number, onto: Patchwork): number {
  const high = hexAt(source, at + 2, 4);
  if (high < 0) return 0;
  const next = at + 6;
  if (high >= 0xd800 && high < 0xdc00 && source[next] === lead && source[next + 1] === 0x75) {
    const low = hexAt(source, next + 2, 4);
    if (low >= 0xdc00 && low < 0xe000) {
      onto.unit(utf8(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), at, next + 6);
      return next + 6;
    }
  }
  onto.unit(utf8(high >= 0xd800 && high < 0xe000 ? 0xfffd : high), at, next);
  return next;
}

const percent: Place = (source, at, onto) => {
  if ((source[at + 1] ?? 0) === 0x75) return utf16Unit(source, at, 0x25, onto);
  const value = hexAt(source, at + 1, 2);
  if (value < 0) return 0;
  onto.unit(one(value), at, at + 3);
  return at + 3;
};

const quotedPrintable: Place = (source, at, onto) => {
  const value = hexAt(source, at + 1, 2);
  const newline = source[at + 1] === 0x0a ? 2 : source[at + 1] === 0x0d && source[at + 2] === 0x0a ? 3 : 0;
  if (newline > 0) {
    onto.leaveOut(at, at + newline, 'dropped');
    return at + newline;
  }
  if (value < 0) return 0;
  onto.unit(one(value), at, at + 3);
  return at + 3;
};

/** The letters that mean another byte behind a backslash; every other sign behind one means itself. */
const LETTERS = new Map<number, number>(
  Object.entries({ n: 10, r: 13, t: 9, b: 8, f: 12, v: 11, a: 7, e: 27 }).map(([sign, code]) => [
    sign.charCodeAt(0),
    code,
  ]),
);

const backslash: Place = (source, at, onto) => {
  const sign = source[at + 1];
  if (sign === undefined) return 0;
  if (sign === 0x75 && source[at + 2] !== 0x7b) {
    const end = utf16Unit(source, at, 0x5c, onto);
    if (end > 0) return end;
  }
  if (sign === 0x75 && source[at + 2] === 0x7b) {
    let end = at + 3;
    let code = 0;
    for (; end < at + 10 && hexOf(source[end]) >= 0; end++) code = code * 16 + hexOf(source[end]);
    if (source[end] === 0x7d && end > at + 3) {
      onto.unit(utf8(code), at, end + 1);
      return end + 1;
    }
  }
  const fixed = sign === 0x78 ? hexAt(source, at + 2, 2) : sign === 0x55 ? hexAt(source, at + 2, 8) : -1;
  if (fixed >= 0) {
    const end = at + (sign === 0x78 ? 4 : 10);
    onto.unit(sign === 0x78 ? one(fixed) : utf8(fixed), at, end);
    return end;
  }
  if (sign >= 0x30 && sign <= 0x37) {
    let end = at + 1;
    let value = 0;
    for (; end < at + 4; end++) {
      const digit = (source[end] ?? 0) - 0x30;
      if (digit < 0 || digit > 7) break;
      value = value * 8 + digit;
    }
    onto.unit(one(value), at, end);
    return end;
  }
  onto.unit(one(LETTERS.get(sign) ?? sign), at, at + 2);
  return at + 2;
};

/** Within double quotes a shell only undoes a backslash before these; any other is a sign of the value itself. */
const inDoubleQuotes: Place = (source, at, onto) => {
  onto.unit(source.slice(at + 1, at + 2), at, at + 2);
  return at + 2;
};

const isNameSign = (byte: number): boolean => {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a);
};

const entity: Place = (source, at, onto) => {
  let end = at + 1;
  if (source[end] === 0x23) {
    const hex = ((source[end + 1] ?? 0) | 0x20) === 0x78;
    end += hex ? 2 : 1;
    const first = end;
    let code = 0;
    for (; end < first + 8; end++) {
      const digit = hexOf(source[end]);
      if (digit < 0 || (!hex && digit > 9)) break;
      code = code * (hex ? 16 : 10) + digit;
    }
    if (end === first) return 0;
    if (source[end] === 0x3b) end++;
    onto.unit(utf8(code), at, end);
    return end;
  }
  while (end < at + 12 && isNameSign(source[end] ?? 0)) end++;
  if (end === at + 1) return 0;
  const code = ENTITIES.get(Buffer.from(source.subarray(at + 1, end)).toString('latin1'));
  if (code === undefined) return 0;
  if (source[end] === 0x3b) end++;
  onto.unit(utf8(code), at, end);
  return end;
};

/** How a shell writes a quote within quotes, and any other sign it would act on. */
const QUOTED: readonly (readonly [written: string, means: string])[] = [
  ["'\\''", "'"],
  [`'"'"'`, "'"],
  ["''", "'"],
  ['""', '"'],
  ['%%', '%'],
];
const QUOTED_LEADS = new Uint8Array(256);
for (const sign of '\'"%`^') QUOTED_LEADS[sign.charCodeAt(0)] = 1;

/** Whether one of them, or a backtick or a caret, stands at a place. */
function isQuoted(source: Uint8Array, at: number): boolean {
  const [lead, second] = [source[at], source[at + 1]];
  if (lead === 0x60 || lead === 0x5e || lead === second) return true;
  if (lead !== 0x27) return false;
  const third = source[at + 2];
  if (second === BACKSLASH) return third === 0x27 && source[at + 3] === 0x27;
  return second === 0x22 && third === 0x27 && source[at + 3] === 0x22 && source[at + 4] === 0x27;
}

const nextQuoted =
  (source: Uint8Array) =>
  (from: number): number => {
    let at = skipTo(source, from, QUOTED_LEADS);
    while (at < source.length && !isQuoted(source, at)) at = skipTo(source, at + 1, QUOTED_LEADS);
    return at;
  };

const quoted: Place = (source, at, onto) => {
  for (const [written, means] of QUOTED) {
    let same = 0;
    while (same < written.length && source[at + same] === written.charCodeAt(same)) same++;
    if (same < written.length) continue;
    onto.unit(needle(means), at, at + written.length);
    return at + written.length;
  }
  const sign = source[at + 1];
  if (sign === undefined || (source[at] !== 0x60 && source[at] !== 0x5e)) return 0;
  onto.unit(one(sign), at, at + 2);
  return at + 2;
};

/** How many base64 digits stand in a row from a place on, in one direction, up to eight. */
function digitsAround(source: Uint8Array, at: number, step: 1 | -1): number {
  let count = 0;
  while (count < 8 && isDigit(source[at + count * step])) count++;
  return count;
}

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined &&
  ((byte >= 0x2f && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2b);

/** A line end that JSON wrote, within base64, before a line of a dump, or where a secret may go on behind it. */
function passesNewline(source: Uint8Array, at: number, grams: Grams): boolean {
  let end = at + 2;
  while (source[end] === 0x20) end++;
  if (source[end] === 0x5c && source[end + 1] === 0x6e) end += 2;
  const before = digitsAround(source, at - 1, -1);
  const after = digitsAround(source, end, 1);
  if ((before === 8 && after >= 4) || (after === 8 && hexAt(source, end, 6) >= 0)) return false;
  if (grams.pair(source[at - 1] ?? 0, 10) && grams.pair(10, source[end] ?? 0)) return false;
  return !grams.joins(source, at, end, 4, 4);
}

/** So many escapes at each end of a long row are read: the sign before or behind the row may be part of them. */
const ROW = 8;

/**
 * How far a row of one and the same escape goes on, but for its ends; 0 where it is none. What it means is one sign again and
 * again, at any depth: nothing of a secret without four of them side by side. An attacker writes a megabyte of it.
 */
function alongRow(source: Uint8Array, at: number, grams: Grams): number {
  const sign = source[at + 1] as number;
  if (source[at + 2 * ROW] !== BACKSLASH || source[at - 2 * ROW] !== BACKSLASH) return 0;
  const means = LETTERS.get(sign) ?? sign;
  if ((sign >= 0x30 && sign <= 0x37) || [0x75, 0x55, 0x78].includes(sign) || grams.four(means, means, means, means))
    return 0;
  for (let n = at - 2 * ROW; n < at; n += 2) if (source[n] !== BACKSLASH || source[n + 1] !== sign) return 0;
  let end = at + 2;
  while (source[end] === BACKSLASH && source[end + 1] === sign) end += 2;
  return Math.max(0, end - 2 * ROW - at);
}

/** An escape that any text has, and no secret at this place: the signs it stands between stand in none. */
const passesBackslash: Passes = (source, at, grams) => {
  const sign = source[at + 1] ?? 0;
  const along = alongRow(source, at, grams);
  if (along > 0) return along;
  const after = source[at + 2] ?? 0;
  const before = source[at - 1] ?? 0;
  if (sign === 0x6e || sign === 0x72) return passesNewline(source, at, grams) ? 2 : 0;
  if ((sign >= 0x61 && sign < 0x75) || sign === 0x76) return 2;
  const any = (sign >= 0x30 && sign <= 0x39) || sign === 0x75 || sign === 0x78 || sign === 0x55 || sign >= 0x80;
  const dense = source.subarray(at + 2, at + 6).includes(0x5c);
  if (
    any ||
    dense ||
    before === 0x5c ||
    sign === 0x5c ||
    sign === 0x0a ||
    [0x25, 0x26, 0x2b, 0x2d, 0x2f, 0x3d, 0x5f].includes(sign)
  )
    return 0;
  // A string within a string: the next one may go on where this one ends.
  const joint = [0x2c, 0x3a, 0x20, 0x2b, 0x5d, 0x7d].includes(after);
  if (sign === 0x22 && joint && source.subarray(at + 3, at + 8).includes(0x5c)) return 0;
  return grams.pair(before, sign) || grams.pair(sign, after) ? 0 : 2;
};

const QUOTE_LEADS = new Set([...'\'"`^%\\&'].map((sign) => sign.charCodeAt(0)));

const passesQuote: Passes = (source, at, grams) => {
  const lead = source[at] ?? 0;
  const single = lead === 0x60 || lead === 0x5e;
  const sign = single ? (source[at + 1] ?? 0) : lead;
  const long = source[at + 1] !== lead && !single;
  const end = at + (long ? (source[at + 1] === 0x5c ? 4 : 5) : 2);
  const [z, y, x] = [source[at - 3] ?? 0, source[at - 2] ?? 0, source[at - 1] ?? 0];
  const [b, c, d] = [source[end] ?? 0, source[end + 1] ?? 0, source[end + 2] ?? 0];
  if (!grams.pair(x, sign) && !grams.pair(sign, b)) return 1;
  // Where nothing else beside it is escaped, four signs in a row must stand in some secret.
  if ([z, y, x, b, c, d].some((byte) => QUOTE_LEADS.has(byte))) return 0;
  const joined =
    grams.four(z, y, x, sign) || grams.four(y, x, sign, b) || grams.four(x, sign, b, c) || grams.four(sign, b, c, d);
  return joined ? 0 : 1;
};

type Passes = (source: Uint8Array, at: number, grams: Grams) => number;

/** Where the next escape stands, from a place on; the length where there is none. */
type Seeker = (source: Uint8Array) => (from: number) => number;

function seeker(...texts: readonly string[]): Seeker {
  const needles = texts.map(needle);
  return (source) => nextOf(source, needles);
}

const viewer =
  (seek: Seeker, place: Place) =>
  (source: Uint8Array, reach: number): View | null =>
    viewAround(source, reach, seek(source), (at, onto) => place(source, at, onto));

const choosyViewer =
  (seek: Seeker, place: Place, passes: Passes) =>
  (source: Uint8Array, reach: number, grams: Grams): View | null =>
    viewAround(
      source,
      reach,
      seek(source),
      (at, onto) => place(source, at, onto),
      (at) => passes(source, at, grams),
    );

export const percentView = choosyViewer(seeker('%'), percent, (source, at) =>
  hexAt(source, at + 1, 2) < 0 && source[at + 1] !== 0x75 ? 1 : 0,
);
export const backslashView = choosyViewer(seeker('\\'), backslash, passesBackslash);
export const doubleQuotedView = choosyViewer(seeker('\\"', '\\$', '\\`', '\\\\'), inDoubleQuotes, passesBackslash);
export const quotedView = choosyViewer(nextQuoted, quoted, passesQuote);

/** `+` for a space, as forms write it: only where something near it is percent-encoded. */
export const percentPlusView = choosyViewer(
  seeker('%', '+'),
  (source, at, onto) => {
    if (source[at] === 0x25) return percent(source, at, onto);
    onto.unit(SPACE, at, at + 1);
    return at + 1;
  },
  (source, at) => (hexAt(source, at + 1, 2) < 0 || source[at] !== 0x25 ? 1 : 0),
);

export const entityView = viewer(seeker('&'), entity);
const undoQuotedPrintable = viewer(seeker('='), quotedPrintable);
/** Only in a text that has one of the marks every quoted-printable text has: `=` itself encoded, or a soft line end. */
export const quotedPrintableView = (source: Uint8Array, reach: number): View | null => {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let marked = false;
  for (let at = text.indexOf(0x3d); at >= 0 && !marked; at = text.indexOf(0x3d, at + 1)) {
    const next = text[at + 1];
    marked = next === 0x0a || next === 0x0d || (next === 0x33 && text[at + 2] === 0x44);
  }
  return marked ? undoQuotedPrintable(source, reach) : null;
};
