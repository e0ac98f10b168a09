// The canonical form of a key of dict or set: two keys are equal exactly when their forms are the same to a JavaScript Map.
//
//   string, bool, None, function        itself
//   int                                 itself; beyond 2^53 a text, since V8 hashes only the lowest 64 bits of a bigint
//   float                               the int it equals, or its number (which is no int, so nothing else has it)
//   bytes, tuple, extension             a text
//
// A text that is no string of the language begins with a lone surrogate, which no string has.
import { Fault } from '../eval/fault.ts';
import { bitLength } from './big.ts';
import { Bytes, latin } from './bytes.ts';
import { COST, LONGEST_STRING } from './cost.ts';
import { Float } from './float.ts';
import { Builtin, Func } from './function.ts';
import { List, Tuple } from './list.ts';
import { Range } from './range.ts';
import type { Extension, Int, Meter, Value } from './value.ts';

export type Key = string | number | boolean | null | Func | Builtin;

const MARK = '\ud800';

/** @throws Fault when the value is unhashable */
export function hashKey(value: Value, meter: Meter): Key {
  switch (typeof value) {
    case 'string':
      // JavaScript's table compares it with what is there, letter by letter.
      meter.step(value.length >> 8);
      return value;
    case 'bigint':
      return bigKey(value, meter);
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : objectKey(value, meter);
  }
}

function objectKey(value: Exclude<Value, string | Int | boolean | null>, meter: Meter): Key {
  if (value instanceof Float) return floatKey(value.value, meter);
  if (value instanceof Func || value instanceof Builtin) return value;
  if (value instanceof Tuple) return tupleKey(value, meter);
  if (value instanceof Bytes) return `${MARK}b${latin(value.data, meter)}`;
  if ('extension' in value) return MARK + extensionText(value, meter);
  return unhashable(value, meter);
}

/** The int that a float equals, or its number. */
function floatKey(value: number, meter: Meter): string | number {
  if (Number.isSafeInteger(value)) return value + 0;
  return Number.isInteger(value) ? bigKey(BigInt(value), meter) : value;
}

function bigKey(value: bigint, meter: Meter): string {
  const bits = bitLength(value);
  meter.step(bits >> 10);
  meter.allocate(COST.string + (COST.unit * bits) / 4);
  return `${MARK}i${value.toString(16)}`;
}

/** The two wordings are starlark-go's. */
function unhashable(value: List | Range | Extension | { readonly typeName: string }, meter: Meter): never {
  if (value instanceof Range) return meter.fail('unhashable: range');
  if ('extension' in value) return meter.fail(`unhashable: ${value.extension.name}`);
  // Not by `inspect.ts`, which knows the classes that are made of tables, which know this file.
  return meter.fail(`unhashable type: ${value instanceof List ? 'list' : value.typeName}`);
}

function extensionText(value: Extension, meter: Meter): string {
  const type = value.extension;
  if (type.hashText === undefined) return unhashable(value, meter);
  const text = type.hashText(value, meter);
  if (typeof text !== 'string') throw new Fault('host', `the host failed: ${type.name} hashes to no text`);
  meter.allocate(COST.string + COST.unit * text.length);
  // By the type itself: two may have one name, and what is equal is for each of them to say.
  return `x${identity(type)}${text}`;
}

/**
 * Written with an explicit stack, since tuples may be nested as deeply as the program likes. Each part says its own length or is closed by
 * what cannot be in it, so that no two tuples have one text.
 */
function tupleKey(tuple: Tuple, meter: Meter): string {
  const stack: { readonly items: readonly Value[]; next: number }[] = [{ items: tuple.items, next: 0 }];
  let text = `${MARK}t${tuple.items.length}:`;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.next >= top.items.length) {
      stack.pop();
      continue;
    }
    const item = top.items[top.next++] as Value;
    let part: string;
    if (item instanceof Tuple) {
      part = `t${item.items.length}:`;
      stack.push({ items: item.items, next: 0 });
    } else part = leafText(item, meter);
    meter.step(1);
    meter.allocate(COST.unit * part.length + COST.string);
    if (text.length + part.length > LONGEST_STRING) meter.fail('tuple is too large to be hashed');
    text += part;
  }
  return text;
}

function leafText(value: Value, meter: Meter): string {
  if (typeof value === 'string') return `s${value.length}:${value}`;
  const key = hashKey(value, meter);
  switch (typeof key) {
    case 'string':
      return `${key.length}:${key}`;
    case 'number':
      return `n${key},`;
    case 'boolean':
      return key ? 'T' : 'F';
    case 'object':
      return key === null ? 'N' : `@${identity(key)}`;
  }
}

const identities = new WeakMap<object, string>();
let lastIdentity = 0;

/**
 * Functions are equal only to themselves, and types of extensions; the number stands for one inside a text and is never shown. INVARIANT: it has the same length
 * for all, so that what a program is charged does not tell how many functions others have had.
 */
function identity(value: object): string {
  const known = identities.get(value);
  if (known !== undefined) return known;
  lastIdentity += 1;
  const text = lastIdentity.toString(36).padStart(11, '0');
  identities.set(value, text);
  return text;
}
