// A dict: keys in the order in which they came, which the language promises.
import { Table } from './table.ts';
import type { Meter, Value } from './value.ts';

/** A dict: keys in the order in which they were first put in. Frozen or being iterated over, it does not change. */
/** A dict of the language. */
export class Dict extends Table {
  get typeName(): 'dict' {
    return 'dict';
  }

  /** @throws Fault `cannot <verb> frozen hash table`, or the like. */
  checkMutable(meter: Meter, verb: string): void {
    if (this.frozen) meter.fail(`cannot ${verb} frozen hash table`);
    if (this.iterators > 0) meter.fail(`cannot ${verb} hash table during iteration`);
  }

  /** `dict[key] = value`, as a program does it. */
  insert(key: Value, value: Value, meter: Meter): void {
    if (this.frozen || this.iterators > 0) this.checkMutable(meter, 'insert into');
    this.set(key, value, meter);
  }
}
