// Private keys as text: PEM of every kind, whole or cut off, its lines real or written as `\n` inside another string.
// INVARIANT: only what a key is made of is part of the finding. Whoever writes a command or a letter between the two marks
// must not have it hidden from the person who is asked.
import { ALNUM, BASE64, is, textOf } from './bytes.ts';
import { add, type Scan } from './scan.ts';

export const PEM_ANCHOR = '-----BEGIN';
const MOST_LABEL = 64;
const MOST_BODY = 32_768;
/** Fewer characters of key than this are an example or an empty block. */
const LEAST_BODY = 60;
/** Shorter lines are taken for the last one only. */
const LEAST_LINE = 16;
const BACKSLASH = 92;

const BEGIN = /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----/i;
const END = /^-----END [A-Z0-9 ]{0,60}-----/i;
/** The header lines of older keys (RFC 1421 4.6, RFC 4880 6.2). */
const HEADER = /^(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash|MessageID): [A-Za-z0-9 ,.:/@+-]{0,80}/;
const MOST_HEADER = 100;

/** What stands between lines: their ends, indentation, quotes and commas, the mark of a comment or a quotation. */
const isBetween = (byte: number | undefined): boolean =>
  byte !== undefined && [9, 10, 13, 32, 34, 35, 39, 42, 44, 62].includes(byte);

/** Past what stands between two lines; a line end may be written as an escape, once or twice over. */
function afterBetween(input: Uint8Array, from: number, last: number): number {
  let at = from;
  while (at < last) {
    if (isBetween(input[at])) {
      at++;
      continue;
    }
    if (input[at] !== BACKSLASH) break;
    while (input[at] === BACKSLASH) at++;
    if (input[at] === 110 || input[at] === 114 || input[at] === 116) at++;
  }
  return Math.min(at, last);
}

/** Whether the digits are drawn: words and paths have few capitals and numbers. A short rest may also end in padding. */
function isDrawn(input: Uint8Array, start: number, end: number): boolean {
  let upper = 0;
  let lower = 0;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const byte = input[at] as number;
    if (byte >= 65 && byte <= 90) upper++;
    else if (byte >= 97 && byte <= 122) lower++;
    else if (byte >= 48 && byte <= 57) digits++;
  }
  const size = end - start;
  if (size < LEAST_LINE && (input[start] === 61 || input[end - 1] === 61)) return true;
  return upper > 0 && (upper + digits) * 4 >= size && (size < LEAST_LINE || lower > 0);
}

interface Body {
  readonly end: number;
  readonly size: number;
}

function readBody(input: Uint8Array, from: number): Body {
  const last = Math.min(input.length, from + MOST_BODY);
  let end = from;
  let size = 0;
  for (let at = afterBetween(input, from, last); at < last; at = afterBetween(input, at, last)) {
    const header = size === 0 ? HEADER.exec(textOf(input, at, Math.min(last, at + MOST_HEADER))) : null;
    if (header !== null) {
      at += header[0].length;
      continue;
    }
    const start = at;
    while (at < last && is(input[at], ALNUM | BASE64)) at++;
    if (at === start || !isDrawn(input, start, at)) break;
    const next = at - start < LEAST_LINE ? afterBetween(input, at, last) : last;
    // A checksum may follow the last line.
    const isLast = next === input.length || input[next] === 61 || textOf(input, next, next + 5) === '-----';
    if (at - start < LEAST_LINE && !isLast) break;
    size += at - start;
    end = at;
  }
  return { end, size };
}

export function readPrivateKey(scan: Scan, start: number): void {
  const { input } = scan;
  const begin = BEGIN.exec(textOf(input, start, Math.min(input.length, start + MOST_LABEL + 20)));
  if (begin === null) return;
  const { end, size } = readBody(input, start + begin[0].length);
  if (size < LEAST_BODY) return;
  const mark = afterBetween(input, end, Math.min(input.length, end + MOST_LABEL));
  const close = END.exec(textOf(input, mark, Math.min(input.length, mark + MOST_LABEL + 20)));
  add(scan, start, close === null ? end : mark + close[0].length, {
    name: 'private-key',
    by: 'format',
    confidence: 'certain',
  });
}
