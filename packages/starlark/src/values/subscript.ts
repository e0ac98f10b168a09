// `x[i]`, `x[i] = y` and `x[low:high:step]`.

import { Bytes } from './bytes.ts';
import { COST } from './cost.ts';
import { Dict } from './dict.ts';
import { extensionOf } from './extension.ts';
import { fromHost } from './host-value.ts';
import { typeName } from './inspect.ts';
import { toInt32 } from './int.ts';
import { List, Tuple } from './list.ts';
import { chargeLook, codePointCount, isPlain, unitOfPoint } from './points.ts';
import { isRange, Range } from './range.ts';
import { repr } from './text.ts';
import type { Meter, Value } from './value.ts';

/** @throws Fault when there is no such element, or the value has none */
export function index(value: Value, at: Value, meter: Meter): Value {
  if (value instanceof List || value instanceof Tuple) {
    return value.items[position(value, at, value.items.length, meter)] as Value;
  }
  if (value instanceof Dict) {
    const found = value.get(at, meter);
    return found === undefined ? meter.fail(`key ${repr(at, meter)} not in dict`) : found;
  }
  if (typeof value === 'string') return codePointAt(value, at, meter);
  if (value instanceof Range) return value.at(position(value, at, value.length, meter));
  if (value instanceof Bytes) {
    const from = position(value, at, value.data.length, meter);
    meter.allocate(COST.bytes);
    return new Bytes(value.data.subarray(from, from + 1));
  }
  const extension = extensionOf(value);
  if (extension?.extension.indexable === true) {
    const type = extension.extension;
    const found = type.item?.(extension, position(value, at, type.size?.(extension) ?? 0, meter));
    if (found !== undefined) return fromHost(found, type.name, meter);
  }
  return meter.fail(`unhandled index operation ${typeName(value)}[${typeName(at)}]`);
}

function codePointAt(text: string, at: Value, meter: Meter): string {
  chargeLook(text, meter);
  const point = position(text, at, codePointCount(text), meter);
  if (isPlain(text)) return text.charAt(point);
  return String.fromCodePoint(text.codePointAt(unitOfPoint(text, point)) ?? 0);
}

/** An index as the language counts, negative ones from the end. */
function position(value: Value, at: Value, length: number, meter: Meter): number {
  if (typeof at === 'number' && at >= 0 && at < length) return at;
  const given = toInt32(at, meter, `${typeName(value)} index: `);
  return inRange(value, given, length, meter);
}

function inRange(value: Value, given: number, length: number, meter: Meter): number {
  const from = given < 0 ? given + length : given;
  if (from >= 0 && from < length) return from;
  if (length === 0) return meter.fail(`index ${given} out of range: empty ${typeName(value)}`);
  return meter.fail(`${typeName(value)} index ${given} out of range [${-length}:${length - 1}]`);
}

/** `container[at] = value`. @throws Fault when that cannot be */
export function setIndex(container: Value, at: Value, value: Value, meter: Meter): void {
  if (container instanceof Dict) {
    container.insert(at, value, meter);
    return;
  }
  if (!(container instanceof List)) meter.fail(`${typeName(container)} value does not support item assignment`);
  const from = inRange(container, toInt32(at, meter), container.items.length, meter);
  container.checkMutable(meter, 'assign to element of');
  container.items[from] = value;
}

/** `None` stands for a bound that is not given. */
export function slice(value: Value, low: Value, high: Value, step: Value, meter: Meter): Value {
  if (typeof value === 'string') chargeLook(value, meter);
  const length = sliceable(value);
  if (length === undefined) return meter.fail(`invalid slice operand ${typeName(value)}`);
  const by = step === null ? 1 : toInt32(step, meter, 'invalid slice step: ');
  if (by === 0) meter.fail('zero is not a valid slice step');
  let [from, to] = by > 0 ? [0, length] : [length - 1, -1];
  if (low !== null) from = bound(low, length, 'start', meter);
  if (high !== null) to = bound(high, length, 'end', meter);
  if (by > 0) {
    from = clamp(from, 0, length);
    to = Math.max(clamp(to, 0, length), from);
  } else {
    from = Math.min(from, length - 1);
    to = Math.max(to, -1);
    from = Math.max(from, to);
  }
  return cut(value, from, to, by, meter);
}

function sliceable(value: Value): number | undefined {
  if (typeof value === 'string') return codePointCount(value);
  if (value instanceof List || value instanceof Tuple) return value.items.length;
  if (value instanceof Range) return value.length;
  return value instanceof Bytes ? value.data.length : undefined;
}

function bound(value: Value, length: number, which: 'start' | 'end', meter: Meter): number {
  const given = toInt32(value, meter, `invalid ${which} index: `);
  return given < 0 ? given + length : given;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

function cut(value: Value, from: number, to: number, by: number, meter: Meter): Value {
  const count = Math.max(0, Math.ceil((to - from) / by));
  if (value instanceof Range) {
    const { start, step } = value;
    const sliced = [start + step * from, start + step * to, step * by] as const;
    if (!isRange(...sliced)) meter.fail('range slice: bounds out of range (want values in signed 54-bit range)');
    meter.allocate(COST.range);
    return new Range(...sliced);
  }
  if (typeof value === 'string') return cutString(value, from, to, by, count, meter);
  if (value instanceof List || value instanceof Tuple) {
    meter.allocate(COST.list + COST.item * count);
    meter.step(count >> 4);
    const items = by === 1 ? value.items.slice(from, to) : every(count, (i) => value.items[from + i * by] as Value);
    return value instanceof List ? new List(items) : new Tuple(items);
  }
  const { data } = value as Bytes;
  meter.allocate(COST.bytes + count);
  meter.step(count >> 6);
  return new Bytes(
    by === 1 ? data.slice(from, to) : Uint8Array.from({ length: count }, (_, i) => data[from + i * by] ?? 0),
  );
}

function every<T>(count: number, item: (index: number) => T): T[] {
  const items: T[] = [];
  for (let i = 0; i < count; i += 1) items.push(item(i));
  return items;
}

function cutString(text: string, from: number, to: number, by: number, count: number, meter: Meter): string {
  meter.allocate(COST.string + COST.unit * 2 * count);
  if (by !== 1) meter.allocate(COST.item * count);
  if (isPlain(text)) return by === 1 ? text.slice(from, to) : every(count, (i) => text.charAt(from + i * by)).join('');
  if (by === 1) return text.slice(unitOfPoint(text, from), unitOfPoint(text, to));
  meter.step(count << 2);
  return every(count, (i) => String.fromCodePoint(text.codePointAt(unitOfPoint(text, from + i * by)) ?? 0)).join('');
}
