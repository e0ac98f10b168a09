// Every way a text may be read: as it stands, and with what wraps it undone, wrapped in each other up to three deep.
// INVARIANT: the work is bounded; where it was not enough the caller is told, and takes the text for the worst.
import type { Encoding } from '@castellan/contract';
import { textIn } from './bytes.ts';
import { entitiesDecoded, percentDecoded, quotedPrintable, unescaped } from './escapes.ts';

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
/** Characters as decimal numbers, as `[104, 101, ...]` or `104 101 ...`. */
const CODES = /(?<!\d)\d{2,5}(?:[\s,;]{1,3}\d{2,5}){15,}(?!\d)/g;
const ENTITY = /&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp)\b/;
const QUOTED = /=(?:[0-9A-F]{2}|\r?\n)/g;
/** Fewer leave pieces between them that are found as they stand. */
const LEAST_QUOTED = 3;
/** One text in several pieces: `"ab" + "cd"`, `'ab'"cd"`, a line that goes on. */
const JOINS = /["'`]\s*\+\s*["'`]|(?<=\w)["'`]{2}(?=\w)|\\\r?\n/g;
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
    if (encodings.length >= DEEPEST) {
      cut ||= goesDeeper(part);
      return;
    }
    for (const [encoding, inner] of unwrapped(part)) read(inner, [...encodings, encoding]);
  };
  read(text, []);
  return { readings, cut };
}

/** Whether something is wrapped once more. What only looks so gives no text when it is undone. */
function goesDeeper(text: string): boolean {
  for (const [encoding, inner] of unwrapped(text))
    if (DISGUISES.has(encoding) && inner.length >= LEAST_INNER && isText(inner)) return true;
  return false;
}

const DISGUISES: ReadonlySet<Encoding> = new Set(['base64', 'hex']);
const LEAST_INNER = 12;

function isText(text: string): boolean {
  const most = Math.min(text.length, 400);
  let odd = 0;
  for (let i = 0; i < most; i += 1) {
    const code = text.charCodeAt(i);
    if ((code < 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) || (code >= 0x7f && code < 0xa0)) odd += 1;
    else if (code === 0xfffd) odd += 1;
  }
  return odd * 10 <= most;
}

function* unwrapped(text: string): Generator<readonly [Encoding, string]> {
  if (ESCAPE.test(text)) yield ['json', unescaped(text)];
  if (PERCENT.test(text) || FORM.test(text)) yield ['url', percentDecoded(text)];
  if (ENTITY.test(text)) yield ['json', entitiesDecoded(text)];
  if ((text.match(QUOTED)?.length ?? 0) >= LEAST_QUOTED) yield ['url', quotedPrintable(text)];
  const joined = text.replace(JOINS, '');
  if (joined !== text) yield ['json', joined];
  for (const [run] of text.matchAll(CODES)) yield ['hex', fromCodes(run)];
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

/** Units of UTF-16 or bytes of UTF-8: the same for most of what is written. */
function fromCodes(run: string): string {
  const codes = run.split(/[\s,;]+/).map(Number);
  return codes.every((code) => code < 256)
    ? textIn(Buffer.from(codes))
    : codes.map((code) => String.fromCharCode(code)).join('');
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
