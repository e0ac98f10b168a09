// Strings and bytes as literals that mean them.
import { Chunks } from './chunks.ts';

const NAMED: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);
/** What is not simply itself: the quotes, and whatever has no glyph. */
const SPECIAL = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;
const AT_ONCE = 4096;
const PLAIN = /^[ !#-[\]-~]*$/;

/** A string in double quotes. */
export function quote(text: string): string {
  if (text.length <= AT_ONCE) return PLAIN.test(text) ? `"${text}"` : `"${text.replace(SPECIAL, escaped)}"`;
  // Piece by piece: JavaScript notes every place that it will replace before it replaces the first.
  const quoted = new Chunks();
  quoted.add('"');
  for (let at = 0; at < text.length; ) {
    const end = pieceEnd(text, at + AT_ONCE);
    const piece = text.slice(at, end);
    quoted.add(PLAIN.test(piece) ? piece : piece.replace(SPECIAL, escaped));
    at = end;
  }
  quoted.add('"');
  return quoted.text;
}

/** Not between the two halves of a code point. */
function pieceEnd(text: string, at: number): number {
  return at < text.length && (text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at + 1 : at;
}

function escaped(character: string): string {
  const named = NAMED.get(character);
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Bytes as `b"…"`: text where they are UTF-8, `\x` where they are not. */
export function quoteBytes(data: Uint8Array): string {
  const text = new Chunks();
  text.add('b"');
  for (let at = 0; at < data.length; ) {
    const width = sequenceLength(data, at);
    if (width === 0) {
      text.add(`\\x${(data[at] ?? 0).toString(16).padStart(2, '0')}`);
      at += 1;
    } else {
      const character = String.fromCodePoint(decode(data, at, width));
      text.add(PLAIN.test(character) ? character : character.replace(SPECIAL, escaped));
      at += width;
    }
  }
  return `${text.text}"`;
}

/** How many bytes the code point at `at` has; 0 where there is no valid UTF-8. */
export function sequenceLength(data: Uint8Array, at: number): number {
  const first = data[at] ?? 0;
  if (first < 0x80) return 1;
  const width =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  if (width === 0 || at + width > data.length) return 0;
  for (let i = 1; i < width; i += 1) if (((data[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const code = decode(data, at, width);
  const shortest = width === 2 ? 0x80 : width === 3 ? 0x800 : 0x10000;
  return code < shortest || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0 : width;
}

/** The code point of a valid sequence. */
export function decode(data: Uint8Array, at: number, width: number): number {
  const first = data[at] ?? 0;
  if (width === 1) return first;
  let code = first & (0xff >> (width + 1));
  for (let i = 1; i < width; i += 1) code = (code << 6) | ((data[at + i] ?? 0) & 0x3f);
  return code;
}
