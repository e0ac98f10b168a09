// The value that stands beside a name. INVARIANT: the end of a value is searched once for all names that share it, so text
// made of nothing but names and quotes still costs its length.
import { DOT, is, LETTER, QUOTE, WORD } from './bytes.ts';
import {
  AMPERSAND,
  at,
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_PARENTHESIS,
  COMMA,
  EQUALS,
  type GivenBy,
  type Key,
  LESS,
  MORE,
  NEWLINE,
  quoteLength,
  SEMICOLON,
  skipBlanks,
  skipLine,
  startsWith,
} from './marks.ts';
import { readSign } from './signs.ts';

export interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  readonly by: GivenBy;
}

export interface ValueReader {
  read(key: Key): Value | null;
  /** Where the text without quotes that starts here ends. */
  bareEnd(from: number): number;
}

/** Longer is no credential a program takes in one value but a document (a bundle of certificates, an image). */
const MOST_VALUE = 8192;
const MOST_PARAMETER = 40;

interface Memo {
  from: number;
  until: number;
  end: number;
}

type Step = 'end' | 'none' | 'next';

/** `&name=`, `&&` or `&amp;`: the next parameter of a URL or a form; any other `&` may be part of a password. */
function endsParameter(input: Uint8Array, index: number): boolean {
  let next = index + 1;
  if (at(input, next) === AMPERSAND || startsWith(input, next, 'amp;')) return true;
  while (next - index < MOST_PARAMETER && is(at(input, next), WORD | DOT)) next++;
  return next > index + 1 && at(input, next) === EQUALS;
}

const STOPS = new Uint8Array(256);
for (const byte of [LESS, MORE, COMMA, SEMICOLON, CLOSE_BRACE, CLOSE_PARENTHESIS]) STOPS[byte] = 1;

function endsBare(input: Uint8Array, index: number): boolean {
  const byte = at(input, index);
  if (byte <= 32 || byte >= 127 || is(byte, QUOTE)) return true;
  if (byte === BACKSLASH) return is(at(input, index + 1), LETTER | QUOTE);
  if (byte === AMPERSAND) return endsParameter(input, index);
  return STOPS[byte] === 1;
}

export function createValueReader(input: Uint8Array): ValueReader {
  const memos = new Map<number, Memo>();

  /** The first place at or after `from` where `step` says so, or -1 within the bound; looked for once per byte and kind. */
  const seek = (kind: number, from: number, step: (index: number) => Step): number => {
    const memo = memos.get(kind);
    const known = memo !== undefined && from >= memo.from && from <= memo.until ? memo : null;
    if (known !== null && known.end >= from) return known.end - from <= MOST_VALUE ? known.end : -1;
    let index = known === null ? from : known.until;
    const last = Math.min(input.length, from + MOST_VALUE);
    let found: Step = 'next';
    for (; index < last; index++) {
      found = step(index);
      if (found !== 'next') break;
    }
    const end = found === 'end' || (kind === 0 && index === input.length) ? index : -1;
    memos.set(kind, { from: known?.from ?? from, until: index, end });
    return end;
  };

  const quotedEnd = (from: number, quote: number, escaped: boolean): number =>
    seek(quote + (escaped ? 256 : 0), from, (index) => {
      const byte = at(input, index);
      if (byte === NEWLINE) return 'none';
      return byte === quote && (at(input, index - 1) === BACKSLASH) === escaped ? 'end' : 'next';
    });

  const bareEnd = (from: number): number => seek(0, from, (index) => (endsBare(input, index) ? 'end' : 'next'));

  const readQuoted = (open: number, length: number, by: GivenBy): Value | null => {
    const start = open + length;
    const end = quotedEnd(start, at(input, start - 1), length > 1);
    return end === -1 ? null : { start, end: end - (length - 1), quoted: true, by };
  };

  const readBare = (from: number, by: GivenBy): Value | null => {
    const end = bareEnd(from);
    return end > from ? { start: from, end, quoted: false, by } : null;
  };

  /** `<password>VALUE</password>` */
  const readElement = (after: number): Value | null => {
    const from = skipLine(input, after);
    const end = bareEnd(from);
    return end > from && at(input, skipLine(input, end)) === LESS
      ? { start: from, end, quoted: true, by: 'sign' }
      : null;
  };

  const read = (key: Key): Value | null => {
    const sign = readSign(input, key);
    if (sign === null) return null;
    const { by } = sign;
    if (by === 'element') return readElement(sign.after);
    let from = skipBlanks(input, sign.after);
    const line = by === 'word' ? from : skipLine(input, from);
    if (line !== from && quoteLength(input, line) > 0) from = line;
    // `key: |` and the value on its own line.
    if ('|>'.includes(String.fromCharCode(at(input, from)))) {
      const block = skipLine(input, from + (at(input, from + 1) === 45 ? 2 : 1));
      return at(input, block - 1) <= 32 ? readBare(block, by) : null;
    }
    // `b"..."`, `r'...'`, `@"..."`: a mark of the language, no part of the value.
    if ('bBrRfFuU@'.includes(String.fromCharCode(at(input, from))) && is(at(input, from + 1), QUOTE)) from++;
    const quote = quoteLength(input, from);
    if (quote > 0) return readQuoted(from, quote, by);
    return by === 'comma' || by === 'call' ? null : readBare(from, by);
  };
  return { read, bareEnd };
}
