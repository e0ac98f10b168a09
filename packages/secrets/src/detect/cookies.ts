// `Cookie:` and `Set-Cookie:` headers: the values of cookies whose names say that they are a session or a token.
import { ALNUM, is, JOIN, textOf } from './bytes.ts';
import { at, COLON, code, EQUALS, NEWLINE, SEMICOLON, skipBlanks } from './marks.ts';
import { add, type Scan } from './scan.ts';
import { looksDrawn } from './value.ts';

export const COOKIE_ANCHOR = 'cookie';
const MOST = 4096;
const MOST_NAME = 64;
const SESSION = /sess|(?:^|[._-])sid$|^sid|auth|token|jwt|remember|login|^id$/i;
const FORGERY = /csrf|xsrf|forgery/i;
const isSession = (name: string): boolean => SESSION.test(name) && !FORGERY.test(name);
const QUOTES = [code('"'), code("'")];

/** Where the header's line ends, or the quote that opened it. */
const ends = (byte: number): boolean => byte === NEWLINE || byte === 13 || QUOTES.includes(byte);

/** Reads the pairs of one header; where it stopped, so that a cookie called `cookie` is not a header again. */
export function readCookies(scan: Scan, anchorEnd: number, readUntil: number): number {
  const { input } = scan;
  let index = anchorEnd;
  if (index < readUntil) return readUntil;
  if (QUOTES.includes(at(input, index))) index++;
  index = skipBlanks(input, index);
  if (at(input, index) !== COLON) return readUntil;
  index = skipBlanks(input, index + 1);
  if (QUOTES.includes(at(input, index))) index++;
  const last = Math.min(input.length, index + MOST);
  while (index < last && !ends(at(input, index))) {
    const name = skipBlanks(input, index);
    let equals = name;
    while (equals - name < MOST_NAME && (is(at(input, equals), ALNUM | JOIN) || at(input, equals) === 46)) equals++;
    let end = equals;
    while (end < last && at(input, end) !== SEMICOLON && !ends(at(input, end))) end++;
    if (
      at(input, equals) === EQUALS &&
      isSession(textOf(input, name, equals)) &&
      looksDrawn(input, equals + 1, end, true)
    ) {
      add(scan, equals + 1, end, { name: 'session-cookie', by: 'format', confidence: 'likely' });
    }
    index = at(input, end) === SEMICOLON ? end + 1 : end;
    if (end === name) break;
  }
  return index;
}
