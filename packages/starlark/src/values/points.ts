// Strings as sequences of code points. JavaScript counts code units, so a string has to be looked through before it can be indexed; what was
// found out about the last long one is kept, since a program that indexes a string does so in a loop.
import type { Meter } from './value.ts';

const SURROGATE = /[\ud800-\udfff]/;
/** Shorter strings are looked through each time. */
const SHORT = 64;
/** Code points from one mark to the next. */
const STRIDE = 256;

interface Known {
  readonly text: string;
  readonly count: number;
  /** The code unit of every 256th code point; `undefined` where each is one unit. */
  readonly marks: Int32Array | undefined;
}

let last: Known = { text: '', count: 0, marks: undefined };

/** Forgets what is known of a program's strings. */
export function forgetPoints(): void {
  last = { text: '', count: 0, marks: undefined };
}

/** To be said before a question about a string that the program chose. */
export function chargeLook(text: string, meter: Meter): void {
  if (text.length > SHORT && text !== last.text) meter.step(text.length >> 6);
}

function look(text: string): Known {
  if (text === last.text) return last;
  const known = SURROGATE.test(text) ? mark(text) : { text, count: text.length, marks: undefined };
  if (text.length > SHORT) last = known;
  return known;
}

function mark(text: string): Known {
  const marks = new Int32Array((text.length >> 8) + 1);
  let count = 0;
  for (let unit = 0; unit < text.length; count += 1) {
    if (count % STRIDE === 0) marks[count >> 8] = unit;
    unit += (text.charCodeAt(unit) & 0xfc00) === 0xd800 ? 2 : 1;
  }
  return { text, count, marks };
}

/** Whether every code point is one code unit, so that the string can be indexed as it is. */
export function isPlain(text: string): boolean {
  return look(text).marks === undefined;
}

/** How many code points. */
export function codePointCount(text: string): number {
  return look(text).count;
}

/** The code unit where a code point begins; its length for the one after the last. */
export function unitOfPoint(text: string, point: number): number {
  const { marks, count } = look(text);
  if (marks === undefined) return point;
  if (point >= count) return text.length;
  let unit = marks[point >> 8] ?? 0;
  for (let i = point & (STRIDE - 1); i > 0; i -= 1) unit += (text.charCodeAt(unit) & 0xfc00) === 0xd800 ? 2 : 1;
  return unit;
}
