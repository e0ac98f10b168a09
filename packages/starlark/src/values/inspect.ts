// Questions about a value that never fail: what type it is, whether it counts as true, how long it is.
import { Bytes } from './bytes.ts';
import { Dict } from './dict.ts';
import { Float } from './float.ts';
import { Builtin, Func } from './function.ts';
import { List, Tuple } from './list.ts';
import { codePointCount } from './points.ts';
import { Range } from './range.ts';
import { SetValue } from './set.ts';
import type { Value } from './value.ts';

/** What `type(x)` says. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'object':
      break;
  }
  if (value === null) return 'NoneType';
  if (value instanceof List) return 'list';
  if (value instanceof Dict) return 'dict';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Float) return 'float';
  if (value instanceof Func) return 'function';
  if (value instanceof Builtin) return 'builtin_function_or_method';
  if (value instanceof SetValue) return 'set';
  if (value instanceof Range) return 'range';
  if (value instanceof Bytes) return 'bytes';
  return value.extension.name;
}

/** What `bool(x)` says. */
export function truth(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'string':
      return value !== '';
    case 'bigint':
      return true;
    case 'object':
      break;
  }
  if (value === null) return false;
  if (value instanceof List || value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict || value instanceof SetValue) return value.size > 0;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Func || value instanceof Builtin) return true;
  if (value instanceof Range) return value.length > 0;
  if (value instanceof Bytes) return value.data.length > 0;
  return (value.extension.truth?.(value) ?? true) === true;
}

/** What `len(x)` says; `undefined` where it has none. */
export function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return codePointCount(value);
  if (value === null || typeof value !== 'object') return undefined;
  if (value instanceof List || value instanceof Tuple) return value.items.length;
  if (value instanceof Dict || value instanceof SetValue) return value.size;
  if (value instanceof Range) return value.length;
  if (value instanceof Bytes) return value.data.length;
  if (value instanceof Float || value instanceof Func || value instanceof Builtin) return undefined;
  const { extension } = value;
  return extension.indexable === true ? extension.size?.(value) : undefined;
}
