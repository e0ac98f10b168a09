// The hash table of dict and set: a JavaScript Map, whose order is that of insertion as the language wants it. Its keys are made
// canonical, so that equal keys are the same key to JavaScript: 1 and 1.0, or two tuples with equal elements.
import { COST, LARGEST_TABLE } from './cost.ts';
import { GuardedMap, Places, WATCHED } from './guarded-map.ts';
import { hashKey, type Key } from './hash.ts';
import type { Meter, Value } from './value.ts';

/** Strings up to this length cost nothing to look up. */
export const SHORT_KEY = 1024;
const UNHASHED = 16_000;
const FEW_HOLES = 64;
/** The text that stands for a number in a table that is guarded. */
const GUARDED = COST.string + 6 * COST.unit;

export class Table {
  entries: Map<Key, Value>;
  /** The keys as the program gave them, where that is not the canonical key itself. */
  originals: Map<Key, Value> | undefined;
  frozen: boolean;
  /** How many iterations are under way. */
  iterators: number;
  /** The first key, where it is known, and an iteration that has come as far. */
  private foremost: Key | undefined;
  private front: MapIterator<Key> | undefined;
  /** How many keys were put in whose letters V8 does not hash. */
  private long: number;
  /** Where the number keys are; kept for a table that is not small, and not guarded yet. */
  private places: Places | undefined;
  /** Places of deleted entries that JavaScript may still step over. */
  private holes: number;
  /** Keys that were put in since there are such places. */
  private churn: number;
  /** Steps that were not counted when they were taken; the next deletion pays. */
  private debt: number;

  constructor() {
    this.entries = new Map();
    this.originals = undefined;
    this.frozen = false;
    this.iterators = 0;
    this.foremost = undefined;
    this.front = undefined;
    this.long = 0;
    this.places = undefined;
    this.holes = 0;
    this.debt = 0;
    this.churn = 0;
  }

  get size(): number {
    return this.entries.size;
  }

  /** The value kept under a key. @throws Fault when the key is unhashable */
  get(key: Value, meter: Meter): Value | undefined {
    return this.entries.get(this.canonical(key, meter));
  }

  /** @throws Fault when the key is unhashable */
  has(key: Value, meter: Meter): boolean {
    return this.entries.has(this.canonical(key, meter));
  }

  /** Sets a key whether or not the table may be changed; accounts for it where it is new. @throws Fault when the key is unhashable */
  set(key: Value, value: Value, meter: Meter): void {
    const canonical = this.canonical(key, meter);
    const { entries } = this;
    const before = entries.size;
    if (before >= LARGEST_TABLE) meter.fail('table is too large');
    entries.set(canonical, value);
    // One entry more than the budget has is no harm; a second look for every key would be.
    if (entries.size !== before) this.admit(key, canonical, meter);
  }

  /** Takes a key out whether or not the table may be changed; its value, if it was there. */
  delete(key: Value, meter: Meter): Value | undefined {
    const canonical = this.canonical(key, meter);
    const value = this.entries.get(canonical);
    if (value === undefined) return undefined;
    this.entries.delete(canonical);
    this.holes += 1;
    meter.step(this.debt);
    this.debt = 0;
    this.originals?.delete(canonical);
    if (this.places !== undefined) this.noteGone(canonical, this.places, meter);
    if (canonical === this.foremost) this.foremost = undefined;
    return value;
  }

  clear(): void {
    this.entries = new Map();
    this.places = undefined;
    this.holes = 0;
    this.originals = undefined;
    this.foremost = undefined;
    this.front = undefined;
  }

  /**
   * The key that was put in first, as the program gave it. Where it was is remembered: a JavaScript Map steps over the places of all deleted
   * entries, so that to take the first out again and again would take quadratic time.
   */
  first(): Value | undefined {
    if (this.foremost === undefined && this.entries.size > 0) {
      this.front ??= this.entries.keys();
      let step = this.front.next();
      if (step.done === true) {
        this.front = this.entries.keys();
        step = this.front.next();
      }
      this.foremost = step.value;
    }
    return this.foremost === undefined ? undefined : this.original(this.foremost);
  }

  /**
   * Begins an iteration. Where many entries were deleted the table is made anew, or a loop that always ends at once would step over
   * their places every time. Nobody iterates over it then, and what it costs is paid by the deletions that there have to be in between.
   */
  lock(): void {
    if (this.iterators === 0 && this.holes > FEW_HOLES) {
      this.rebuild();
      this.debt += this.entries.size >> 2;
    }
    this.iterators += 1;
  }

