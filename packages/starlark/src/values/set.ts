// A set: like a dict, it keeps the order in which its elements came.
import { COST } from './cost.ts';
import { Table } from './table.ts';
import type { Meter, Value } from './value.ts';

/** A set: elements in the order in which they were first put in. */
/** A set of the language. */
export class SetValue extends Table {
  get typeName(): 'set' {
    return 'set';
  }

  /** @throws Fault `cannot <verb> frozen hash table`, or the like. */
  checkMutable(meter: Meter, verb: string): void {
    if (this.frozen) meter.fail(`cannot ${verb} frozen hash table`);
    if (this.iterators > 0) meter.fail(`cannot ${verb} hash table during iteration`);
  }

  /** Puts an element in whether or not the set may be changed. @throws Fault when it is unhashable */
  add(element: Value, meter: Meter): void {
    this.set(element, null, meter);
  }
}

/** `a | b` and the like: a new set. Elements of both are in the order of `a`, but for `&`, where starlark-go goes through `b`. */
export function combineSets(operator: '|' | '&' | '-' | '^', a: SetValue, b: SetValue, meter: Meter): SetValue {
  meter.allocate(COST.dict);
  meter.step(a.size + b.size);
  const result = new SetValue();
  switch (operator) {
    case '|':
      result.addAll(a, meter);
      result.addAll(b, meter);
      return result;
    case '&':
      for (const key of b.entries.keys()) if (a.entries.has(key)) result.add(b.original(key), meter);
      return result;
    case '-':
      for (const key of a.entries.keys()) if (!b.entries.has(key)) result.add(a.original(key), meter);
      return result;
    case '^':
      for (const key of a.entries.keys()) if (!b.entries.has(key)) result.add(a.original(key), meter);
      for (const key of b.entries.keys()) if (!a.entries.has(key)) result.add(b.original(key), meter);
      return result;
  }
}
