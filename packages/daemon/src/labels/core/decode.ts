// Every way a text may be read: as it stands, and with what wraps it undone, wrapped in each other up to three deep.
// INVARIANT: the work is bounded; where it was not enough the caller is told, and takes the text for the worst.
import type { Encoding } from '@castellan/contract';
import { textIn } from './bytes.ts';
import { percentDecoded, unescaped } from './escapes.ts';

export interface Reading {
  readonly text: string;
  /** What was undone, outermost first. */
  readonly encodings: readonly Encoding[];
}

export interface Readings {
  readonly readings: readonly Reading[];
  /** There was more to read than may be. */
  readonly cut: boolean;
}

const DEEPEST = 3;
/** Characters read of one call's arguments, all readings together: some four times the largest arguments there may be. */
export const MOST_READ = 4_000_000;
const HEX = /(?<![0-9a-fA-F])[0-9a-fA-F]{2}(?:(?:[\s:,-]|\\x|0x|%)?[0-9a-fA-F]{2}){15,}[0-9a-fA-F]?/g;
const PERCENT = /%[0-9a-fA-F]{2}/;
const FORM = /[A-Za-z0-9]\+[A-Za-z0-9]/;
const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-7]{1,3}|[abfnrtv"'\\/])/;

export function readingsOf(text: string, budget: { left: number }): Readings {
  const readings: Reading[] = [];
  const seen = new Set<string>();
  let cut = false;
  const read = (part: string, encodings: readonly Encoding[]): void => {
    if (part === '' || seen.has(part)) return;
    if (part.length > budget.left) {
      cut = true;
      return;
    }
    budget.left -= part.length;
    seen.add(part);
    readings.push({ text: part, encodings });
    if (encodings.length >= DEEPEST) return;
    for (const [encoding, inner] of unwrapped(part)) read(inner, [...encodings, encoding]);
  };
  read(text, []);
  return { readings, cut };
}

function* unwrapped(text: string): Generator<readonly [Encoding, string]> {
  if (ESCAPE.test(text)) yield ['json', unescaped(text)];
  if (PERCENT.test(text) || FORM.test(text)) yield ['url', percentDecoded(text)];
  for (const [run] of text.matchAll(HEX)) {
    const digits = run.replace(/0x|\\x|[^0-9a-fA-F]/g, '');
    // A run may begin in the middle of a byte.
    for (const offset of [0, 1]) yield ['hex', textIn(Buffer.from(digits.slice(offset), 'hex'))];
  }
  for (const run of base64Runs(text)) {
    if (/^[0-9a-fA-F]+$/.test(run)) continue;
    const digits = run.includes('\n') ? run.replace(/[\r\n]/g, '') : run;
    // Where the encoded part begins within the run is not known: one of four offsets is in step with it.
    for (const offset of [0, 1, 2, 3]) yield ['base64', textIn(Buffer.from(digits.slice(offset), 'base64'))];
  }
}

/** Shorter runs cannot hold a copy that counts: 24 digits of base64 are 18 bytes. */
const SHORTEST_RUN = 20;
const DIGITS = new Uint8Array(128);
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
  DIGITS[digit.charCodeAt(0)] = 1;

/** Runs of base64 digits, either alphabet; one that is long enough goes on over ends of lines, as mail wraps it. */
function* base64Runs(text: string): Generator<string> {
  let start = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    if (code < 128 && DIGITS[code] === 1) continue;
    const long = i - start >= SHORTEST_RUN;
    if (long && (code === 0x0a || code === 0x0d) && goesOn(text, i + 1)) continue;
    if (long) yield text.slice(start, i);
    start = i + 1;
  }
}

const goesOn = (text: string, i: number): boolean => {
  const code = text.charCodeAt(i);
  return code === 0x0a || (code < 128 && DIGITS[code] === 1);
};