  private rebuild(): void {
    this.entries = copied(this.entries);
    if (this.originals !== undefined) this.originals = copied(this.originals);
    this.front = undefined;
    this.holes = 0;
    this.churn = 0;
  }

  /**
   * A JavaScript Map leaves a deleted entry in the chain of its bucket, so that a key which is deleted and set again and again has a chain as
   * long as the table. INVARIANT: no chain has more places of deleted entries than the square root of the size, times four.
   */
  private noteChurn(meter: Meter): void {
    this.churn += 1;
    if (this.churn <= FEW_HOLES + 4 * Math.sqrt(this.entries.size) || this.iterators > 0) return;
    meter.step(this.entries.size >> 3);
    this.rebuild();
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

  private canonical(key: Value, meter: Meter): Key {
    if (typeof key === 'number') return key;
    if (typeof key === 'string') {
      if (key.length <= SHORT_KEY) return key;
      // V8 takes no more of a longer string than its length, so that all of one length are in one place of the table.
      if (key.length > UNHASHED) meter.step((key.length >> 8) * this.long);
      return hashKey(key, meter);
    }
    const canonical = hashKey(key, meter);
    if (typeof canonical === 'string' && canonical.length > UNHASHED) meter.step((canonical.length >> 8) * this.long);
    return canonical;
  }

  private admit(key: Value, canonical: Key, meter: Meter): void {
    if (canonical !== key) {
      if (this.originals === undefined) {
        meter.allocate(COST.dict);
        this.originals = this.entries instanceof GuardedMap ? new GuardedMap([]) : new Map();
      }
      this.originals.set(canonical, key);
      meter.allocate(COST.entry);
    }
    meter.allocate(COST.entry);
    if (typeof canonical === 'number') {
      if (this.entries.size > WATCHED) this.watch(canonical, meter);
    } else if (typeof canonical === 'string' && canonical.length > UNHASHED) this.long += 1;
    if (this.holes > 0) this.noteChurn(meter);
  }

  /** A number was put in. INVARIANT: no place of a table that is not small has many numbers in it, wherever they came from. */
  private watch(key: number, meter: Meter): void {
    const { entries } = this;
    if (entries instanceof GuardedMap) {
      meter.allocate(GUARDED);
      return;
    }
    if (this.places?.fit(entries.size) === true) {
      if (!this.places.add(key)) this.guard(meter);
    } else this.countPlaces(meter);
  }

  private countPlaces(meter: Meter): void {
    this.places = Places.of(this.entries);
    if (this.places === undefined) this.guard(meter);
  }

  /** Goes over to a table in which places cannot be chosen. Where somebody iterates, whoever puts in the next number does it. */
  private guard(meter: Meter): void {
    this.places = undefined;
    if (this.iterators > 0) return;
    meter.step(this.entries.size >> 2);
    meter.allocate((GUARDED + 2 * COST.entry) * this.entries.size);
    this.entries = new GuardedMap(this.entries);
    if (this.originals !== undefined) this.originals = new GuardedMap(this.originals);
    this.front = undefined;
    this.holes = 0;
    this.churn = 0;
  }

  /** A table that shrinks has fewer places. */
  private noteGone(canonical: Key, places: Places, meter: Meter): void {
    if (typeof canonical === 'number') places.remove(canonical);
    if (places.fit(this.entries.size)) return;
    // Well below where counting begins, so that a table which goes up and down there is not counted again and again.
    if (this.entries.size < WATCHED / 2) this.places = undefined;
    else this.countPlaces(meter);
  }

  /** Copies all entries of another; only the new ones are accounted for. */
  addAll(other: Table, meter: Meter): void {
    meter.step(other.size);
    for (const [canonical, value] of other.entries) {
      const before = this.entries.size;
      if (before >= LARGEST_TABLE) meter.fail('table is too large');
      this.entries.set(canonical, value);
      if (this.entries.size !== before) this.admit(other.original(canonical), canonical, meter);
    }
  }
}

function copied(entries: Map<Key, Value>): Map<Key, Value> {
  return entries instanceof GuardedMap ? new GuardedMap(entries) : new Map(entries);
}
