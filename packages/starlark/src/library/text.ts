// Strings seen as sequences of code points: from a position as the program counts it to JavaScript's code units and back, and what
// making a text costs.
import { COST, LONGEST_STRING } from '../values/cost.ts';
import { toInt32 } from '../values/int.ts';
import { codePointCount, isPlain } from '../values/points.ts';
import type { Meter, Value } from '../values/value.ts';

/** To be said before a text of so many code units is made. */
export function chargeText(thread: Meter, units: number): void {
  if (units > LONGEST_STRING) thread.allocate(Number.POSITIVE_INFINITY);
  thread.allocate(COST.string + COST.unit * units);
}

/** To be said before `count` texts are made that are parts of one text of `units`. */
export function chargeParts(thread: Meter, count: number, units: number): void {
  thread.step(count);
  thread.allocate(COST.list + count * (COST.string + COST.item) + COST.unit * units);
}

/** Code unit offset of the code point at `index`. */
export function unitOffset(text: string, index: number): number {
  if (isPlain(text)) return index;
  let offset = 0;
  for (let i = 0; i < index && offset < text.length; i++) {
    offset += (text.charCodeAt(offset) & 0xfc00) === 0xd800 ? 2 : 1;
  }
  return offset;
}

/** How many code points stand before a code unit offset. */
export function pointIndex(text: string, offset: number): number {
  return isPlain(text) ? offset : codePointCount(text.slice(0, offset));
}

/** What `start` and `end` arguments leave of a sequence: both within it, `start` perhaps beyond `end`. Absent or None: all. */
export function indices(
  thread: Meter,
  name: string,
  start: Value | undefined,
  end: Value | undefined,
  length: number,
): [number, number] {
  return [
    clampIndex(thread, `${name}: invalid start index: `, start, 0, length),
    clampIndex(thread, `${name}: invalid end index: `, end, length, length),
  ];
}

function clampIndex(
  thread: Meter,
  prefix: string,
  value: Value | undefined,
  otherwise: number,
  length: number,
): number {
  if (value === undefined || value === null) return otherwise;
  const index = toInt32(value, thread, prefix);
  return Math.min(Math.max(index < 0 ? index + length : index, 0), length);
}
