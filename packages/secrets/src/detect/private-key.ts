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

function bodyLength(input: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (is(input[at], ALNUM | BASE64)) count++;
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
