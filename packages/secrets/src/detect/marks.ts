// The marks that text of programs and settings is made of, and the small steps over them; every step is bounded.
import { BLANK, is, lower, QUOTE } from './bytes.ts';

export const at = (input: Uint8Array, index: number): number => input[index] ?? 0;
export const code = (char: string): number => char.charCodeAt(0);

export const NEWLINE = 10;
export const RETURN = 13;
export const AMPERSAND = code('&');
export const BACKSLASH = code('\\');
export const CLOSE_BRACE = code('}');
export const CLOSE_PARENTHESIS = code(')');
export const COLON = code(':');
export const COMMA = code(',');
export const DASH = code('-');
export const EQUALS = code('=');
export const LESS = code('<');
export const MORE = code('>');
export const OPEN = code('(');
export const PERCENT = code('%');
export const PIPE = code('|');
export const QUESTION = code('?');
export const SEMICOLON = code(';');

const MOST_BLANKS = 64;

/** What a value is given by: a sign, the next argument, the argument of a call, or a blank alone (`--token VALUE`). */
export type GivenBy = 'sign' | 'comma' | 'call' | 'word';

export interface Key {
  readonly start: number;
  readonly end: number;
}

export function skipBlanks(input: Uint8Array, from: number): number {
  let index = from;
  while (index - from < MOST_BLANKS && is(at(input, index), BLANK)) index++;
  return index;
}

/** Over blanks and at most one end of line. */
export function skipLine(input: Uint8Array, from: number): number {
  let index = skipBlanks(input, from);
  if (at(input, index) === RETURN) index++;
  return at(input, index) === NEWLINE ? skipBlanks(input, index + 1) : index;
}

/** `text` in small letters. */
export function startsWith(input: Uint8Array, from: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (lower(at(input, from + index)) !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** How long the quote here is: 1, more where it is escaped because the whole stands inside another string, 0 for none. */
export function quoteLength(input: Uint8Array, index: number): number {
  if (is(at(input, index), QUOTE)) return 1;
  let length = 0;
  while (length < 3 && at(input, index + length) === BACKSLASH) length++;
  return length > 0 && is(at(input, index + length), QUOTE) ? length + 1 : 0;
}
