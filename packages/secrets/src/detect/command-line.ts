// `curl -u user:password`: the one flag of common tools that takes both in one word.
import { BLANK, is, QUOTE, textOf } from './bytes.ts';
import { isRegular } from './randomness.ts';
import { add, type Scan } from './scan.ts';
import { isStandIn } from './value.ts';

export const USER_FLAG_ANCHORS = [' -u', '--user'];
const MOST = 256;
const WITHIN = 2000;
const COLON = 58;
const LEAST = 4;

/** The end of a word of the shell: its quotes are part of it, blanks outside them end it. */
function endOfWord(input: Uint8Array, start: number): number {
  let quote = 0;
  for (let at = start; at < Math.min(input.length, start + MOST); at++) {
    const byte = input[at] ?? 0;
    if (quote !== 0) {
      if (byte === quote) quote = 0;
      else if (byte === 10) return -1;
    } else if (is(byte, QUOTE)) quote = byte;
    else if (byte <= 32) return at;
  }
  return input.length - start <= MOST ? input.length : -1;
}

/** `lastCurl`: where the program's name stood last, or below nought. */
export function readUserFlag(scan: Scan, flagEnd: number, lastCurl: number): void {
  const { input } = scan;
  if (lastCurl < 0 || flagEnd - lastCurl > WITHIN) return;
  let start = flagEnd;
  if (!is(input[start], BLANK) && input[start] !== 61) return;
  while (start - flagEnd < 8 && (is(input[start], BLANK) || input[start] === 61)) start++;
  const end = endOfWord(input, start);
  if (end === -1) return;
  const word = textOf(input, start, end);
  const colon = word.indexOf(String.fromCharCode(COLON));
  if (colon === -1) return;
  const user = word.slice(0, colon).replace(/["'`]/g, '');
  const password = word.slice(colon + 1).replace(/["'`]/g, '');
  const parts = [user, password].filter((part) => part !== '');
  const secret = password === '' ? user : password;
  if (
    secret.length < LEAST ||
    parts.some((part) => /[$<{[]/.test(part[0] ?? '') || part.includes('${')) ||
    isStandIn(secret)
  )
    return;
  if (isRegular(input, start, end)) return;
  add(scan, start, end, { name: 'curl-user', by: 'format', confidence: 'likely' });
}
