// What joins a name to its value in environment files, JSON, YAML, TOML, XML, INI, programs, flags and headers.
import { ALNUM, is, lower } from './bytes.ts';
import {
  at,
  COLON,
  COMMA,
  code,
  DASH,
  EQUALS,
  type GivenBy,
  type Key,
  LESS,
  MORE,
  NEWLINE,
  OPEN,
  PERCENT,
  PIPE,
  QUESTION,
  quoteLength,
  skipBlanks,
  skipLine,
  startsWith,
} from './marks.ts';

const MOST_TYPE = 32;

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

export interface Sign {
  readonly after: number;
  readonly by: GivenBy | 'element';
}

function readColon(input: Uint8Array, from: number): Sign {
  let index = from;
  while (index - from < 3 && at(input, index) === COLON) index++;
  if (at(input, index) === EQUALS || at(input, index) === DASH) return { after: index + 1, by: 'sign' };
  const blank = skipBlanks(input, index);
  const typed = skipType(input, blank);
  return { after: typed === blank ? index : typed + 1, by: 'sign' };
}

export function readSign(input: Uint8Array, key: Key): Sign | null {
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
  if (byte === PERCENT && next === code('3')) {
    const mark = lower(at(input, from + 2));
    return mark === code('d') || mark === code('a') ? { after: from + 3, by: 'sign' } : null;
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
  if (from === closed && at(input, closed) !== NEWLINE) return null;
  return { after: startsWith(input, from, 'is ') ? from + 3 : from, by: 'word' };
}
