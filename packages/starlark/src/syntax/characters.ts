// What a character is to the scanner, by its code; and how an error writes one.

export const TAB = 9;
export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const SINGLE_QUOTE = 39;
export const DOT = 46;
export const BACKSLASH = 92;

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isOctalDigit(code: number): boolean {
  return code >= 48 && code <= 55;
}

export function isBinaryDigit(code: number): boolean {
  return code === 48 || code === 49;
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

const LETTER = /\p{L}/u;

/** How many code units the letter (or `_`) at `offset` has that may begin a name; 0 when there is none. */
export function letterLength(source: string, offset: number): number {
  const code = source.charCodeAt(offset);
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 ? 1 : 0;
  const point = source.codePointAt(offset);
  if (point === undefined) return 0;
  const text = String.fromCodePoint(point);
  return LETTER.test(text) ? text.length : 0;
}

const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\v', '\\v'],
]);

/** The character in quotes, as an error shows it: what cannot be seen is written as an escape. */
export function quoteCharacter(character: string): string {
  if (character === ' ' || PRINTABLE.test(character)) return `'${character}'`;
  const code = character.codePointAt(0) ?? 0;
  if (code < 128) return `'${ESCAPES.get(character) ?? `\\x${code.toString(16).padStart(2, '0')}`}'`;
  return code < 0x10000 ? `'\\u${code.toString(16).padStart(4, '0')}'` : `'\\U${code.toString(16).padStart(8, '0')}'`;
}
