// Built-ins over iterables that make a collection or a truth of them: all any dict enumerate list range reversed set tuple zip.
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import type { Run } from '../values/function.ts';
import { truth, typeName } from '../values/inspect.ts';
import { addInts } from '../values/int.ts';
import { type Cursor, iterate } from '../values/iterate.ts';
import { EMPTY_TUPLE, List, Tuple } from '../values/list.ts';
import { isRange, Range } from '../values/range.ts';
import { SetValue } from '../values/set.ts';
import type { Int, Meter, Value } from '../values/value.ts';
import { chargeItems, collect, each, sizeOf } from './collect.ts';
import { fill } from './dict-methods.ts';
import { blame } from './faults.ts';
import { unpackPositional, wantInt, wantIterable } from './unpack.ts';

const ITERABLE = [wantIterable];

function quantifier(name: 'all' | 'any'): Run {
  const wanted = name === 'any';
  return (thread, _self, positional, named) => {
    unpackPositional(thread, name, positional, named, 1, ITERABLE);
    let result = !wanted;
    each(positional[0] as Value, (item) => {
      thread.step(1);
      if (truth(item) !== wanted) return true;
      result = wanted;
      return false;
    });
    return result;
  };
}

export const all = quantifier('all');
export const any = quantifier('any');

export const dict: Run = (thread, _self, positional, named) => {
  thread.allocate(COST.dict);
  const result = new Dict();
  fill(thread, 'dict', result, positional, named);
  return result;
};

export const enumerate: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'enumerate', positional, named, 1, [wantIterable, wantInt]);
  const source = positional[0] as Value;
  const size = sizeOf(source);
  chargeItems(thread, size);
  thread.allocate(size * (COST.tuple + 2 * COST.item));
  const pairs: Value[] = [];
  const start = (positional[1] ?? 0) as Int;
  each(source, (item) => {
    pairs.push(new Tuple([addInts(start, pairs.length, thread), item]));
  });
  return new List(pairs);
};

export const list: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'list', positional, named, 0, ITERABLE);
  const source = positional[0];
  if (source === undefined) thread.allocate(COST.list);
  return new List(source === undefined ? [] : collect(thread, source));
};

export const tuple: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'tuple', positional, named, 0, ITERABLE);
  const source = positional[0];
  if (source === undefined) return EMPTY_TUPLE;
  return source instanceof Tuple ? source : new Tuple(collect(thread, source));
};

export const range: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'range', positional, named, 1, [wantInt, wantInt, wantInt]);
  for (const [i, value] of positional.entries()) {
    if (typeof value !== 'number') {
      thread.fail(`range: for parameter ${i + 1}: ${value} out of range (want value in signed 54-bit range)`);
    }
  }
  const [first, second, step = 1] = positional as readonly number[];
  if (step === 0) return thread.fail('range: step argument must not be zero');
  const [start, stop] = second === undefined ? [0, first ?? 0] : [first ?? 0, second];
  if (!isRange(start, stop, step)) thread.fail('range: too long (want a distance in signed 54-bit range)');
  thread.allocate(COST.range);
  return new Range(start, stop, step);
};

export const reversed: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'reversed', positional, named, 1, ITERABLE);
  return new List(collect(thread, positional[0] as Value).reverse());
};

export const set: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'set', positional, named, 0, ITERABLE);
  thread.allocate(COST.dict);
  const result = new SetValue();
  const source = positional[0];
  try {
    if (source instanceof SetValue) result.addAll(source, thread);
    else if (source !== undefined) {
      each(source, (item) => {
        thread.step(1);
        result.add(item, thread);
      });
    }
  } catch (thrown) {
    blame(thread, 'set', thrown);
  }
  return result;
};

export const zip: Run = (thread, _self, positional, named) => {
  if (named.length > 0) return thread.fail('zip does not accept keyword arguments');
  const cursors: Cursor[] = [];
  try {
    for (const [i, source] of positional.entries()) {
      const cursor = iterate(source);
      if (cursor === undefined) thread.fail(`zip: argument #${i + 1} is not iterable: ${typeName(source)}`);
      else cursors.push(cursor);
    }
    return new List(rows(thread, positional, cursors));
  } finally {
    for (const cursor of cursors) cursor.done();
  }
};

function rows(thread: Meter, sources: readonly Value[], cursors: readonly Cursor[]): Tuple[] {
  const count =
    sources.length === 0
      ? 0
      : sources.reduce<number>((least, source) => Math.min(least, sizeOf(source)), Number.POSITIVE_INFINITY);
  chargeItems(thread, count);
  chargeItems(thread, count * sources.length);
  thread.allocate(count * COST.tuple);
  const result: Tuple[] = [];
  for (let i = 0; i < count; i++) result.push(new Tuple(cursors.map((cursor) => cursor.next() as Value)));
  return result;
}
