// Methods of string that take it apart, put texts together, or replace parts of it: split rsplit splitlines join replace strip lstrip
// rstrip. The number of pieces is known, and paid for, before they are made.
import { COST, LONGEST_STRING } from '../values/cost.ts';
import { opaqueOf } from '../values/extension.ts';
import type { Run } from '../values/function.ts';
import { typeName } from '../values/inspect.ts';
import { iterate } from '../values/iterate.ts';
import { List } from '../values/list.ts';
import { indexOfText } from '../values/search.ts';
import type { Meter, Value } from '../values/value.ts';
import { TextBuilder } from './builder.ts';
import { chargeItems, each, sizeOf } from './collect.ts';
import { chargeParts, chargeText } from './text.ts';
import { clampInt, unpackPositional, wantAny, wantBool, wantInt, wantIterable, wantString } from './unpack.ts';

const SPLIT = [wantAny, wantInt];

function split(name: 'split' | 'rsplit'): Run {
  return (thread, self, positional, named) => {
    unpackPositional(thread, name, positional, named, 0, SPLIT);
    const text = self as string;
    const separator = positional[0] ?? null;
    const most = clampInt(positional[1], -1);
    if (separator !== null && typeof separator !== 'string') {
      return thread.fail(`split: got ${typeName(separator)} for separator, want string`);
    }
    if (separator === '') return thread.fail('split: empty separator');
    thread.step(text.length >> 5);
    const pieces =
      separator === null ? words(thread, text, most, name === 'rsplit') : parts(thread, text, separator, most, name);
    return new List(pieces);
  };
}

/** Every place where a separator stands, left to right, without overlaps. */
function places(thread: Meter, text: string, separator: string): number[] {
  const found: number[] = [];
  for (let from = 0; ; ) {
    const at = indexOfText(text, separator, from, thread);
    if (at < 0) return found;
    thread.step(1);
    thread.allocate(COST.item);
    found.push(at);
    from = at + separator.length;
  }
}

function parts(thread: Meter, text: string, separator: string, most: number, name: 'split' | 'rsplit'): string[] {
  const all = places(thread, text, separator);
  const kept =
    most < 0 || all.length <= most ? all : name === 'split' ? all.slice(0, most) : all.slice(all.length - most);
  chargeParts(thread, kept.length + 1, text.length);
  const pieces: string[] = [];
  let from = 0;
  for (const at of kept) {
    pieces.push(text.slice(from, at));
    from = at + separator.length;
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** White space as Unicode has it. */
function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 9 && unit <= 13);
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0;
  if (unit < 0x2000) return unit === 0x1680;
  return unit <= 0x200a || unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f || unit === 0x3000;
}

/** Where each word begins and ends, one after the other. */
function wordSpans(thread: Meter, text: string): number[] {
  const spans: number[] = [];
  let from = -1;
  for (let i = 0; i <= text.length; i++) {
    const inWord = i < text.length && !isSpace(text.charCodeAt(i));
    if (inWord && from < 0) from = i;
    if (inWord || from < 0) continue;
    thread.allocate(2 * COST.item);
    spans.push(from, i);
    from = -1;
  }
  return spans;
}

/** The words between spaces; with `most`, the last one runs to the end, or from the right the first one from the start. */
function words(thread: Meter, text: string, most: number, fromRight: boolean): string[] {
  const spans = wordSpans(thread, text);
  const count = spans.length / 2;
  chargeParts(thread, count, text.length);
  const kept = most < 0 || count <= most ? count : most;
  const first = fromRight ? count - kept : 0;
  const pieces: string[] = [];
  if (kept < count && fromRight) pieces.push(text.slice(0, spans[2 * first - 1]));
  for (let i = first; i < first + kept; i++) pieces.push(text.slice(spans[2 * i], spans[2 * i + 1]));
  if (kept < count && !fromRight) pieces.push(text.slice(spans[2 * kept]));
  return pieces;
}

const splitlines: Run = (thread, self, positional, named) => {
  unpackPositional(thread, 'splitlines', positional, named, 0, [wantBool]);
  const text = self as string;
  if (text === '') return new List([]);
  const keep = positional[0] === true;
  thread.step(text.length >> 5);
  const ends = places(thread, text, '\n');
  chargeParts(thread, ends.length + 1, text.length);
  const lines: string[] = [];
  let from = 0;
  for (const at of ends) {
    lines.push(text.slice(from, keep ? at + 1 : at));
    from = at + 1;
  }
  if (from < text.length) lines.push(text.slice(from));
  return new List(lines);
};

