// What stands beside a name: the value an environment file, JSON, YAML, TOML, XML, INI, a program, a flag or a header gives
// it. Read from the bytes around the name, bounded on every side. INVARIANT: the end of a value is searched once for all
// names that share it, so text made of nothing but names and quotes still costs its length.
import { ALNUM, BLANK, CLASS, DOT, is, LETTER, lower, QUOTE, WORD } from './bytes.ts';

export interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** `word`: a blank alone stands between (`--token VALUE`, `.netrc`). */
  readonly by: 'sign' | 'comma' | 'word' | 'call';
}

export interface Key {
  readonly start: number;
  readonly end: number;
}

const MOST_KEY = 80;
const MOST_BLANKS = 64;
const MOST_TYPE = 32;
/** Longer is no credential a program takes in one value but a document (a certificate bundle, an image). */
export const MOST_VALUE = 8192;

const at = (input: Uint8Array, index: number): number => input[index] ?? 0;
const code = (char: string): number => char.charCodeAt(0);

const [NEWLINE, RETURN, BACKSLASH, COLON, EQUALS, COMMA, LESS, MORE, OPEN, DASH, QUESTION, PIPE, CLOSE_BRACE] = [
  ...'\n\r\\:=,<>(-?|}',
].map(code) as [number, number, number, number, number, number, number, number, number, number, number, number, number];

export function keyAround(input: Uint8Array, start: number, end: number): Key {
  let first = start;
  let last = end;
  while (first > 0 && start - first < MOST_KEY && is(at(input, first - 1), WORD | DOT)) first--;
  while (last < input.length && last - end < MOST_KEY && is(at(input, last), WORD | DOT)) last++;
  // In a text inside JSON, the `n` of `\n` is no letter of the name.
  if (first < start && first > 0 && at(input, first - 1) === BACKSLASH) first++;
  return { start: first, end: last };
}

function skipBlanks(input: Uint8Array, from: number): number {
  let index = from;
  while (index - from < MOST_BLANKS && is(at(input, index), BLANK)) index++;
  return index;
}

function skipLine(input: Uint8Array, from: number): number {
  let index = skipBlanks(input, from);
  if (at(input, index) === RETURN) index++;
  return at(input, index) === NEWLINE ? skipBlanks(input, index + 1) : index;
}

function startsWith(input: Uint8Array, from: number, text: string): boolean {
  for (let index = 0; index < text.length; index++)
    if (lower(at(input, from + index)) !== code(text[index] ?? '')) return false;
  return true;
}

/** A quote, or one that is escaped because the whole stands inside another string. */
const quoteLength = (input: Uint8Array, index: number): number => {
  if (is(at(input, index), QUOTE)) return 1;
  let length = 0;
  while (length < 3 && at(input, index + length) === BACKSLASH) length++;
  return length > 0 && is(at(input, index + length), QUOTE) ? length + 1 : 0;
};

/** After the name: the marks that close it (`"`, `'`, `]`, `)`). */
function skipClosers(input: Uint8Array, from: number): number {
  let index = from;
  for (let count = 0; count < 3; count++) {
    const quote = quoteLength(input, index);
    if (quote > 0) index += quote;
    else if (at(input, index) === code(']') || at(input, index) === code(')')) index++;
    else break;
  }
  return index;
}

/** A type between the name and `=` (`token string =`, `token: &str =`), or the place where it started. */
function skipType(input: Uint8Array, from: number): number {
  let index = from;
  while (
    index - from < MOST_TYPE &&
    (is(at(input, index), ALNUM) || '&*<>[]|?'.includes(String.fromCharCode(at(input, index))))
  )
    index++;
  if (index === from) return from;
  const after = skipBlanks(input, index);
  return after > index && at(input, after) === EQUALS && at(input, after + 1) !== EQUALS ? after : from;
}

/** `value` as the next name (`- name: TOKEN` above `value: ...`, `key="Token" value="..."`): where its own value begins. */
function skipValueName(input: Uint8Array, from: number): number {
  const index = from + quoteLength(input, from);
  if (!startsWith(input, index, 'value')) return -1;
  let next = index + 5;
  next += quoteLength(input, next);
  next = skipBlanks(input, next);
  return at(input, next) === COLON || at(input, next) === EQUALS ? next + 1 : -1;
}

interface Sign {
  readonly after: number;
  readonly by: Value['by'] | 'element';
}

function readColon(input: Uint8Array, from: number): Sign {
  let index = from;
  while (index - from < 3 && at(input, index) === COLON) index++;
  if (at(input, index) === EQUALS || at(input, index) === DASH) return { after: index + 1, by: 'sign' };
  const blank = skipBlanks(input, index);
  const typed = skipType(input, blank);
  return { after: typed === blank ? index : typed + 1, by: 'sign' };
}

