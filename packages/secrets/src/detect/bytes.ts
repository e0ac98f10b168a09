// What each byte is, as bits, so that every test over the input is one table look-up. ASCII only: a byte of a longer UTF-8
// character is in no class, so it ends a word, a key and a value of token characters.

export const DIGIT = 1;
export const LOWER = 2;
export const UPPER = 4;
export const HEX_LOWER = 8;
export const HEX_UPPER = 16;
/** `_` and `-`: with letters and digits, the alphabet of base64url and of most tokens. */
export const JOIN = 32;
/** `+`, `/` and `=`: what standard base64 has besides. */
export const BASE64 = 64;
export const DOT = 128;
export const BLANK = 256;
export const QUOTE = 512;

export const LETTER = LOWER | UPPER;
export const ALNUM = DIGIT | LETTER;
export const WORD = ALNUM | JOIN;
export const HEX = DIGIT | HEX_LOWER | HEX_UPPER;

function makeTable(): Uint16Array {
  const table = new Uint16Array(256);
  const mark = (text: string, bits: number): void => {
    for (const char of text) {
      const code = char.charCodeAt(0);
      table[code] = (table[code] ?? 0) | bits;
    }
  };
  mark('0123456789', DIGIT);
  mark('abcdefghijklmnopqrstuvwxyz', LOWER);
  mark('ABCDEFGHIJKLMNOPQRSTUVWXYZ', UPPER);
  mark('abcdef', HEX_LOWER);
  mark('ABCDEF', HEX_UPPER);
  mark('_-', JOIN);
  mark('+/=', BASE64);
  mark('.', DOT);
  mark(' \t', BLANK);
  mark('"\'`', QUOTE);
  return table;
}

export const CLASS: Uint16Array = makeTable();

export const is = (byte: number | undefined, bits: number): boolean => ((CLASS[byte ?? 0] ?? 0) & bits) !== 0;

export const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

/** The text of a short span, one character a byte. Never of the whole input: that would copy it. */
export function textOf(input: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(input[at] ?? 0);
  return text;
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);
}
