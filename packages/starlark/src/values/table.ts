// The hash table of dict and set: a JavaScript Map, whose order is that of insertion as the language wants it. Its keys are made
// canonical, so that equal keys are the same key to JavaScript: 1 and 1.0, or two tuples with equal elements.
import { COST, LARGEST_TABLE } from './cost.ts';
import { hashKey, type Key } from './hash.ts';
import type { Meter, Value } from './value.ts';

export class Table {
  readonly entries: Map<Key, Value>;
  /** The keys as the program gave them, where that is not the canonical key itself. */
  originals: Map<Key, Value> | undefined;
  frozen: boolean;
  /** How many iterations are under way. */
  iterators: number;

  constructor() {
    this.entries = new Map();
    this.originals = undefined;
    this.frozen = false;
    this.iterators = 0;
  }

  get size(): number {
    return this.entries.size;
  }

  /** The value kept under a key. @throws Fault when the key is unhashable */
  get(key: Value, meter: Meter): Value | undefined {
    return this.entries.get(typeof key === 'string' || typeof key === 'number' ? key : hashKey(key, meter));
  }

  /** @throws Fault when the key is unhashable */
  has(key: Value, meter: Meter): boolean {
    return this.entries.has(typeof key === 'string' || typeof key === 'number' ? key : hashKey(key, meter));
  }

  /** Sets a key whether or not the table may be changed; accounts for it where it is new. @throws Fault when the key is unhashable */
  set(key: Value, value: Value, meter: Meter): void {
    const canonical = typeof key === 'string' || typeof key === 'number' ? key : hashKey(key, meter);
    if (!this.entries.has(canonical)) this.admit(key, canonical, meter);
    this.entries.set(canonical, value);
  }

  /** Takes a key out whether or not the table may be changed; its value, if it was there. */
  delete(key: Value, meter: Meter): Value | undefined {
    const canonical = hashKey(key, meter);
    const value = this.entries.get(canonical);
    if (value === undefined) return undefined;
    this.entries.delete(canonical);
    this.originals?.delete(canonical);
    return value;
  }

  clear(): void {
    this.entries.clear();
    this.originals = undefined;
  }

  /** The key that was put in first, as the program gave it. */
  first(): Value | undefined {
    for (const key of this.entries.keys()) return this.original(key);
    return undefined;
  }

  /** A new array of the keys. Accounting for it is the caller's. */
  keys(): Value[] {
    const keys = [...this.entries.keys()] as Value[];
    return this.originals === undefined ? keys : keys.map((key) => this.original(key as Key));
  }

  /** The key that the program gave for a canonical one. */
  original(key: Key): Value {
    if (this.originals !== undefined) {
      const original = this.originals.get(key);
      if (original !== undefined) return original;
    }
    // INVARIANT: a canonical key that is not of a value's own kind has its original noted.
    return key as Value;
  }

  private admit(key: Value, canonical: Key, meter: Meter): void {
    if (this.entries.size >= LARGEST_TABLE) meter.fail('table is too large');
    meter.allocate(COST.entry);
    if (canonical !== key) {
      meter.allocate(COST.entry);
      this.originals ??= new Map();
      this.originals.set(canonical, key);
    }
  }

  /** Copies all entries of another; only the new ones are accounted for. */
  addAll(other: Table, meter: Meter): void {
    meter.step(other.size);
    for (const [canonical, value] of other.entries) {
      if (!this.entries.has(canonical)) this.admit(other.original(canonical), canonical, meter);
      this.entries.set(canonical, value);
    }
  }
}
