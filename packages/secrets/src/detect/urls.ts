// Credentials before the host of a URL: `scheme://user:password@host`.
import { is, LETTER, textOf } from './bytes.ts';
import { add, type Scan } from './scan.ts';
import { isPlaceholder, isStandIn, looksDrawn } from './value.ts';

export const URL_ANCHOR = '://';
const MOST = 512;
const [AT, COLON] = [64, 58];
/** What ends the part before the host: a path, a query, a blank, a quote, a mark of the text around. */
const STOPS = new Set([...'/?#"\'`<>\\()[],;|'].map((char) => char.charCodeAt(0)));
/** A user name alone is a token only when it is as long as one. */
const LEAST_TOKEN = 20;
const LEAST_PASSWORD = 4;

export function readUrl(scan: Scan, anchor: number): void {
  const { input } = scan;
  if (!is(input[anchor - 1], LETTER)) return;
  const start = anchor + URL_ANCHOR.length;
  let [colon, host] = [-1, -1];
  for (let at = start; at < Math.min(input.length, start + MOST); at++) {
    const byte = input[at] ?? 0;
    if (byte <= 32 || STOPS.has(byte)) break;
    if (byte === COLON && colon === -1) colon = at;
    if (byte === AT) host = at;
  }
  if (host === -1) return;
  if (colon === -1 || colon > host) {
    if (host - start >= LEAST_TOKEN && looksDrawn(input, start, host, true)) {
      add(scan, start, host, { name: 'url-token', by: 'format', confidence: 'likely' });
    }
    return;
  }
  const password = colon + 1;
  if (
    host - password < LEAST_PASSWORD ||
    isPlaceholder(input, password, host) ||
    isStandIn(textOf(input, password, host))
  )
    return;
  add(scan, password, host, { name: 'url-password', by: 'format', confidence: 'likely' });
}
