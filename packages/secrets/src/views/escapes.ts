// Undoes the escapes of URLs, of JSON, C, Python and shells, of XML and HTML, of quoted-printable, and doubled quotes.
// Sources: RFC 3986 2.1, RFC 8259 7, bash(1) QUOTING, HTML 13.5, RFC 2045 6.7, about_Quoting_Rules of PowerShell.
import { ENTITIES } from './entities.ts';
import { nextOf, type Patchwork, type View, viewAround } from './view.ts';

const needle = (text: string): Uint8Array => Buffer.from(text, 'latin1');

const SPACE = Uint8Array.of(0x20);

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

const utf8 = (code: number): Uint8Array =>
  code < 0x80 ? Uint8Array.of(code) : Buffer.from(code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code), 'utf8');

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
  onto.unit(Uint8Array.of(value), at, at + 3);
  return at + 3;
};

const quotedPrintable: Place = (source, at, onto) => {
  const value = hexAt(source, at + 1, 2);
  if (value < 0) return 0;
  onto.unit(Uint8Array.of(value), at, at + 3);
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
    onto.unit(sign === 0x78 ? Uint8Array.of(fixed) : utf8(fixed), at, end);
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
    onto.unit(Uint8Array.of(value & 0xff), at, end);
    return end;
  }
  onto.unit(Uint8Array.of(LETTERS.get(sign) ?? sign), at, at + 2);
  return at + 2;
};

/** Within double quotes a shell only undoes a backslash before these; any other is a sign of the value itself. */
const inDoubleQuotes: Place = (source, at, onto) => {
  onto.unit(source.slice(at + 1, at + 2), at, at + 2);
  return at + 2;
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
  while (end < at + 12 && /[A-Za-z0-9]/.test(String.fromCharCode(source[end] ?? 0))) end++;
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
const QUOTED_NEEDLES = [...QUOTED.map(([written]) => needle(written)), needle('`'), needle('^')];

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
  onto.unit(Uint8Array.of(sign), at, at + 2);
  return at + 2;
};

const viewer =
  (needles: readonly Uint8Array[], place: Place) =>
  (source: Uint8Array, reach: number): View | null =>
    viewAround(source, reach, nextOf(source, needles), (at, onto) => place(source, at, onto));

export const percentView = viewer([needle('%')], percent);
/** `+` for a space, as forms write it: only where something is percent-encoded too. */
export const percentPlusView = (source: Uint8Array, reach: number): View | null =>
  source.includes(0x25) && source.includes(0x2b) ? percentAndPlus(source, reach) : null;
const percentAndPlus = viewer([needle('%'), needle('+')], (source, at, onto) => {
  if (source[at] === 0x25) return percent(source, at, onto);
  onto.unit(SPACE, at, at + 1);
  return at + 1;
});

export const backslashView = viewer([needle('\\')], backslash);
export const doubleQuotedView = viewer(['\\"', '\\$', '\\`', '\\\\'].map(needle), inDoubleQuotes);
export const entityView = viewer([needle('&')], entity);
export const quotedPrintableView = viewer([needle('=')], quotedPrintable);
export const quotedView = viewer(QUOTED_NEEDLES, quoted);
