// The elements of an iterable as a new array, paid for before it is made.

import { COST, LONGEST_LIST } from '../values/cost.ts';
import { extensionOf } from '../values/extension.ts';
import { lengthOf } from '../values/inspect.ts';
import { iterate } from '../values/iterate.ts';
import { List, Tuple } from '../values/list.ts';
import type { Meter, Value } from '../values/value.ts';

/** As many elements as iteration yields. `value` is iterable. */
export function sizeOf(value: Value): number {
  const extension = extensionOf(value);
  return (extension === undefined ? lengthOf(value) : extension.extension.size?.(extension)) ?? 0;
}

/** Room for an array of so many elements. */
export function chargeItems(thread: Meter, count: number): void {
  thread.step(count);
  thread.allocate(COST.list + COST.item * count);
  if (count > LONGEST_LIST) thread.allocate(Number.POSITIVE_INFINITY);
}

/** `value` is iterable. */
export function collect(thread: Meter, value: Value): Value[] {
  chargeItems(thread, sizeOf(value));
  if (value instanceof List || value instanceof Tuple) return value.items.slice();
  const items: Value[] = [];
  each(value, (item) => {
    items.push(item);
  });
  return items;
}

/** Gives each element to `visit` until that says `false`. `value` is iterable. */
// biome-ignore lint/suspicious/noConfusingVoidType: most visitors have nothing to say
export function each(value: Value, visit: (item: Value) => boolean | void): void {
  const cursor = iterate(value);
  if (cursor === undefined) return;
  try {
    for (let item = cursor.next(); item !== undefined; item = cursor.next()) {
      if (visit(item) === false) return;
    }
  } finally {
    cursor.done();
  }
}
