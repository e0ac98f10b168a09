// Built-ins that make a value of one type out of another, or tell something of one: abs bool bytes chr float hash int len ord repr str type.
import { Bytes } from '../values/bytes.ts';
import { COST } from '../values/cost.ts';
import { opaqueOf } from '../values/extension.ts';
import { Float } from '../values/float.ts';
import type { Named, Run } from '../values/function.ts';
import { lengthOf, truth, typeName } from '../values/inspect.ts';
import { finiteNumber, intText, isInt, negate, numberToInt, toInt32 } from '../values/int.ts';
import { isIterable } from '../values/iterate.ts';
import { chargeLook, codePointCount } from '../values/points.ts';
import { repr } from '../values/text.ts';
import type { Meter, Value } from '../values/value.ts';
import { each, sizeOf } from './collect.ts';
import { characterOf } from './interpolate.ts';
import { parseFloatText, parseIntText } from './numbers.ts';
import { chargeText } from './text.ts';
import { countArguments, unpack, wantAny } from './unpack.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** The only argument, for those built-ins that say it in words of their own. */
function only(thread: Meter, name: string, positional: readonly Value[], named: Named, count: string): Value {
  if (named.length > 0) thread.fail(`${name} does not accept keyword arguments`);
  if (positional.length !== 1) thread.fail(`${name}: got ${positional.length} arguments, want ${count}`);
  return positional[0] as Value;
}

export const abs: Run = (thread, _self, positional, named) => {
  countArguments(thread, 'abs', positional, named, 1, 1);
  const value = positional[0] as Value;
  if (value instanceof Float) return makeFloat(thread, Math.abs(value.value));
  if (isInt(value)) return value < 0 ? negate(value, thread) : value;
  return thread.fail(`got ${typeName(value)}, want int or float`);
};

export function makeFloat(thread: Meter, value: number): Float {
  thread.allocate(COST.float);
  return new Float(value);
}

export const bool: Run = (thread, _self, positional, named) => {
  countArguments(thread, 'bool', positional, named, 0, 1);
  return truth(positional[0] ?? null);
};

export const bytes: Run = (thread, _self, positional, named) => {
  const value = only(thread, 'bytes', positional, named, 'exactly 1');
  if (value instanceof Bytes) return value;
  if (typeof value === 'string') return encodeUtf8(value, thread);
  if (!isIterable(value)) {
    return thread.fail(`bytes: got ${typeName(value)}, want string, bytes, or iterable of ints`);
  }
  const size = sizeOf(value);
  thread.step(size);
  thread.allocate(COST.bytes + size);
  const data = new Uint8Array(size);
  let at = 0;
  each(value, (item) => {
    if (!isInt(item)) thread.fail(`bytes: at index ${at}, got ${typeName(item)}, want int`);
    else if (item < 0 || item > 255) {
      thread.fail(`bytes: at index ${at}, ${intText(item, thread)} out of range (want value in unsigned 8-bit range)`);
    } else data[at++] = Number(item);
  });
  return new Bytes(data);
};

export const chr: Run = (thread, _self, positional, named) => {
  const code = toInt32(only(thread, 'chr', positional, named, '1'), thread, 'chr: ');
  if (code < 0) thread.fail(`chr: Unicode code point ${code} out of range (<0)`);
  if (code > 0x10ffff) {
    thread.fail(`chr: Unicode code point U+${code.toString(16).toUpperCase()} out of range (>0x10FFFF)`);
  }
  chargeText(thread, 2);
  return characterOf(code);
};

export const float: Run = (thread, _self, positional, named) => {
  if (named.length > 0) thread.fail('float does not accept keyword arguments');
  if (positional.length > 1) thread.fail(`float got ${positional.length} arguments, wants 1`);
  const value = positional[0];
  if (value === undefined) return makeFloat(thread, 0);
  if (value instanceof Float) return value;
  if (typeof value === 'boolean') return makeFloat(thread, value ? 1 : 0);
  if (isInt(value)) return makeFloat(thread, finiteNumber(value, thread));
  if (typeof value !== 'string') return thread.fail(`float got ${typeName(value)}, want number or string`);
  if (value === '') return thread.fail('float: empty string');
  thread.step(value.length >> 4);
  const number = parseFloatText(value);
  if (number === 'too large') return thread.fail('floating-point number too large');
  return number === undefined ? thread.fail(`invalid float literal: ${value}`) : makeFloat(thread, number);
};

