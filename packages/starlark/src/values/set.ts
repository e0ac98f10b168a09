// A set: like a dict, it keeps the order in which its elements came.
import { Table } from './table.ts';
import type { Meter, Value } from './value.ts';

export class SetValue extends Table {
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
