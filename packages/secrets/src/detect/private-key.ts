// Private keys as text: PEM of every kind, whole or cut off, its lines real or written as `\n` inside another string.
import { ALNUM, BASE64, is, textOf } from './bytes.ts';
import { add, type Scan } from './scan.ts';

export const PEM_ANCHOR = '-----BEGIN';
const MOST_LABEL = 64;
const MOST_BODY = 32_768;
/** Fewer characters of key than this are an example or an empty block. */
const LEAST_BODY = 60;
const DASH = 45;

function nextDashes(input: Uint8Array, from: number, most: number): number {
  const last = Math.min(input.length, from + most) - 4;
  for (let at = from; at < last; at++) {
    if (input[at] !== DASH) continue;
    let count = 1;
    while (count < 5 && input[at + count] === DASH) count++;
    if (count === 5) return at;
    at += count - 1;
  }
  return -1;
}

/** The header lines of older keys (RFC 1421 4.6, RFC 4880 6.2): a name of letters, a value of one line. */
const HEADER = /^[A-Z][A-Za-z-]{1,40}:[ \t][A-Za-z0-9 ,.:;+/=()@_-]{0,200}$/;
/** A line end, real or as a string within a string writes it, or a line continued in a shell or a C file. */
const LINE_END = /(?:\r?\n|\\+r\\+n|\\+[nr])+/;
/** Digits with what may stand round a line: indentation, quotes, commas, the mark of a comment or a quotation. */
const LINE = /^[ \t"'`>#*|+,.\\-]{0,16}([A-Za-z0-9+/=_]*)(?:[ \t"'`,+\\]{0,16}|[. \t]{0,3}\[?(?:\.\.\.|\u00e2\u0080\u00a6)\]?)$/;

/**
 * The characters of key in what stands between the two marks; -1 where anything else stands there. Whoever writes a command
 * between two marks must not have it hidden from the person who is asked.
 */
function keyIn(input: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (const line of textOf(input, start, end).split(LINE_END)) {
    if (HEADER.test(line.trim())) continue;
    // Words of digits with single spaces between them: a key whose line ends became spaces.
    const words = line.trim().split(' ');
    const spaced = words.length > 1 && words.every((word) => /^[A-Za-z0-9+/=]{16,}$/.test(word) || word === words.at(-1));
    for (const word of spaced ? words : [line]) {
      const digits = LINE.exec(word)?.[1];
      if (digits === undefined) return -1;
      count += digits.length;
    }
  }
  return count;
}

/** Where base64 text and its line ends, real or escaped, stop. */
function endOfText(input: Uint8Array, from: number): number {
  let at = from;
  const last = Math.min(input.length, from + MOST_BODY);
  while (at < last && (is(input[at], ALNUM | BASE64) || [10, 13, 32, 92].includes(input[at] ?? 0))) at++;
  return at;
}

export function readPrivateKey(scan: Scan, start: number): void {
  const { input } = scan;
  const label = nextDashes(input, start + PEM_ANCHOR.length, MOST_LABEL);
  if (label === -1 || !textOf(input, start, label).includes('PRIVATE KEY')) return;
  const body = label + 5;
  const close = nextDashes(input, body, MOST_BODY);
  const whole = close !== -1 && textOf(input, close + 5, close + 8) === 'END';
  const last = whole ? nextDashes(input, close + 5, MOST_LABEL) : -1;
  const end = last === -1 ? endOfText(input, body) : last + 5;
  if (bodyLength(input, body, whole ? close : end) < LEAST_BODY) return;
  add(scan, start, end, { name: 'private-key', by: 'format', confidence: 'certain' });
}