/** Java's hash of a string; FNV of bytes. Both are the same in every run, which the language promises. */
export const hash: Run = (thread, _self, positional, named) => {
  countArguments(thread, 'hash', positional, named, 1, 1);
  const value = positional[0] as Value;
  if (typeof value === 'string') {
    thread.step(value.length >> 4);
    let sum = 0;
    for (let i = 0; i < value.length; i++) sum = (Math.imul(31, sum) + value.charCodeAt(i)) | 0;
    return sum;
  }
  if (!(value instanceof Bytes)) return thread.fail(`hash: got ${typeName(value)}, want string or bytes`);
  thread.step(value.data.length >> 4);
  let sum = 0x811c9dc5;
  for (const byte of value.data) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
};

const INT = [
  { name: 'x', want: wantAny },
  { name: 'base', want: wantAny, optional: true },
];

export const int: Run = (thread, _self, positional, named) => {
  const [value, base] = unpack(thread, 'int', positional, named, INT);
  if (typeof value === 'string') return intOfText(thread, value, base);
  if (base !== undefined) return thread.fail("int: can't convert non-string with explicit base");
  if (typeof value === 'boolean') return value ? 1 : 0;
  const read = numberToInt(value as Value);
  return read.ok ? read.value : thread.fail(`int: ${read.why}`);
};

function intOfText(thread: Meter, text: string, base: Value | undefined): Value {
  let radix = 10;
  if (base !== undefined) {
    if (typeof base !== 'number') return thread.fail(`int: for base, got ${typeName(base)}, want int`);
    radix = base;
    if (radix !== 0 && (radix < 2 || radix > 36)) return thread.fail('int: base must be an integer >= 2 && <= 36');
  }
  const value = parseIntText(text, radix, thread);
  return value === undefined ? thread.fail(`int: invalid literal with base ${radix}: ${text}`) : value;
}

export const len: Run = (thread, _self, positional, named) => {
  if (positional.length !== 1 || named.length > 0) countArguments(thread, 'len', positional, named, 1, 1);
  const value = positional[0] as Value;
  if (typeof value === 'string') chargeLook(value, thread);
  const length = lengthOf(value);
  return length === undefined ? thread.fail(`len: value of type ${typeName(value)} has no len`) : length;
};

export const ord: Run = (thread, _self, positional, named) => {
  const value = only(thread, 'ord', positional, named, '1');
  if (typeof value === 'string') {
    const code = value.codePointAt(0);
    if (code !== undefined && value.length === (code > 0xffff ? 2 : 1)) return code;
    thread.step(value.length >> 6);
    return thread.fail(`ord: string encodes ${codePointCount(value)} Unicode code points, want 1`);
  }
  if (!(value instanceof Bytes)) return thread.fail(`ord: got ${typeName(value)}, want string or bytes`);
  const { data } = value;
  return data.length === 1 ? (data[0] ?? 0) : thread.fail(`ord: bytes has length ${data.length}, want 1`);
};

export const representation: Run = (thread, _self, positional, named) => {
  countArguments(thread, 'repr', positional, named, 1, 1);
  return repr(positional[0] as Value, thread);
};

export const str: Run = (thread, _self, positional, named) => {
  const value = only(thread, 'str', positional, named, 'exactly 1');
  // An opaque text is a text already.
  if (typeof value === 'string' || opaqueOf(value) !== undefined) return value;
  return value instanceof Bytes ? decodeUtf8(value, thread) : repr(value, thread);
};

export const type: Run = (thread, _self, positional, named) =>
  typeName(only(thread, 'type', positional, named, 'exactly 1'));