const join: Run = (thread, self, positional, named) => {
  unpackPositional(thread, 'join', positional, named, 1, [wantIterable]);
  const separator = self as string;
  chargeItems(thread, sizeOf(positional[0] as Value));
  const pieces: string[] = [];
  let units = 0;
  const cursor = iterate(positional[0] as Value);
  if (cursor === undefined) return '';
  try {
    for (let value = cursor.next(); value !== undefined; value = cursor.next()) {
      if (typeof value !== 'string') {
        if (opaqueOf(value) !== undefined) return joinOpaque(separator, positional[0] as Value, thread);
        return thread.fail(`join: in list, want string, got ${typeName(value)}`);
      }
      if (pieces.length > 0) units += separator.length;
      units += value.length;
      pieces.push(value);
      if (units > LONGEST_STRING) thread.allocate(Number.POSITIVE_INFINITY);
    }
  } finally {
    cursor.done();
  }
  chargeText(thread, units);
  return pieces.join(separator);
};

/** `join` where an element is opaque. */
function joinOpaque(separator: string, elements: Value, thread: Meter): Value {
  const text = new TextBuilder(thread);
  let first = true;
  each(elements, (value) => {
    if (!first) text.add(separator);
    first = false;
    if (typeof value !== 'string' && opaqueOf(value) === undefined) {
      thread.fail(`join: in list, want string, got ${typeName(value)}`);
    }
    text.addPart(value);
  });
  return text.value;
}

const replace: Run = (thread, self, positional, named) => {
  unpackPositional(thread, 'replace', positional, named, 2, [wantString, wantString, wantInt]);
  const text = self as string;
  const [old, fresh] = positional as readonly [string, string];
  const most = clampInt(positional[2], -1);
  if (old === fresh || most === 0) return text;
  thread.step(text.length >> 5);
  const all = old === '' ? gaps(thread, text) : places(thread, text, old);
  const kept = most < 0 || all.length <= most ? all : all.slice(0, most);
  if (kept.length === 0) return text;
  chargeText(thread, text.length + kept.length * (fresh.length - old.length));
  chargeParts(thread, 2 * kept.length, 0);
  const pieces: string[] = [];
  let from = 0;
  for (const at of kept) {
    pieces.push(text.slice(from, at));
    from = at + old.length;
  }
  pieces.push(text.slice(from));
  return pieces.join(fresh);
};

/** Where an empty text stands: before each code point and at the end. */
function gaps(thread: Meter, text: string): number[] {
  chargeParts(thread, text.length + 1, 0);
  const found: number[] = [];
  for (let at = 0; at < text.length; at += (text.charCodeAt(at) & 0xfc00) === 0xd800 ? 2 : 1) found.push(at);
  found.push(text.length);
  return found;
}

const SPACE = /^\p{White_Space}$/u;

function strip(name: string, left: boolean, right: boolean): Run {
  return (thread, self, positional, named) => {
    unpackPositional(thread, name, positional, named, 0, [wantString]);
    const text = self as string;
    const given = (positional[0] ?? '') as string;
    thread.step(given.length >> 3);
    thread.allocate(COST.item * given.length);
    const characters = given === '' ? undefined : new Set(given);
    const goes = (point: string) => (characters === undefined ? SPACE.test(point) : characters.has(point));
    let from = 0;
    let to = text.length;
    while (left && from < to) {
      const point = String.fromCodePoint(text.codePointAt(from) ?? 0);
      if (!goes(point)) break;
      from += point.length;
    }
    while (right && from < to) {
      const width = (text.charCodeAt(to - 1) & 0xfc00) === 0xdc00 ? 2 : 1;
      if (!goes(text.slice(to - width, to))) break;
      to -= width;
    }
    thread.step((text.length - (to - from)) >> 2);
    if (to - from === text.length) return text;
    chargeText(thread, to - from);
    return text.slice(from, to);
  };
}

export const SPLIT_METHODS: readonly (readonly [string, Run])[] = [
  ['join', join],
  ['replace', replace],
  ['split', split('split')],
  ['rsplit', split('rsplit')],
  ['splitlines', splitlines],
  ['strip', strip('strip', true, true)],
  ['lstrip', strip('lstrip', true, false)],
  ['rstrip', strip('rstrip', false, true)],
];