function readSign(input: Uint8Array, key: Key): Sign | null {
  const closed = skipClosers(input, key.end);
  const from = skipBlanks(input, closed);
  const byte = at(input, from);
  const next = at(input, from + 1);
  if (byte === COLON) return readColon(input, from);
  if (byte === EQUALS) {
    let index = from + 1;
    while (index - from < 3 && at(input, index) === EQUALS) index++;
    return { after: at(input, index) === MORE ? index + 1 : index, by: 'sign' };
  }
  if (byte === COMMA) {
    const named = skipValueName(input, skipLine(input, from + 1));
    if (named !== -1) return { after: named, by: 'sign' };
    return closed > key.end ? { after: from + 1, by: 'comma' } : null;
  }
  if (byte === OPEN) return { after: from + 1, by: 'call' };
  if (byte === MORE && at(input, key.start - 1) === LESS) return { after: from + 1, by: 'element' };
  if ((byte === PIPE || byte === QUESTION) && next === byte) {
    return { after: at(input, from + 2) === EQUALS ? from + 3 : from + 2, by: 'comma' };
  }
  if ('?.+|!~-'.includes(String.fromCharCode(byte)) && (next === EQUALS || next === MORE)) {
    let index = from + 2;
    while (index - from < 4 && at(input, index) === EQUALS) index++;
    return { after: index, by: 'sign' };
  }
  return readWordSign(input, closed, from);
}

/** The signs that are no mark: a type, a line of its own, a blank after a flag. */
function readWordSign(input: Uint8Array, closed: number, from: number): Sign | null {
  if (from > closed) {
    const typed = skipType(input, from);
    if (typed !== from) return { after: typed + 1, by: 'sign' };
  }
  const named = skipValueName(input, skipLine(input, closed));
  if (named !== -1) return { after: named, by: 'sign' };
  return from > closed || at(input, closed) === NEWLINE ? { after: from, by: 'word' } : null;
}

export interface ValueReader {
  read(key: Key): Value | null;
  /** Where the text without quotes that starts here ends. */
  bareEnd(from: number): number;
}

interface Memo {
  from: number;
  until: number;
  end: number;
}

export function createValueReader(input: Uint8Array): ValueReader {
  const memos = new Map<number, Memo>();

  /** The first place at or after `from` where `stop` holds, or -1 within the bound; remembered for all starts before it. */
  const seek = (kind: number, from: number, stop: (byte: number, index: number) => 'end' | 'none' | 'next'): number => {
    const memo = memos.get(kind);
    if (memo !== undefined && from >= memo.from && from <= memo.until) return memo.end;
    const last = Math.min(input.length, from + MOST_VALUE);
    let end = last === input.length && kind === 0 ? last : -1;
    let index = from;
    for (; index < last; index++) {
      const found = stop(at(input, index), index);
      if (found === 'next') continue;
      end = found === 'end' ? index : -1;
      break;
    }
    memos.set(kind, { from, until: index, end });
    return end;
  };

  const quoted = (from: number, quote: number, escaped: boolean): number =>
    seek(quote + (escaped ? 256 : 0), from, (byte, index) => {
      if (byte === NEWLINE) return 'none';
      if (byte !== quote) return 'next';
      const before = at(input, index - 1) === BACKSLASH;
      return before === escaped ? 'end' : 'next';
    });

  const bare = (from: number): number =>
    seek(0, from, (byte, index) => {
      if (byte <= 32 || byte >= 127 || is(byte, QUOTE) || byte === LESS || byte === MORE) return 'end';
      if (byte === COMMA || byte === CLOSE_BRACE || byte === code(';') || byte === code('&') || byte === code(')'))
        return 'end';
      return byte === BACKSLASH && is(at(input, index + 1), LETTER | QUOTE) ? 'end' : 'next';
    });

  const readQuoted = (open: number, length: number, by: Value['by']): Value | null => {
    const start = open + length;
    const escaped = length > 1;
    const end = quoted(start, at(input, start - 1), escaped);
    if (end === -1) return null;
    return { start, end: escaped ? end - (length - 1) : end, quoted: true, by };
  };

  const read = (key: Key): Value | null => {
    const sign = readSign(input, key);
    if (sign === null) return null;
    const { by } = sign;
    let from = skipBlanks(input, sign.after);
    if (by === 'element') {
      from = skipLine(input, sign.after);
      const end = bare(from);
      return end > from && at(input, skipLine(input, end)) === LESS
        ? { start: from, end, quoted: true, by: 'sign' }
        : null;
    }
    const line = by === 'word' ? from : skipLine(input, from);
    if (line !== from && quoteLength(input, line) > 0) from = line;
    // `b"..."`, `r'...'`, `@"..."`: a mark of the language, no part of the value.
    if ('bBrRfFuU@'.includes(String.fromCharCode(at(input, from))) && is(at(input, from + 1), QUOTE)) from++;
    const quote = quoteLength(input, from);
    if (quote > 0) return readQuoted(from, quote, by);
    if (by === 'comma' || by === 'call') return null;
    const end = bare(from);
    return end > from ? { start: from, end, quoted: false, by } : null;
  };
  return { read, bareEnd: bare };
}

/** Whether the byte before a place belongs to the same word: then no token begins there. */
export function isInsideWord(input: Uint8Array, start: number): boolean {
  if (start === 0) return false;
  const before = at(input, start - 1);
  // `video_box.ico-...`: a file's name goes on, or one word joined to another by a dot.
  if (is(before, DOT)) return is(at(input, start - 2), ALNUM);
  if (!is(before, ALNUM)) return before === code('_');
  const mark = at(input, start - 2);
  if (mark === BACKSLASH) return !'nrtbf'.includes(String.fromCharCode(before));
  // `%3Dghp_...`: an escape of a URL ends here.
  return !(at(input, start - 3) === code('%') && ((CLASS[mark] ?? 0) & ALNUM) !== 0);
}
