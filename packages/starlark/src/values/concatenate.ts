// `a + b` of two sequences of one type.
import { COST, LONGEST_LIST, LONGEST_STRING } from './cost.ts';
import { List, Tuple } from './list.ts';
import type { Meter, Value } from './value.ts';

/** `undefined` for other operands. starlark-go adds no bytes. */
export function concatenate(a: Value, b: Value, meter: Meter): Value | undefined {
  if (typeof a === 'string') return typeof b === 'string' ? joinTwo(a, b, meter) : undefined;
  if (a instanceof List) return b instanceof List ? new List(both(a.items, b.items, COST.list, meter)) : undefined;
  if (a instanceof Tuple) return b instanceof Tuple ? new Tuple(both(a.items, b.items, COST.tuple, meter)) : undefined;
  return undefined;
}

/** Charges for the whole string: V8 ties the two together now and copies both when somebody looks. */
export function joinTwo(a: string, b: string, meter: Meter): string {
  const length = a.length + b.length;
  meter.allocate(COST.string + COST.unit * length);
  if (length > LONGEST_STRING) meter.allocate(Number.POSITIVE_INFINITY);
  return a + b;
}

function both(a: readonly Value[], b: readonly Value[], cost: number, meter: Meter): Value[] {
  const length = a.length + b.length;
  meter.allocate(cost + COST.item * length);
  meter.step(length >> 4);
  if (length > LONGEST_LIST) meter.allocate(Number.POSITIVE_INFINITY);
  return a.concat(b);
}
