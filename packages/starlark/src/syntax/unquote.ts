// What a string or bytes literal means: escapes undone, line ends made one character. Every escape must mean something; text takes
// only ASCII by `\x` and octal, since whoever writes `\xe9` may mean a byte or a letter.
import { isHexDigit, isOctalDigit } from './characters.ts';
import { refuse } from './fault.ts';

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 92],
  ["'", 39],
  ['"', 34],
]);

/** An escape: what it stands for, and where the text goes on. A `byte` of a bytes literal is not a code point. */
interface Escape {
  readonly kind: 'point' | 'byte' | 'nothing';
  readonly value: number;
  readonly next: number;
}

/** @param body what is between the quotes @param at where an error points to */
export function unquoteText(body: string, raw: boolean, at: number): string {
  const text = unifyLines(body);
  if (raw || !text.includes('\\')) return text;
  const parts: string[] = [];
  undo(text, false, at, (plain, sequence) => {
    parts.push(plain);
    if (sequence !== undefined && sequence.kind !== 'nothing') parts.push(String.fromCodePoint(sequence.value));
  });
  return parts.join('');
}

export function unquoteBytes(body: string, raw: boolean, at: number): Uint8Array {
  const text = unifyLines(body);
  const encoder = new TextEncoder();
  if (raw || !text.includes('\\')) return encoder.encode(text);
  // Every escape is at least as long as the bytes that it stands for, and a code unit is at most three bytes.
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  const put = (plain: string): void => {
    length += encoder.encodeInto(plain, bytes.subarray(length)).written;
  };
  undo(text, true, at, (plain, sequence) => {
    put(plain);
    if (sequence === undefined || sequence.kind === 'nothing') return;
    if (sequence.kind === 'point') put(String.fromCodePoint(sequence.value));
    else bytes[length++] = sequence.value;
  });
  return bytes.slice(0, length);
}

function unifyLines(body: string): string {
  return body.includes('\r') ? body.replace(/\r\n?/g, '\n') : body;
}

/** Calls `put` with every stretch of plain text and the escape that follows it. */
function undo(
  text: string,
  isBytes: boolean,
  at: number,
  put: (plain: string, sequence: Escape | undefined) => void,
): void {
  let from = 0;
  for (;;) {
    const slash = text.indexOf('\\', from);
    if (slash < 0) break;
    const sequence = readEscape(text, slash, isBytes, at);
    put(text.slice(from, slash), sequence);
    from = sequence.next;
  }
  put(text.slice(from), undefined);
}

function readEscape(text: string, slash: number, isBytes: boolean, at: number): Escape {
  const letter = text.charAt(slash + 1);
  if (letter === '') return refuse('truncated escape sequence \\', at);
  if (letter === '\n') return { kind: 'nothing', value: 0, next: slash + 2 };
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return { kind: 'point', value: simple, next: slash + 2 };
  if (isOctalDigit(letter.charCodeAt(0))) return readOctal(text, slash, isBytes, at);
  if (letter === 'x') return readHex(text, slash, isBytes, at);
  if (letter === 'u' || letter === 'U') return readPoint(text, slash, letter === 'u' ? 6 : 10, at);
  // The reference shows the first byte of the character, and so do we.
  const first = new TextEncoder().encode(String.fromCodePoint(text.codePointAt(slash + 1) ?? 0))[0] ?? 0;
  return refuse(`invalid escape sequence \\${String.fromCharCode(first)}`, at);
}

function readOctal(text: string, slash: number, isBytes: boolean, at: number): Escape {
  let next = slash + 1;
  while (next < slash + 4 && isOctalDigit(text.charCodeAt(next))) next++;
  const value = Number.parseInt(text.slice(slash + 1, next), 8);
  if (!isBytes && value > 127) refuse(notAscii('octal', `\\${value.toString(8)}`, value), at);
  if (value > 255) refuse(`invalid escape sequence \\${value.toString(8).padStart(3, '0')}`, at);
  return { kind: isBytes ? 'byte' : 'point', value, next };
}

function readHex(text: string, slash: number, isBytes: boolean, at: number): Escape {
  const value = readDigits(text, slash, 4, at);
  if (!isBytes && value > 127) refuse(notAscii('hex', text.slice(slash, slash + 4), value), at);
  return { kind: isBytes ? 'byte' : 'point', value, next: slash + 4 };
}

function readPoint(text: string, slash: number, length: number, at: number): Escape {
  const value = readDigits(text, slash, length, at);
  if (value > 0x10ffff) {
    refuse(`code point out of range: ${text.slice(slash, slash + length)} (max \\U${hex(value, 8)})`, at);
  }
  if (value >= 0xd800 && value < 0xe000) refuse(`invalid Unicode code point U+${hex(value, 4).toUpperCase()}`, at);
  return { kind: 'point', value, next: slash + length };
}

/** The number that the hexadecimal digits of the escape say. The reference counts its length in bytes of UTF-8. */
function readDigits(text: string, slash: number, length: number, at: number): number {
  let end = slash + 2;
  while (end < slash + length && isHexDigit(text.charCodeAt(end))) end++;
  if (end < slash + length) {
    const bytes = new TextEncoder().encode(text.slice(slash, slash + length));
    const shown = new TextDecoder().decode(bytes.subarray(0, length));
    refuse(`${bytes.length < length ? 'truncated' : 'invalid'} escape sequence ${shown}`, at);
  }
  return Number.parseInt(text.slice(slash + 2, end), 16);
}

function notAscii(base: string, written: string, value: number): string {
  const point = hex(value, 4).toUpperCase();
  return `non-ASCII ${base} escape ${written} (use \\u${point} for the UTF-8 encoding of U+${point})`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}
