// `x.name`: the methods of the built-in types, and what an extension says it has.

import { BYTES_METHODS, DICT_METHODS, LIST_METHODS, SET_METHODS, STRING_METHODS } from '../library/methods.ts';
import { nearest } from '../spell.ts';
import { Bytes } from '../values/bytes.ts';
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import { Builtin, type Run } from '../values/function.ts';
import { fromHostOrNone } from '../values/host-value.ts';
import { typeName } from '../values/inspect.ts';
import { List } from '../values/list.ts';
import { SetValue } from '../values/set.ts';
import type { Extension, Meter, Value } from '../values/value.ts';

const NO_METHODS: ReadonlyMap<string, Run> = new Map();

function methodsOf(value: Value): ReadonlyMap<string, Run> {
  if (typeof value === 'string') return STRING_METHODS;
  if (value === null || typeof value !== 'object') return NO_METHODS;
  if (value instanceof List) return LIST_METHODS;
  if (value instanceof Dict) return DICT_METHODS;
  if (value instanceof SetValue) return SET_METHODS;
  return value instanceof Bytes ? BYTES_METHODS : NO_METHODS;
}

function extensionOf(value: Value): Extension | undefined {
  return value !== null && typeof value === 'object' && 'extension' in value ? value : undefined;
}

/** A method of a built-in type, not bound to a value yet. */
export function methodOf(value: Value, name: string): Run | undefined {
  return methodsOf(value).get(name);
}

/** `undefined`: there is no such attribute. */
export function getAttribute(value: Value, name: string, meter: Meter): Value | undefined {
  const run = methodsOf(value).get(name);
  if (run !== undefined) {
    meter.allocate(COST.method);
    return new Builtin(name, run, value, true);
  }
  const extension = extensionOf(value);
  return fromHostOrNone(extension?.extension.attribute?.(extension, name, meter), name, meter);
}

/** In alphabetical order. */
export function attributeNames(value: Value): readonly string[] {
  const extension = extensionOf(value);
  const names = extension?.extension.attributeNames?.(extension).map((name) => String(name).toWellFormed());
  return (names ?? [...methodsOf(value).keys()]).toSorted();
}

/** `x.name` as a program writes it. @throws Fault when there is no such attribute */
export function requireAttribute(value: Value, name: string, meter: Meter): Value {
  const found = getAttribute(value, name, meter);
  if (found !== undefined) return found;
  const extension = extensionOf(value);
  const message =
    extension?.extension.missing?.(extension, name) ?? `${typeName(value)} has no .${name} field or method`;
  const near = nearest(name, attributeNames(value));
  return meter.fail(near === undefined ? message : `${message} (did you mean .${near}?)`);
}
