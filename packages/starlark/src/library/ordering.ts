// Built-ins that compare: sorted min max. A sort is stable, and counts as many steps as its comparisons deserve.
import { COMPARED_DEPTH, compareStrings, equals, type Relation, relate } from '../values/compare.ts';
import type { Run } from '../values/function.ts';
import { typeName } from '../values/inspect.ts';
import { iterate } from '../values/iterate.ts';
import { List, Tuple } from '../values/list.ts';
import type { Meter, Value } from '../values/value.ts';
import { chargeItems, collect } from './collect.ts';
import { blame } from './faults.ts';
import { unpack, wantBool, wantCallable, wantIterable } from './unpack.ts';

const KEY = [{ name: 'key', want: wantCallable, optional: true }];
const SORTED = [
  { name: 'iterable', want: wantIterable },
  { name: 'key', want: wantCallable, optional: true },
  { name: 'reverse', want: wantBool, optional: true },
];

function extreme(name: 'max' | 'min', relation: Relation): Run {
  return (thread, _self, positional, named) => {
    if (positional.length === 0) return thread.fail(`${name} requires at least one positional argument`);
    const [key] = unpack(thread, name, [], named, KEY);
    const source = positional.length === 1 ? (positional[0] as Value) : new Tuple(positional);
    const cursor = iterate(source);
    if (cursor === undefined) return thread.fail(`${name}: ${typeName(source)} value is not iterable`);
    try {
      let best = cursor.next();
      if (best === undefined) return thread.fail(`${name}: argument is an empty sequence`);
      let bestKey = key === undefined ? best : thread.call(key, [best]);
      for (let item = cursor.next(); item !== undefined; item = cursor.next()) {
        thread.step(1);
        const itemKey = key === undefined ? item : thread.call(key, [item]);
        if (!isBetter(thread, name, relation, itemKey, bestKey)) continue;
        best = item;
        bestKey = itemKey;
      }
      return best;
    } finally {
      cursor.done();
    }
  };
}

function isBetter(thread: Meter, name: string, relation: Relation, a: Value, b: Value): boolean {
  try {
    return relate(relation, a, b, thread);
  } catch (thrown) {
    return blame(thread, name, thrown);
  }
}

export const max = extreme('max', '>');
export const min = extreme('min', '<');

export const sorted: Run = (thread, _self, positional, named) => {
  const [source, key, reverse] = unpack(thread, 'sorted', positional, named, SORTED);
  // What is sorted may not be changed while the key function runs.
  const cursor = iterate(source as Value);
  try {
    const items = collect(thread, source as Value);
    thread.step((items.length * Math.ceil(Math.log2(items.length + 1))) >> 3);
    if (key === undefined) return new List(sortValues(thread, items, reverse === true));
    chargeItems(thread, 3 * items.length);
    const keyed = items.map((value) => ({ key: thread.call(key, [value]), value }));
    const byKey = comparison(thread, reverse === true);
    const keys = keyed.map((pair) => pair.key);
    orBlameLast(thread, keys, reverse === true, () => keyed.sort((a, b) => byKey(a.key, b.key)));
    return new List(keyed.map((pair) => pair.value));
  } finally {
    cursor?.done();
  }
};

function sortValues(thread: Meter, items: Value[], reverse: boolean): Value[] {
  if (items.every((item) => typeof item === 'number')) {
    // Equal ints are the same, so that it does not matter which comes first.
    const numbers = Float64Array.from(items as number[]).sort();
    const result: number[] = Array.from(numbers);
    return reverse ? result.reverse() : result;
  }
  const compare = items.every((item) => typeof item === 'string')
    ? textComparison(thread, reverse)
    : comparison(thread, reverse);
  return orBlameLast(thread, items.slice(), reverse, () => items.sort(compare));
}

type Order = (a: Value, b: Value) => number;

function textComparison(thread: Meter, reverse: boolean): Order {
  return (a, b) => {
    const [x, y] = [a as string, b as string];
    if (x.length > 256) thread.step(Math.min(x.length, y.length) >> 8);
    return reverse ? compareStrings(y, x) : compareStrings(x, y);
  };
}

function comparison(thread: Meter, reverse: boolean): Order {
  return reverse ? (a, b) => order(thread, b, a, COMPARED_DEPTH) : (a, b) => order(thread, a, b, COMPARED_DEPTH);
}

/** The order of two values in one go, where `relate` would compare twice; and as `relate` says where it is not obvious. */
function order(thread: Meter, a: Value, b: Value, depth: number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  thread.step(1);
  if (typeof a === 'string' && typeof b === 'string' && a.length < 256) return compareStrings(a, b);
  if ((a instanceof Tuple && b instanceof Tuple) || (a instanceof List && b instanceof List)) {
    if (depth <= 1) thread.fail('comparison exceeded maximum recursion depth');
    return orderItems(thread, a.items, b.items, depth - 1);
  }
  if (relate('<', a, b, thread)) return -1;
  return relate('<', b, a, thread) ? 1 : 0;
}

function orderItems(thread: Meter, a: readonly Value[], b: readonly Value[], depth: number): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a[i] as Value, b[i] as Value];
    if (typeof x !== 'object' && x === y) continue;
    // Values of two types may be equal or not, but only those that are not need an order.
    if (!haveOrder(x, y) && equals(x, y, thread)) continue;
    const difference = order(thread, x, y, depth);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether two values can be asked for their order before they are asked whether they are equal. */
function haveOrder(a: Value, b: Value): boolean {
  if (typeof a === 'string' || typeof a === 'number') return typeof a === typeof b;
  return (a instanceof Tuple && b instanceof Tuple) || (a instanceof List && b instanceof List);
}

/**
 * Which two values cannot be compared depends on who is compared with whom. Where a sort fails, the message is that of starlark-go, which
 * sorts runs of twenty by insertion, goes on after a failure, and tells the last one.
 */
function orBlameLast<T>(thread: Meter, keys: readonly Value[], reverse: boolean, sort: () => T): T {
  try {
    return sort();
  } catch (thrown) {
    let last: unknown = thrown;
    const less = (a: Value, b: Value) => {
      try {
        return reverse ? relate('<', b, a, thread) : relate('<', a, b, thread);
      } catch (failure) {
        last = failure;
        return false;
      }
    };
    const run = keys.slice(0, 20);
    for (let i = 1; i < run.length; i++) {
      for (let j = i; j > 0 && less(run[j] as Value, run[j - 1] as Value); j--) {
        [run[j - 1], run[j]] = [run[j] as Value, run[j - 1] as Value];
      }
    }
    throw last;
  }
}
