// Methods of list. Each that changes it asks first whether it may, and each that makes it longer pays first.
import { equals } from '../values/compare.ts';
import { COST, LONGEST_LIST } from '../values/cost.ts';
import type { Run } from '../values/function.ts';
import type { List } from '../values/list.ts';
import type { Meter, Value } from '../values/value.ts';
import { collect } from './collect.ts';
import { blame } from './faults.ts';
import { indices } from './text.ts';
import { clampInt, countArguments, unpackPositional, wantAny, wantInt, wantIterable } from './unpack.ts';

const INSERT = [wantInt, wantAny];
const POP = [wantInt];
const EXTEND = [wantIterable];

function checkMutable(thread: Meter, name: string, list: List, verb: string): void {
  if (list.frozen) thread.fail(`${name}: cannot ${verb} frozen list`);
  if (list.iterators > 0) thread.fail(`${name}: cannot ${verb} list during iteration`);
}

function grow(thread: Meter, list: List, count: number): void {
  thread.allocate(COST.item * count);
  if (list.items.length + count > LONGEST_LIST) thread.allocate(Number.POSITIVE_INFINITY);
}

const append: Run = (thread, self, positional, named) => {
  if (positional.length !== 1 || named.length > 0) countArguments(thread, 'append', positional, named, 1, 1);
  const list = self as List;
  if (list.frozen || list.iterators > 0) checkMutable(thread, 'append', list, 'append to');
  grow(thread, list, 1);
  list.items.push(positional[0] as Value);
  return null;
};

const clear: Run = (thread, self, positional, named) => {
  countArguments(thread, 'clear', positional, named, 0, 0);
  const list = self as List;
  checkMutable(thread, 'clear', list, 'clear');
  list.items = [];
  return null;
};

const extend: Run = (thread, self, positional, named) => {
  unpackPositional(thread, 'extend', positional, named, 1, EXTEND);
  const list = self as List;
  checkMutable(thread, 'extend', list, 'extend');
  const items = collect(thread, positional[0] as Value);
  grow(thread, list, items.length);
  for (const item of items) list.items.push(item);
  return null;
};

const index: Run = (thread, self, positional, named) => {
  countArguments(thread, 'index', positional, named, 1, 3);
  const { items } = self as List;
  const [start, end] = indices(thread, 'index', positional[1], positional[2], items.length);
  const at = find(thread, 'index', items, positional[0] as Value, start, end);
  return at < 0 ? thread.fail('index: value not in list') : at;
};

function find(thread: Meter, name: string, items: readonly Value[], wanted: Value, from: number, to: number): number {
  try {
    for (let i = from; i < to; i++) {
      thread.step(1);
      if (equals(items[i] as Value, wanted, thread)) return i;
    }
    return -1;
  } catch (thrown) {
    return blame(thread, name, thrown);
  }
}

const insert: Run = (thread, self, positional, named) => {
  unpackPositional(thread, 'insert', positional, named, 2, INSERT);
  const list = self as List;
  checkMutable(thread, 'insert', list, 'insert into');
  grow(thread, list, 1);
  const { length } = list.items;
  const given = clampInt(positional[0], 0);
  const at = Math.min(Math.max(given < 0 ? given + length : given, 0), length);
  thread.step((length - at) >> 6);
  list.items.splice(at, 0, positional[1] as Value);
  return null;
};

const pop: Run = (thread, self, positional, named) => {
  unpackPositional(thread, 'pop', positional, named, 0, POP);
  const list = self as List;
  const { length } = list.items;
  const given = positional[0] ?? length - 1;
  const from = clampInt(given, 0);
  const at = from < 0 ? from + length : from;
  if (at < 0 || at >= length) {
    const range = length === 0 ? `index ${given} out of range: empty list` : '';
    return thread.fail(`pop: ${range || `list index ${given} out of range [${-length}:${length - 1}]`}`);
  }
  checkMutable(thread, 'pop', list, 'pop from');
  if (at === length - 1) return list.items.pop() as Value;
  thread.step((length - at) >> 6);
  return list.items.splice(at, 1)[0] as Value;
};

const remove: Run = (thread, self, positional, named) => {
  countArguments(thread, 'remove', positional, named, 1, 1);
  const list = self as List;
  checkMutable(thread, 'remove', list, 'remove from');
  const at = find(thread, 'remove', list.items, positional[0] as Value, 0, list.items.length);
  if (at < 0) return thread.fail('remove: element not found');
  thread.step((list.items.length - at) >> 6);
  list.items.splice(at, 1);
  return null;
};

export const LIST_METHODS: readonly (readonly [string, Run])[] = [
  ['append', append],
  ['clear', clear],
  ['extend', extend],
  ['index', index],
  ['insert', insert],
  ['pop', pop],
  ['remove', remove],
];
