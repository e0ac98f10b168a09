// Passwords on command lines where no name stands beside them: `curl -u user:password`, `mysql -pPASSWORD`.
import { BLANK, is, QUOTE, textOf } from './bytes.ts';
import { isRegular } from './randomness.ts';
import { add, type Scan } from './scan.ts';
import { isStandIn, looksChosen, looksDrawn } from './value.ts';

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

export const PASSWORD_FLAG_ANCHOR = ' -p';
const REACH = 200;
/** The manual pages of sshpass, mysql and the registry clients: `-p` takes a password, with a blank or without. */
const APART =
  /(?:^|[\s;&|(/])(?:sshpass|(?:docker|podman|buildah|helm registry|oras|oc|cf) login)\s(?:[^;&|]{0,150}\s)?$/;
const JOINED =
  /(?:^|[\s;&|(/])(?:sshpass|mysql(?:dump|admin|import|check|slap)?|mariadb(?:-\w{2,10})?)\s(?:[^;&|]{0,150}\s)?$/;

export function readPasswordFlag(scan: Scan, flagEnd: number): void {
  const { input } = scan;
  const before = textOf(input, Math.max(0, flagEnd - REACH), flagEnd - 2);
  const apart = is(input[flagEnd], BLANK);
  if (!(apart ? APART : JOINED).test(before.slice(before.lastIndexOf('\n') + 1))) return;
  let start = flagEnd;
  while (start - flagEnd < 8 && is(input[start], BLANK)) start++;
  let end = endOfWord(input, start);
  if (end === -1) return;
  if (is(input[start], QUOTE) && input[start] === input[end - 1]) {
    start++;
    end--;
  }
  if (isStandIn(textOf(input, start, end))) return;
  if (!looksDrawn(input, start, end, true) && !looksChosen(input, start, end, true)) return;
  add(scan, start, end, { name: 'password', by: 'format', confidence: 'likely' });
}
