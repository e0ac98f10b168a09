// Methods of dict, and how it is filled from another mapping, from pairs, and from named arguments.
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import type { Named, Run } from '../values/function.ts';
import { lengthOf, typeName } from '../values/inspect.ts';
import { isIterable } from '../values/iterate.ts';
import { List, Tuple } from '../values/list.ts';
import type { Meter, Value } from '../values/value.ts';
import { chargeItems, collect, each } from './collect.ts';
import { blame } from './faults.ts';
import { countArguments } from './unpack.ts';

const get: Run = (thread, self, positional, named) => {
  countArguments(thread, 'get', positional, named, 1, 2);
  try {
    const found = (self as Dict).get(positional[0] as Value, thread);
    return found === undefined ? (positional[1] ?? null) : found;
  } catch (thrown) {
    return blame(thread, 'get', thrown);
  }
};

const clear: Run = (thread, self, positional, named) => {
  countArguments(thread, 'clear', positional, named, 0, 0);
  const dict = self as Dict;
  dict.checkMutable(thread, 'clear');
  dict.clear();
  return null;
};

const keys: Run = (thread, self, positional, named) => {
  countArguments(thread, 'keys', positional, named, 0, 0);
  const dict = self as Dict;
  chargeItems(thread, dict.size);
  return new List(dict.keys());
};

const values: Run = (thread, self, positional, named) => {
  countArguments(thread, 'values', positional, named, 0, 0);
  const dict = self as Dict;
  chargeItems(thread, dict.size);
  return new List([...dict.entries.values()]);
};

const items: Run = (thread, self, positional, named) => {
  countArguments(thread, 'items', positional, named, 0, 0);
  return new List(pairs(thread, self as Dict));
};

function pairs(thread: Meter, dict: Dict): Tuple[] {
  chargeItems(thread, dict.size);
  thread.allocate(dict.size * (COST.tuple + 2 * COST.item));
  const result: Tuple[] = [];
  for (const [key, value] of dict.entries) result.push(new Tuple([dict.original(key), value]));
  return result;
}

const pop: Run = (thread, self, positional, named) => {
  countArguments(thread, 'pop', positional, named, 1, 2);
  const dict = self as Dict;
  let value: Value | undefined;
  try {
    dict.checkMutable(thread, 'delete from');
    value = dict.delete(positional[0] as Value, thread);
  } catch (thrown) {
    return blame(thread, 'pop', thrown);
  }
  if (value !== undefined) return value;
  const otherwise = positional[1];
  return otherwise === undefined ? thread.fail('pop: missing key') : otherwise;
};

const popitem: Run = (thread, self, positional, named) => {
  countArguments(thread, 'popitem', positional, named, 0, 0);
  const dict = self as Dict;
  const key = dict.first();
  if (key === undefined) return thread.fail('popitem: empty dict');
  try {
    dict.checkMutable(thread, 'delete from');
  } catch (thrown) {
    return blame(thread, 'popitem', thrown);
  }
  thread.allocate(COST.tuple + 2 * COST.item);
  return new Tuple([key, dict.delete(key, thread) ?? null]);
};

const setdefault: Run = (thread, self, positional, named) => {
  countArguments(thread, 'setdefault', positional, named, 1, 2);
  const dict = self as Dict;
  const key = positional[0] as Value;
  try {
    const found = dict.get(key, thread);
    if (found !== undefined) return found;
    const value = positional[1] ?? null;
    dict.insert(key, value, thread);
    return value;
  } catch (thrown) {
    return blame(thread, 'setdefault', thrown);
  }
};

const update: Run = (thread, self, positional, named) => {
  fill(thread, 'update', self as Dict, positional, named);
  return null;
};

/** What `dict(…)` and `dict.update(…)` do with their arguments. */
export function fill(thread: Meter, name: string, dict: Dict, positional: readonly Value[], named: Named): void {
  if (positional.length > 1) thread.fail(`${name}: got ${positional.length} arguments, want at most 1`);
  try {
    const source = positional[0];
    if (source instanceof Dict) {
      if (source.size > 0) dict.checkMutable(thread, 'insert into');
      if (source !== dict) dict.addAll(source, thread);
    } else if (source !== undefined) fillFromPairs(thread, dict, source);
    if (named.length > 0) fillFromNames(thread, dict, named);
  } catch (thrown) {
    blame(thread, name, thrown);
  }
}

function fillFromPairs(thread: Meter, dict: Dict, source: Value): void {
  if (!isIterable(source)) thread.fail(`got ${typeName(source)}, want iterable`);
  let i = 0;
  each(source, (pair) => {
    thread.step(1);
    const what = `dictionary update sequence element #${i}`;
    if (!isIterable(pair)) thread.fail(`${what} is not iterable (${typeName(pair)})`);
    const length = lengthOf(pair);
    if (length === undefined) thread.fail(`${what} has unknown length (${typeName(pair)})`);
    if (length !== 2) thread.fail(`${what} has length ${length}, want 2`);
    const [key, value] = collect(thread, pair);
    dict.insert(key as Value, value as Value, thread);
    i++;
  });
}

function fillFromNames(thread: Meter, dict: Dict, named: Named): void {
  const before = dict.size;
  for (const [key, value] of named) dict.insert(key, value, thread);
  if (dict.size === before + named.length) return;
  const seen = new Set<string>();
  for (const [key] of named) {
    if (seen.has(key)) thread.fail(`duplicate keyword arg: "${key}"`);
    seen.add(key);
  }
}

export const DICT_METHODS: readonly (readonly [string, Run])[] = [
  ['clear', clear],
  ['get', get],
  ['items', items],
  ['keys', keys],
  ['pop', pop],
  ['popitem', popitem],
  ['setdefault', setdefault],
  ['update', update],
  ['values', values],
];
