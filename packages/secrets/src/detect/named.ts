// Secrets that only their name gives away. Each name is read once: its value, its words, then the vendors' own shapes, then
// what any secret looks like.

import { BLANK, DIGIT, is, LETTER, textOf } from './bytes.ts';
import { decodeBase64, isBasic } from './checks.ts';
import type { NamedFormat } from './format.ts';
import { namingOf, wordsOf } from './key-name.ts';
import { type Key, startsWith } from './marks.ts';
import { isText, randomness } from './randomness.ts';
import { add, type Scan } from './scan.ts';
import { matchShape, parseShape, type Shape } from './shape.ts';
import { isPlaceholder, looksChosen, looksDrawn } from './value.ts';
import type { Value } from './value-reader.ts';
import { keyAround } from './words.ts';

interface NamedRule {
  readonly format: NamedFormat;
  readonly shapes: readonly Shape[];
}

export interface NameReader {
  read(scan: Scan, start: number, end: number): void;
}

const LEAST = 6;
const DASH = 45;
const PARENTHESIS = 40;
const MOST_SCHEME = 20;

/** `Bearer abc`: where the credential begins after its scheme; the value's own start where there is none. */
function afterScheme(input: Uint8Array, value: Value): number {
  let at = value.start;
  while (at - value.start < MOST_SCHEME && (is(input[at], LETTER) || input[at] === DASH)) at++;
  if (at === value.start || !is(input[at], BLANK)) return value.start;
  while (is(input[at], BLANK)) at++;
  return at;
}

export function createNameReader(formats: readonly NamedFormat[]): NameReader {
  const rules = new Map<string, NamedRule[]>();
  for (const format of formats) {
    const rule = { format, shapes: format.shapes.map(parseShape) };
    for (const word of format.words) rules.set(word, [...(rules.get(word) ?? []), rule]);
  }
  const vendors = new Set(rules.keys());

  const rulesFor = (words: readonly string[]): readonly NamedRule[] => {
    const all: NamedRule[] = [];
    words.forEach((word, index) => {
      all.push(...(rules.get(word) ?? []), ...(rules.get(word + (words[index + 1] ?? '')) ?? []));
    });
    return [...new Set(all)];
  };

  const authorization = (scan: Scan, value: Value): void => {
    const { input } = scan;
    const start = afterScheme(input, value);
    const end = value.quoted ? value.end : start === value.start ? value.end : scan.values.bareEnd(start);
    if (end - start < LEAST) return;
    const basic = /^basic/i.test(textOf(input, value.start, value.start + 5));
    const found = looksDrawn(input, start, end, true) || (basic && isBasic(decodeBase64(textOf(input, start, end))));
    if (found) add(scan, start, end, { name: 'authorization-header', by: 'format', confidence: 'likely' });
  };

  const vendor = (scan: Scan, { start, end }: Value, found: readonly NamedRule[], named: boolean): boolean => {
    for (const { format, shapes } of found) {
      if (format.needs === 'word' && !named) continue;
      if (
        !shapes.some((shape) => matchShape(scan.input, start, shape) === end) ||
        isPlaceholder(scan.input, start, end) ||
        isText(scan.input, start, end)
      )
        continue;
      add(scan, start, end, { name: format.id, by: 'format', confidence: 'likely' });
      return true;
    }
    return false;
  };

  const readValue = (scan: Scan, key: Key, value: Value): void => {
    const { input } = scan;
    const words = wordsOf(textOf(input, key.start, key.end));
    if (words.includes('authorization')) {
      authorization(scan, value);
      return;
    }
    if (value.end - value.start < LEAST) return;
    const own = rulesFor(words);
    const naming = namingOf(words, vendors);
    if (vendor(scan, value, own, naming !== null) || naming === null) return;
    const start = value.quoted ? afterScheme(input, value) : value.start;
    const drawn = looksDrawn(input, start, value.end, value.quoted);
    if (
      !drawn &&
      !(
        naming === 'password' &&
        mayBeChosen(input, words, key, value) &&
        looksChosen(input, start, value.end, value.quoted)
      )
    )
      return;
    const sure = naming !== 'weak' && !own.some(({ format }) => format.exact === true);
    const name = naming === 'password' ? 'password' : 'secret';
    add(scan, start, value.end, { name, by: 'assignment', confidence: sure ? 'likely' : 'possible' });
  };

  const read = (scan: Scan, start: number, end: number): void => {
    const key = keyAround(scan.input, start, end);
    const value = scan.values.read(key);
    if (value === null) return;
    // A blank alone joins a flag to its value; elsewhere only a value in quotes, or one that is beyond doubt.
    const bare = value.by === 'word' && !value.quoted;
    if (value.by === 'word' && value.quoted && !hasDigit(scan.input, value)) return;
    if (bare && scan.input[key.start] !== DASH && !isNetrc(scan.input, key) && !isBeyondDoubt(scan.input, value))
      return;
    readValue(scan, key, value);
  };
  return { read };
}

/**
 * Test runs say `PASS: name`, prose says pass `this`, lists hold names beside names, and code calls a function
 * (`password=string$1(`): there only what was drawn counts.
 */
function mayBeChosen(
  input: Uint8Array,
  words: readonly string[],
  key: Key,
  { start, end, quoted, by }: Value,
): boolean {
  if (words.length === 1 && words[0] === 'pass' && (!quoted || by === 'word')) return false;
  if (!quoted && input[end - 1] === PARENTHESIS) return false;
  if (by !== 'comma') return true;
  return !textOf(input, key.end, start).includes('\n') && !/^\w+[_-][\w-]*$/.test(textOf(input, start, end));
}

const LEAST_BEYOND_DOUBT = 16;
const BITS_BEYOND_DOUBT = 16;

function hasDigit(input: Uint8Array, { start, end }: Value): boolean {
  for (let at = start; at < end; at++) if (is(input[at], DIGIT)) return true;
  return false;
}

const isBeyondDoubt = (input: Uint8Array, { start, end }: Value): boolean =>
  end - start >= LEAST_BEYOND_DOUBT && randomness(input, start, Math.min(end, start + 256)) >= BITS_BEYOND_DOUBT;

const NETRC_SPAN = 200;
const NETRC_WORD = 'password';

/** `machine HOST login NAME password SECRET`. */
function isNetrc(input: Uint8Array, key: Key): boolean {
  if (key.end - key.start !== NETRC_WORD.length || !startsWith(input, key.start, NETRC_WORD)) return false;
  return /\blogin\s+\S{1,100}\s+$/.test(textOf(input, Math.max(0, key.start - NETRC_SPAN), key.start));
}
