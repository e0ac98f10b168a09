// List and tuple. A list may be changed unless it is frozen or somebody iterates over it; a tuple never.
import type { Meter, Value } from './value.ts';

/** A list. Frozen or being iterated over, it does not change. */
/** A list of the language. */
export class List {
  /** Whoever makes it longer accounts for it first (`COST.item` an element). */
  items: Value[];
  frozen: boolean;
  /** How many iterations are under way. */
  iterators: number;

  constructor(items: Value[]) {
    this.items = items;
    this.frozen = false;
    this.iterators = 0;
  }

  /** @throws Fault `cannot <verb> frozen list`, or the like. */
  checkMutable(meter: Meter, verb: string): void {
    if (this.frozen) meter.fail(`cannot ${verb} frozen list`);
    if (this.iterators > 0) meter.fail(`cannot ${verb} list during iteration`);
  }
}

/** A tuple: never changes; what it holds may. */
/** A tuple of the language. */
export class Tuple {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

export const EMPTY_TUPLE: Tuple = new Tuple([]);
