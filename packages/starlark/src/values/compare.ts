// Equality and order, as starlark-go has them: ints and floats compare exactly, NaN equals itself and is above all, containers compare
// to a depth of ten. The depth bounds the recursion; steps bound what a value that shares its parts would cost.

import { bitLength } from './big.ts';
import { Bytes } from './bytes.ts';
import { Dict } from './dict.ts';
import { extensionOf } from './extension.ts';
import { Float } from './float.ts';
import { typeName } from './inspect.ts';
import { List, Tuple } from './list.ts';
import { Range } from './range.ts';
import { SetValue } from './set.ts';
import type { Int, Meter, Value } from './value.ts';

export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Containers are compared as deep as this, like starlark-go does. */
export const COMPARED_DEPTH = 10;
/** Strings beyond this length cost steps to compare. */
const LONG = 1024;

/** `a == b`. @throws Fault when the values are nested too deeply */
export function equals(a: Value, b: Value, meter: Meter): boolean {
  if (typeof a === 'string' || typeof a === 'number') {
    if (typeof a === 'string' && a.length > LONG && typeof b === 'string') meter.step(a.length >> 8);
    if (a === b) return true;
    if (typeof a === typeof b) return false;
  }
  return holds('==', a, b, COMPARED_DEPTH, meter);
}

/** `a < b` and the like. @throws Fault when the values have no order */
export function relate(relation: Relation, a: Value, b: Value, meter: Meter): boolean {
  return holds(relation, a, b, COMPARED_DEPTH, meter);
}

/** Order of two strings by code point; code units put what is beyond U+FFFF too low. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  // Most differ early; where they do not, JavaScript's own comparison is the fast one, and wrong only about surrogates.
  for (let i = 0; i < length && i < 32; i += 1) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  if (!BEYOND.test(a) || !BEYOND.test(b)) return a < b ? -1 : 1;
  for (let i = 32; i < length; i += 1) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const BEYOND = /[\ud800-\uffff]/;

/** A code unit where its code point would be: surrogates after everything else. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** Order of two numbers of either type. */
export function compareNumbers(a: Int | Float, b: Int | Float): number {
  // JavaScript compares a bigint with a number exactly.
  const x = a instanceof Float ? a.value : a;
  const y = b instanceof Float ? b.value : b;
  if (x < y) return -1;
  if (x > y) return 1;
  // Equal, or NaN, which is above all and equal to itself.
  return Number(isNotANumber(x)) - Number(isNotANumber(y));
}

function isNotANumber(x: Int): boolean {
  return typeof x === 'number' && Number.isNaN(x);
}

function threeway(relation: Relation, order: number): boolean {
  switch (relation) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function holds(relation: Relation, a: Value, b: Value, depth: number, meter: Meter): boolean {
  if (depth < 1) meter.fail('comparison exceeded maximum recursion depth');
  if (typeof a === 'string' && typeof b === 'string') {
    const least = Math.min(a.length, b.length);
    if (least > LONG) meter.step(relation === '==' || relation === '!=' ? least >> 8 : least >> 5);
    if (relation === '==') return a === b;
    if (relation === '!=') return a !== b;
    return threeway(relation, compareStrings(a, b));
  }
  if (isNumber(a) && isNumber(b)) {
    if (typeof a === 'bigint') meter.step(bitLength(a) >> 10);
    return threeway(relation, compareNumbers(a, b));
  }
  if (a instanceof List && b instanceof List) return sequences(relation, a.items, b.items, depth, meter);
  if (a instanceof Tuple && b instanceof Tuple) return sequences(relation, a.items, b.items, depth, meter);
  if (typeof a === 'boolean' && typeof b === 'boolean') return threeway(relation, Number(a) - Number(b));
  if (a instanceof Bytes && b instanceof Bytes) return threeway(relation, compareBytes(a.data, b.data, meter));
  if (a instanceof Dict && b instanceof Dict && (relation === '==' || relation === '!=')) {
    return dictsEqual(a, b, depth, meter) === (relation === '==');
  }
  if (a instanceof SetValue && b instanceof SetValue) return sets(relation, a, b, meter);
  if (relation === '==' || relation === '!=') return same(a, b, meter) === (relation === '==');
  const [x, y] = [extensionOf(a), extensionOf(b)];
  if (x !== undefined && y !== undefined && x.extension === y.extension && x.extension.compare !== undefined) {
    return threeway(relation, x.extension.compare(x, y, meter));
  }
  return meter.fail(`${typeName(a)} ${relation} ${typeName(b)} not implemented`);
}

/** Equality of what is left: ranges by what they hold, extensions as they say, the rest by identity. */
function same(a: Value, b: Value, meter: Meter): boolean {
  if (a === b) return true;
  if (a instanceof Range && b instanceof Range) {
    if (a.length !== b.length) return false;
    return a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step));
  }
  const [x, y] = [extensionOf(a), extensionOf(b)];
  if (x === undefined || y === undefined || x.extension !== y.extension) return false;
  const type = x.extension;
  if (type.equals !== undefined) return type.equals(x, y, meter) === true;
  return type.compare !== undefined && type.compare(x, y, meter) === 0;
}

function isNumber(value: Value): value is Int | Float {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Float;
}

function sequences(relation: Relation, a: readonly Value[], b: readonly Value[], depth: number, meter: Meter): boolean {
  if (a.length !== b.length && (relation === '==' || relation === '!=')) return relation === '!=';
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const [x, y] = [a[i] as Value, b[i] as Value];
    meter.step(1);
    if (holds('==', x, y, depth - 1, meter)) continue;
    if (relation === '==' || relation === '!=') return relation === '!=';
    return holds(relation, x, y, depth - 1, meter);
  }
  return threeway(relation, a.length - b.length);
}

function dictsEqual(a: Dict, b: Dict, depth: number, meter: Meter): boolean {
  if (a.size !== b.size) return false;
  for (const [key, x] of a.entries) {
    meter.step(1);
    const y = b.entries.get(key);
    if (y === undefined || !holds('==', x, y, depth - 1, meter)) return false;
  }
  return true;
}

function sets(relation: Relation, a: SetValue, b: SetValue, meter: Meter): boolean {
  switch (relation) {
    case '==':
      return a.size === b.size && isSubset(a, b, meter);
    case '!=':
      return a.size !== b.size || !isSubset(a, b, meter);
    case '<=':
      return a.size <= b.size && isSubset(a, b, meter);
    case '<':
      return a.size < b.size && isSubset(a, b, meter);
    case '>=':
      return a.size >= b.size && isSubset(b, a, meter);
    case '>':
      return a.size > b.size && isSubset(b, a, meter);
  }
}

function isSubset(a: SetValue, b: SetValue, meter: Meter): boolean {
  meter.step(a.size);
  for (const key of a.entries.keys()) if (!b.entries.has(key)) return false;
  return true;
}

function compareBytes(a: Uint8Array, b: Uint8Array, meter: Meter): number {
  const length = Math.min(a.length, b.length);
  meter.step(length >> 4);
  for (let i = 0; i < length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
