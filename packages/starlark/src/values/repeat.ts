// `x * n` of a sequence. The size is known beforehand, so a bomb costs nothing.
import { Bytes } from './bytes.ts';
import { COST, LONGEST_LIST, LONGEST_REPEAT, LONGEST_STRING } from './cost.ts';
import { intText, isInt } from './int.ts';
import { EMPTY_TUPLE, List, Tuple } from './list.ts';
import type { Int, Meter, Value } from './value.ts';

/** `a * b` where one is a sequence and the other an int; `undefined` for other operands. */
export function repeat(a: Value, b: Value, meter: Meter): Value | undefined {
  if (isInt(b)) return repeated(a, b, meter);
  return isInt(a) ? repeated(b, a, meter) : undefined;
}

function repeated(value: Value, count: Int, meter: Meter): Value | undefined {
  if (typeof value === 'string') {
    const times = timesOf(value.length, count, LONGEST_STRING, meter);
    if (times === 0) return '';
    meter.allocate(COST.string + COST.unit * value.length * times);
    meter.step((value.length * times) >> 8);
    return value.repeat(times);
  }
  if (value instanceof List) return new List(repeatItems(value.items, count, meter));
  if (value instanceof Tuple) {
    const items = repeatItems(value.items, count, meter);
    return items.length === 0 ? EMPTY_TUPLE : new Tuple(items);
  }
  if (value instanceof Bytes) {
    const times = timesOf(value.data.length, count, LONGEST_STRING, meter);
    meter.allocate(COST.bytes + value.data.length * times);
    meter.step((value.data.length * times) >> 8);
    const data = new Uint8Array(value.data.length * times);
    for (let i = 0; i < times; i += 1) data.set(value.data, i * value.data.length);
    return new Bytes(data);
  }
  return undefined;
}

/** How often to repeat what is `length` long. @throws Fault when the result would be too long */
function timesOf(length: number, count: Int, most: number, meter: Meter): number {
  if (length === 0) return 0;
  if (typeof count === 'bigint' || (count | 0) !== count) {
    return meter.fail(`repeat count ${intText(count, meter)} too large`);
  }
  if (count < 1) return 0;
  if (length * count >= LONGEST_REPEAT) meter.fail(`excessive repeat (${length} * ${count} elements)`);
  // Between what starlark-go makes and what JavaScript can hold: no budget of memory reaches that far.
  if (length * count > most) meter.allocate(Number.POSITIVE_INFINITY);
  return count;
}

function repeatItems(items: readonly Value[], count: Int, meter: Meter): Value[] {
  const times = timesOf(items.length, count, LONGEST_LIST, meter);
  meter.allocate(COST.list + COST.item * items.length * times);
  meter.step((items.length * times) >> 4);
  const result: Value[] = [];
  for (let i = 0; i < times; i += 1) for (const item of items) result.push(item);
  return result;
}
