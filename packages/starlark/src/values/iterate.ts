// Iteration over a value. While it is under way, a list, dict or set may not be changed; so whoever begins must end it, also when
// something fails in between: `const cursor = …; try { … } finally { cursor.done(); }`.

import { Dict } from './dict.ts';
import { fromHostOrNone } from './host-value.ts';
import { List, Tuple } from './list.ts';
import { Range } from './range.ts';
import { SetValue } from './set.ts';
import type { Table } from './table.ts';
import type { Extension, Value } from './value.ts';

export interface Cursor {
  /** The next element, or `undefined` at the end. */
  next(): Value | undefined;
  /** Ends the iteration; once. */
  done(): void;
}

/** Begins to iterate; `undefined` for a value that is not iterable. */
export function iterate(value: Value): Cursor | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (value instanceof List) return new ListCursor(value);
  if (value instanceof Tuple) return new TupleCursor(value.items);
  if (value instanceof Range) return new RangeCursor(value);
  if (value instanceof Dict || value instanceof SetValue) return new TableCursor(value);
  if ('extension' in value && value.extension.size !== undefined) return new ExtensionCursor(value);
  return undefined;
}

/** Whether `iterate` would begin. */
export function isIterable(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false;
  return (
    value instanceof List ||
    value instanceof Tuple ||
    value instanceof Range ||
    value instanceof Dict ||
    value instanceof SetValue ||
    ('extension' in value && value.extension.size !== undefined)
  );
}

class ListCursor implements Cursor {
  private readonly list: List;
  private index: number;

  constructor(list: List) {
    this.list = list;
    this.index = 0;
    list.iterators += 1;
  }

  next(): Value | undefined {
    return this.index < this.list.items.length ? this.list.items[this.index++] : undefined;
  }

  done(): void {
    this.list.iterators -= 1;
  }
}

class TupleCursor implements Cursor {
  private readonly items: readonly Value[];
  private index: number;

  constructor(items: readonly Value[]) {
    this.items = items;
    this.index = 0;
  }

  next(): Value | undefined {
    return this.index < this.items.length ? this.items[this.index++] : undefined;
  }

  done(): void {}
}

class RangeCursor implements Cursor {
  private readonly range: Range;
  private index: number;

  constructor(range: Range) {
    this.range = range;
    this.index = 0;
  }

  next(): Value | undefined {
    return this.index < this.range.length ? this.range.at(this.index++) : undefined;
  }

  done(): void {}
}

class TableCursor implements Cursor {
  private readonly table: Table;
  private readonly keys: MapIterator<Value>;

  constructor(table: Table) {
    this.table = table;
    table.lock();
    this.keys = table.entries.keys();
  }

  next(): Value | undefined {
    const step = this.keys.next();
    return step.done === true ? undefined : this.table.original(step.value as never);
  }

  done(): void {
    this.table.iterators -= 1;
  }
}

class ExtensionCursor implements Cursor {
  private readonly value: Extension;
  private readonly size: number;
  private index: number;

  constructor(value: Extension) {
    this.value = value;
    this.size = value.extension.size?.(value) ?? 0;
    this.index = 0;
  }

  next(): Value | undefined {
    if (this.index >= this.size) return undefined;
    return fromHostOrNone(this.value.extension.item?.(this.value, this.index++), this.value.extension.name);
  }

  done(): void {}
}
