// What a table with number keys does against keys that were chosen to fall into one place of it. It counts where V8 puts them, and where
// too many are in one place it goes over to a Map that keys numbers by text, which V8 hashes with a secret of the process.
import type { Key } from './hash.ts';
import { v8Hash } from './v8-hash.ts';
import type { Value } from './value.ts';

/** Below so many entries nothing is counted: not even a place that has all of them is worth it. */
export const WATCHED = 128;
/** There are at most four to a place as a rule, and as many as this practically never. */
const CROWDED = 40;

/**
 * How many number keys of a table are in each place. INVARIANT: there are no more places here than V8 has buckets, so that no bucket has
 * more keys than the fullest place; V8 has at least half as many as there are entries.
 */
export class Places {
  private readonly counts: Uint8Array;

  private constructor(size: number) {
    this.counts = new Uint8Array(2 ** (Math.floor(Math.log2(size)) - 1));
  }

  /** `undefined`: one place is too full. */
  static of(entries: Map<Key, Value>): Places | undefined {
    const places = new Places(entries.size);
    for (const key of entries.keys()) if (typeof key === 'number' && !places.add(key)) return undefined;
    return places;
  }

  /** Whether there are so many places as there should be for a table of this size. */
  fit(size: number): boolean {
    const { length } = this.counts;
    return size < 4 * length && size >= length;
  }

  /** Counts a new key. @returns whether there is room for it */
  add(key: number): boolean {
    const at = v8Hash(key) & (this.counts.length - 1);
    const count = (this.counts[at] ?? 0) + 1;
    if (count > CROWDED) return false;
    this.counts[at] = count;
    return true;
  }

  remove(key: number): void {
    const at = v8Hash(key) & (this.counts.length - 1);
    this.counts[at] = (this.counts[at] ?? 1) - 1;
  }
}

const MARK = '\ud800n';
const FLOAT = new Float64Array(1);
const UNITS = new Uint16Array(FLOAT.buffer);

/** No string of the language has a lone surrogate; no other canonical key begins like this. */
function guarded(key: Key): Key {
  if (typeof key !== 'number') return key;
  FLOAT[0] = key;
  return MARK + String.fromCharCode(UNITS[0] ?? 0, UNITS[1] ?? 0, UNITS[2] ?? 0, UNITS[3] ?? 0);
}

function unguarded(key: Key): Key {
  if (typeof key !== 'string' || !key.startsWith(MARK)) return key;
  for (let i = 0; i < 4; i += 1) UNITS[i] = key.charCodeAt(MARK.length + i);
  return FLOAT[0] ?? 0;
}

/** As a Map to whoever uses it, slower, and with no place for many keys. */
export class GuardedMap extends Map<Key, Value> {
  /** With the entries of another. */
  constructor(entries: Iterable<readonly [Key, Value]>) {
    super();
    for (const [key, value] of entries) this.set(key, value);
  }

  override get(key: Key): Value | undefined {
    return super.get(guarded(key));
  }

  override has(key: Key): boolean {
    return super.has(guarded(key));
  }

  override set(key: Key, value: Value): this {
    return super.set(guarded(key), value);
  }

  override delete(key: Key): boolean {
    return super.delete(guarded(key));
  }

  override keys(): MapIterator<Key> {
    return keysOf(super.keys());
  }

  override entries(): MapIterator<[Key, Value]> {
    return entriesOf(super.entries());
  }

  override [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  override forEach(visit: (value: Value, key: Key, map: Map<Key, Value>) => void): void {
    super.forEach((value, key) => {
      visit(value, unguarded(key), this);
    });
  }
}

function* keysOf(keys: MapIterator<Key>): MapIterator<Key> {
  for (const key of keys) yield unguarded(key);
}

function* entriesOf(entries: MapIterator<[Key, Value]>): MapIterator<[Key, Value]> {
  for (const [key, value] of entries) yield [unguarded(key), value];
}
