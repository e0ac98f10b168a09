// json.encode: a value as JSON, keys sorted. With an explicit stack, because a value may be nested as deeply as the program likes, and
// with the budget asked for every piece, because a value that shares its parts may have a text beyond any memory.

import { compareStrings } from '../../values/compare.ts';
import { COST } from '../../values/cost.ts';
import { Dict } from '../../values/dict.ts';
import { extensionOf } from '../../values/extension.ts';
import { Float } from '../../values/float.ts';
import { floatText } from '../../values/float-text.ts';
import { typeName } from '../../values/inspect.ts';
import { intText } from '../../values/int.ts';
import { isIterable } from '../../values/iterate.ts';
import type { Extension, Meter, Value } from '../../values/value.ts';
import { TextBuilder } from '../builder.ts';
import { collect } from '../collect.ts';
import { quoteJson } from './quote.ts';

/** A container that is being written. */
interface Open {
  readonly value: Value;
  /** Of an object; an array has none. */
  readonly keys: readonly string[] | undefined;
  readonly items: readonly Value[];
  next: number;
}

/** A value as JSON text, charged to the run of `thread`. @param name the built-in's, for messages @throws Fault when JSON has no form of it */
export function encodeJson(thread: Meter, name: string, value: Value): string {
  return new Encoder(thread, name).run(value);
}

class Encoder {
  private readonly thread: Meter;
  private readonly name: string;
  private readonly result: TextBuilder;
  private readonly stack: Open[];
  /** What is on the stack: met again inside itself, it is a cycle. */
  private readonly path: Set<Value>;

  constructor(thread: Meter, name: string) {
    this.thread = thread;
    this.name = name;
    this.result = new TextBuilder(thread);
    this.stack = [];
    this.path = new Set();
  }

  run(value: Value): string {
    this.begin(value);
    for (let top = this.stack.at(-1); top !== undefined; top = this.stack.at(-1)) {
      const index = top.next++;
      if (index >= top.items.length) {
        this.result.add(top.keys === undefined ? ']' : '}');
        this.path.delete(top.value);
        this.stack.pop();
        continue;
      }
      if (index > 0) this.result.add(',');
      if (top.keys !== undefined) this.result.add(`${this.quoted(top.keys[index] ?? '')}:`);
      this.begin(top.items[index] as Value);
    }
    return this.result.text;
  }

  private quoted(text: string): string {
    this.thread.step(text.length >> 6);
    this.thread.allocate(COST.unit * text.length);
    return quoteJson(text);
  }

  /** A value, or as much of a container as comes before its items. */
  private begin(value: Value): void {
    this.thread.step(1);
    const text = this.scalar(value);
    if (text !== undefined) this.result.add(text);
    else if (this.path.has(value)) this.fail('cycle in JSON structure');
    else this.open(value);
  }

  private scalar(value: Value): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.quoted(value);
      case 'number':
      case 'bigint':
        return intText(value, this.thread);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'object':
        break;
    }
    if (value === null) return 'null';
    if (!(value instanceof Float)) return undefined;
    const text = floatText(value.value);
    return Number.isFinite(value.value) ? text : this.fail(`cannot encode non-finite float ${text}`);
  }

  private open(value: Value): void {
    if (value instanceof Dict) this.openDict(value);
    else if (isIterable(value)) this.push(value, undefined, collect(this.thread, value));
    else {
      const extension = extensionOf(value);
      if (extension === undefined) this.fail(`cannot encode ${typeName(value)} as JSON`);
      else this.openExtension(extension);
    }
  }

  private openExtension(value: Extension): void {
    const type = value.extension;
    if (type.attributeNames === undefined || type.joined !== undefined) this.fail(`cannot encode ${type.name} as JSON`);
    const names = type.attributeNames?.(value).toSorted(compareStrings) ?? [];
    const items = names.map((name) => type.attribute?.(value, name, this.thread) ?? null);
    this.push(value as Value, names, items);
  }

  private openDict(dict: Dict): void {
    this.thread.step(dict.size);
    this.thread.allocate(COST.item * 2 * dict.size);
    const keys: string[] = [];
    for (const key of dict.entries.keys()) {
      const original = dict.original(key);
      if (typeof original !== 'string') this.fail(`dict has ${typeName(original)} key, want string`);
      else keys.push(original);
    }
    keys.sort(compareStrings);
    const items = keys.map((key) => dict.entries.get(key) as Value);
    this.push(dict, keys, items);
  }

  private push(value: Value, keys: readonly string[] | undefined, items: readonly Value[]): void {
    this.thread.allocate(COST.list + COST.entry);
    this.result.add(keys === undefined ? '[' : '{');
    this.path.add(value);
    this.stack.push({ value, keys, items, next: 0 });
  }

  /** Says where inside the value, outermost first. */
  private fail(what: string): never {
    const places = new TextBuilder(this.thread);
    for (const open of this.stack) {
      const index = open.next - 1;
      const type = typeName(open.value);
      if (open.keys === undefined) places.add(`at ${type} index ${index}: `);
      else if (open.value instanceof Dict) places.add(`in dict key ${quoteJson(open.keys[index] ?? '')}: `);
      else places.add(`in field .${open.keys[index]}: `);
    }
    return this.thread.fail(`${this.name}: ${places.text}${what}`);
  }
}
