// Takes out what stands between the parts of a secret without belonging to it: a line end with its indentation, terminal
// colours, and the quotes and keys between strings that follow each other. Only where the signs at both sides stand
// together in some secret, so ordinary lines cost one look.
import type { Grams } from '../grams.ts';
import { type Patchwork, skipTo, type View, viewAround } from './view.ts';

const ESC = 0x1b;
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const SINGLE = 0x27;
const SPACE = Uint8Array.of(0x20);

const LEADS = new Uint8Array(256);
for (const lead of [ESC, NEWLINE, QUOTE, SINGLE]) LEADS[lead] = 1;

/** What may come right behind the closing quote of a string that another one follows. */
const BEHIND = new Uint8Array(256);
for (const sign of ' \t\r\n,+.&[]{}"\'') BEHIND[sign.charCodeAt(0)] = 1;

/** Longer white space, keys and glue are not looked through. */
const MAX_KEY = 64;
const MAX_SPACE = 64;

interface Gap {
  readonly start: number;
  readonly end: number;
  readonly kind: 'dropped' | 'kept';
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

function skipSpace(source: Uint8Array, at: number): number {
  let to = at;
  while (to < at + MAX_SPACE && isSpace(source[to])) to++;
  return to;
}

/** A colour or another terminal sequence (ECMA-48 5.4, and OSC up to its end). */
function afterSequence(source: Uint8Array, at: number): number {
  let to = at + 2;
  if (source[at + 1] === 0x5d) {
    while (to < at + 256 && source[to] !== undefined && source[to] !== 0x07 && source[to] !== ESC) to++;
    return source[to] === 0x07 ? to + 1 : source[to] === ESC ? to + 2 : 0;
  }
  if (source[at + 1] !== 0x5b) return 0;
  while (to < at + 32 && (source[to] ?? 0) >= 0x20 && (source[to] ?? 0) < 0x40) to++;
  return (source[to] ?? 0) >= 0x40 && (source[to] ?? 0) < 0x7f ? to + 1 : 0;
}

/** From a closing quote to the next opening one of its kind: `" + "`, `","`, `' '`, `","key":"`; 0 when none follows. */
function afterJunction(source: Uint8Array, at: number): number {
  const isQuote = (byte: number | undefined): boolean => byte === QUOTE || byte === SINGLE;
  const lead = source[at];
  let close = at + 1;
  while (source[close] === lead && close < at + 3) close++;
  let to = skipSpace(source, close);
  const joint = source[to];
  if (joint === 0x2c || joint === 0x2b || joint === 0x2e || joint === 0x26) to = skipSpace(source, to + 1);
  // A closed list or object and the next one: `"],["`, `"},{"`.
  while (
    source[to] === 0x5d ||
    source[to] === 0x7d ||
    source[to] === 0x5b ||
    source[to] === 0x7b ||
    source[to] === 0x2c
  ) {
    if (to > at + MAX_SPACE) return 0;
    to = skipSpace(source, to + 1);
  }
  // A quote of the other kind is a sign of the value, or a string within a string: no end of this one.
  if (source[to] !== lead) return close > at + 1 ? close : 0;
  let opening = to + 1;
  while (source[opening] === source[to] && opening < to + 3) opening++;
  if (joint !== 0x2c && joint !== 0x5d && joint !== 0x7d) return opening;
  let key = opening;
  while (key < opening + MAX_KEY && source[key] !== source[to] && source[key] !== NEWLINE) key++;
  if (source[key] !== source[to]) return opening;
  const colon = skipSpace(source, key + 1);
  if (source[colon] !== 0x3a) return opening;
  const value = skipSpace(source, colon + 1);
  return isQuote(source[value]) ? value + 1 : opening;
}

function gapAt(source: Uint8Array, at: number, least: number): Gap | null {
  const lead = source[at];
  if (lead === ESC) {
    const end = afterSequence(source, at);
    return end === 0 ? null : { start: at, end, kind: 'kept' };
  }
  if (lead !== NEWLINE) {
    const end = afterJunction(source, at);
    return end === 0 ? null : { start: at, end, kind: 'kept' };
  }
  let start = at;
  if (start > least && source[start - 1] === 0x0d) start--;
  if (start > least && source[start - 1] === 0x5c) start--;
  while (start > least && (source[start - 1] === 0x20 || source[start - 1] === 0x09)) start--;
  return { start, end: skipSpace(source, at + 1), kind: 'dropped' };
}

/** An escape that may write any sign; a line end or a tab of JSON is none. */
function isEscape(source: Uint8Array, at: number): boolean {
  const lead = source[at];
  if (lead === 0x25 || lead === 0x26) return true;
  if (lead !== 0x5c) return false;
  const sign = source[at + 1] ?? 0;
  return !((sign >= 0x61 && sign < 0x75) || sign === 0x76);
}

/** The signs an escape is written with behind its lead. */
const ESCAPED = new Uint8Array(256);
for (const sign of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"#\';')
  ESCAPED[sign.charCodeAt(0)] = 1;

/** An escape right before a gap may go on behind it, and means another sign than it shows. */
function endsInEscape(source: Uint8Array, start: number): boolean {
  for (let at = start - 1; at >= Math.max(0, start - 7); at--) {
    const byte = source[at] as number;
    if (byte === 0x25 || byte === 0x5c || byte === 0x26) return isEscape(source, at);
    if (ESCAPED[byte] === 0) return false;
  }
  return false;
}

function isHexDigit(byte: number): boolean {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}

function isHex(source: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isHexDigit(source[at] as number)) return false;
  return true;
}

/** Whether the signs at both sides of a gap stand together in some secret; where a side is one sign, only that one. */
function joins(source: Uint8Array, grams: Grams, gap: Gap, least: number, escaped: boolean): boolean {
  const { start, end } = gap;
  const left = Math.min(4, start - least);
  let right = 0;
  while (right < 4 && end + right < source.length && LEADS[source[end + right] as number] === 0) right++;
  if (left === 0 || right === 0 || (escaped && (endsInEscape(source, start) || isEscape(source, end)))) return true;
  if (Math.max(left, right) === 4 && isHex(source, start - left, start) && isHex(source, end, end + right)) return true;
  return left === 1 || right === 1
    ? grams.pair(source[start - 1] as number, source[end] as number)
    : grams.joins(source, start, end, left, right);
}

/** One look at the signs next to a line end. */
function mayJoinLines(source: Uint8Array, at: number, grams: Grams, escaped: boolean): boolean {
  let before = at - 1;
  const least = Math.max(0, at - MAX_SPACE);
  while (before >= least && (isSpace(source[before]) || source[before] === 0x5c)) before--;
  const last = source[before] ?? 0;
  const next = source[skipSpace(source, at + 1)] ?? 0;
  // A sequence, an escape or a quote at either side is looked at more closely.
  if (next === ESC || last === 0x6d || last === 0x3b) return true;
  if (isHexDigit(last) && isHexDigit(next)) return true;
  if (escaped && (endsInEscape(source, before + 1) || isEscape(source, skipSpace(source, at + 1)))) return true;
  return grams.pair(last, next) || next === 0;
}

/** What the search for gaps has come to. */
interface Walk {
  readonly source: Uint8Array;
  readonly grams: Grams;
  /** Whether anything in the text may be an escape. */
  readonly escaped: boolean;
  readonly spaced: boolean;
  /** Where the last gap ended: nothing before it stands beside the next one. */
  least: number;
}

/** The first gap from a place on that may stand within a secret. */
function nextGap(walk: Walk, from: number): Gap | null {
  const { source, grams, escaped, spaced } = walk;
  for (let at = skipTo(source, from, LEADS); at < source.length; at = skipTo(source, at + 1, LEADS)) {
    const lead = source[at];
    if ((lead === QUOTE || lead === SINGLE) && BEHIND[source[at + 1] ?? 0] === 0) continue;
    if (lead === NEWLINE && !spaced && !mayJoinLines(source, at, grams, escaped)) continue;
    const candidate = gapAt(source, at, from);
    if (candidate === null) continue;
    const wanted =
      (spaced && candidate.kind === 'dropped') ||
      joins(source, grams, candidate, Math.max(walk.least, candidate.start - 4, 0), escaped);
    if (wanted) return candidate;
    at = Math.max(at, candidate.end - 1);
    walk.least = candidate.end;
  }
  return null;
}

/** `spaced`: a line end stands for the space a text was broken at, instead of for nothing. */
export function glueView(
  source: Uint8Array,
  reach: number,
  grams: Grams,
  escaped: boolean,
  spaced: boolean,
): View | null {
  const walk: Walk = { source, grams, escaped, spaced, least: 0 };
  let gap = nextGap(walk, 0);
  if (gap === null) return null;
  let searched = 0;
  const next = (from: number): number => {
    if (gap !== null && gap.start >= from && from >= searched) return gap.start;
    searched = from;
    const found = nextGap(walk, from);
    if (found === null) return source.length;
    gap = found;
    return found.start;
  };
  const place = (_at: number, onto: Patchwork): number => {
    if (gap === null) return 0;
    if (spaced && gap.kind === 'dropped') onto.unit(SPACE, gap.start, gap.end);
    else onto.leaveOut(gap.start, gap.end, gap.kind);
    walk.least = gap.end;
    return gap.end;
  };
  return viewAround(source, reach, next, place);
}
