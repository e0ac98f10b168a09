// Answers one question for streams: where, at the end of what has come so far, may a secret have begun? In any form, also
// in the middle of an escape, of a run of digits, or of what stands between two strings.
import type { SecretSet } from './secret-set.ts';
import { tailViews } from './views/tails.ts';
import { viewsOf } from './views-of.ts';

/** The first offset from which a secret may have begun; the length when nowhere. */
export type MayBegin = (bytes: Uint8Array) => number;

/** The first offset from which the bytes up to their end, `least` or more, begin some form as they are. */
function buildDirect(set: SecretSet, least: number): { readonly begin: MayBegin; readonly firsts: Uint8Array } {
  const sorted = set.forms.map(({ bytes }) => bytes).sort((a, b) => Buffer.compare(a, b));
  const pairs = new Uint8Array(65_536);
  const singles = new Uint8Array(256);
  for (const form of sorted) {
    singles[form[0] ?? 0] = 1;
    pairs[((form[0] ?? 0) << 8) | (form[1] ?? 0)] = 1;
  }
  const begins = (tail: Uint8Array): boolean => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Buffer.compare(sorted[middle] ?? tail, tail) <= 0) low = middle + 1;
      else high = middle;
    }
    const form = sorted[low];
    return form !== undefined && form.length > tail.length && Buffer.compare(form.subarray(0, tail.length), tail) === 0;
  };
  const begin: MayBegin = (bytes) => {
    const size = bytes.length;
    for (let at = Math.max(0, size - set.longest); at <= size - least; at++) {
      const first = bytes[at] ?? 0;
      if (at + 1 < size ? pairs[(first << 8) | (bytes[at + 1] ?? 0)] === 0 : singles[first] === 0) continue;
      if (begins(bytes.subarray(at))) return at;
    }
    return size;
  };
  return { begin, firsts: singles };
}

const DEPTH = 3;
/** Escapes are short; the longest that may be cut is an entity or the key between two strings. */
const TAIL = 160;

/** An escape whose end has not come. */
const UNIT =
  /(?:%(?:u[0-9a-f]{0,3}|[0-9a-f]?)|\\u(?:d[89ab][0-9a-f]{2}(?:\\(?:u[0-9a-f]{0,3})?)?)|\\+(?:u\{?[0-9a-f]{0,5}|x[0-9a-f]?|[0-7]{0,2}|\r)?|&(?:#x?[0-9a-f]{0,7}|[0-9a-z]{0,10})|=[0-9a-f]?\r?|[\u00c2-\u00df]|[\u00e0-\u00ef][\u0080-\u00bf]?|[\u00f0-\u00f4][\u0080-\u00bf]{0,2})$/i;
/** What may stand between two parts of a secret, as far as it has come. */
const BREAK = /(?:\u001b(?:\[[0-9;?]*|\][^\u0007]{0,120})?|[ \t]*\\?\r?\n?[ \t\r\n]*)$/;

/** The beginning of a line of a dump: its offset, and what has come of its bytes. */
const DUMP = /(?:^|\n)([ ]*(?:[0-9a-f]{4,16}:|[0-9a-f]{6,16})(?: [0-9a-f ]*)?)$/i;

/** Where an unfinished escape starts, and where a break of a secret may have. */
function unfinished(bytes: Uint8Array): { readonly unit: number; readonly breaks: readonly number[] } {
  const from = Math.max(0, bytes.length - TAIL);
  const tail = Buffer.from(bytes.subarray(from)).toString('latin1');
  const dump = DUMP.exec(tail)?.[1]?.length ?? 0;
  const unit = Math.min(UNIT.exec(tail)?.index ?? tail.length, tail.length - dump);
  const breaks = new Set([unit, BREAK.exec(tail)?.index ?? tail.length]);
  for (let at = tail.length - 1, quotes = 0; at >= 0 && quotes < 6; at--) {
    if (tail[at] !== '"' && tail[at] !== "'" && tail[at] !== '`' && tail[at] !== '^') continue;
    breaks.add(at);
    quotes++;
  }
  breaks.delete(tail.length);
  return { unit: from + unit, breaks: [...breaks].map((at) => from + at) };
}

/** @param least of a form, as it is or behind an escape: less of it is no beginning, nor is an escape that has not ended. */
export function buildMayBegin(set: SecretSet, least = 1): MayBegin {
  const { begin, firsts } = buildDirect(set, least);
  const whole = least > 1;
  const inViews = (bytes: Uint8Array, depth: number): number => {
    let hold = bytes.length;
    const tail = tailViews(bytes, firsts, set.tail);
    if (!whole) hold = Math.min(hold, tail.partial);
    for (const view of [...viewsOf(set, bytes), ...tail.views]) {
      const size = view.bytes.length;
      if (size === 0) continue;
      const reaches = Math.max(view.locate(size - 1, size).at(-1)?.[1] ?? 0, view.reaches ?? 0);
      if (reaches < bytes.length - (view.slack ?? 0)) continue;
      const begun = within(view.bytes, depth - 1);
      if (begun < size) hold = Math.min(hold, view.locate(begun, size)[0]?.[0] ?? hold);
    }
    return hold;
  };
  const within = (all: Uint8Array, depth: number): number => {
    const skipped = Math.max(0, all.length - set.tail);
    const bytes = all.subarray(skipped);
    const { unit, breaks } = unfinished(bytes);
    let hold = whole ? begin(bytes) : Math.min(begin(bytes), unit);
    if (depth > 0) hold = Math.min(hold, inViews(bytes, depth));
    for (const cut of breaks) {
      const before = bytes.subarray(0, cut);
      const begun = Math.min(begin(before), depth > 0 && cut === unit ? inViews(before, depth) : cut);
      if (begun < cut) hold = Math.min(hold, begun);
    }
    return hold === bytes.length ? all.length : skipped + hold;
  };
  return (bytes) => (set.forms.length === 0 ? bytes.length : within(bytes, DEPTH));
}
