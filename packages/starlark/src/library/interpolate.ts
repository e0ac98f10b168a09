// `format % arguments`. There are no flags, widths or precisions: a conversion is one letter, perhaps with the name of a key before it.

import { bitLength } from '../values/big.ts';
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import { type FloatConversion, floatText } from '../values/float-text.ts';
import { typeName } from '../values/inspect.ts';
import { intText, isInt, numberToInt, toNumber } from '../values/int.ts';
import { Tuple } from '../values/list.ts';
import { repr } from '../values/text.ts';
import type { Meter, Value } from '../values/value.ts';
import { TextBuilder } from './builder.ts';

/** What the operator `%` does where its left operand is a string. */
export function interpolate(format: string, operand: Value, thread: Meter): Value {
  const result = new TextBuilder(thread);
  const count = operand instanceof Tuple ? operand.items.length : 1;
  thread.step(format.length >> 5);
  let used = 0;
  let from = 0;
  for (let at = format.indexOf('%'); at >= 0; at = format.indexOf('%', from)) {
    thread.step(1);
    result.add(format.slice(from, at));
    from = at + 1;
    if (format[from] === '%') {
      result.add('%');
      from++;
      continue;
    }
    let argument: Value;
    if (format[from] === '(') {
      const close = format.indexOf(')', from);
      if (close < 0) thread.fail('incomplete format key');
      argument = keyed(operand, format.slice(from + 1, close), thread);
      from = close + 1;
    } else {
      if (used >= count) thread.fail('not enough arguments for format string');
      argument = operand instanceof Tuple ? (operand.items[used] as Value) : operand;
    }
    const letter = format.codePointAt(from);
    if (letter === undefined) thread.fail('incomplete format');
    const conversion = String.fromCodePoint(letter ?? 0);
    if (conversion === 's') result.addPart(argument);
    else result.add(convert(conversion, argument, thread));
    from += conversion.length;
    used++;
  }
  if (used < count && !(operand instanceof Dict)) thread.fail('too many arguments for format string');
  result.add(format.slice(from));
  return result.value;
}

function keyed(operand: Value, key: string, thread: Meter): Value {
  if (!(operand instanceof Dict)) return thread.fail('format requires a mapping');
  const value = operand.get(key, thread);
  return value === undefined ? thread.fail(`key not found: ${key}`) : value;
}

function convert(conversion: string, value: Value, thread: Meter): string {
  switch (conversion) {
    case 'r':
      return repr(value, thread);
    case 'd':
    case 'i':
    case 'o':
    case 'x':
    case 'X':
      return whole(conversion, value, thread);
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'F':
    case 'G':
      return fraction(conversion, value, thread);
    case 'c':
      return character(value, thread);
    case '%':
      return '%';
  }
  return thread.fail(`unknown conversion %${conversion}`);
}

function whole(conversion: 'd' | 'i' | 'o' | 'x' | 'X', value: Value, thread: Meter): string {
  const read = numberToInt(value);
  if (!read.ok) return thread.fail(`%${conversion} format requires integer: ${read.why}`);
  if (conversion === 'd' || conversion === 'i') return intText(read.value, thread);
  thread.allocate(COST.unit * bitLength(read.value));
  const digits = read.value.toString(conversion === 'o' ? 8 : 16);
  return conversion === 'X' ? digits.toUpperCase() : digits;
}

function fraction(conversion: FloatConversion, value: Value, thread: Meter): string {
  const number = toNumber(value);
  if (number === undefined) {
    return thread.fail(`%${conversion} format requires float, not ${typeName(value)}`);
  }
  return floatText(number, conversion);
}

function character(value: Value, thread: Meter): string {
  if (isInt(value)) {
    if (value < 0 || value > 0x10ffff) {
      return thread.fail(`%c format requires a valid Unicode code point, got ${repr(value, thread)}`);
    }
    return characterOf(Number(value));
  }
  if (typeof value !== 'string') {
    return thread.fail(`%c format requires int or single-character string, not ${typeName(value)}`);
  }
  const code = value.codePointAt(0);
  if (code === undefined || String.fromCodePoint(code) !== value) {
    return thread.fail('%c format requires a single-character string');
  }
  return value;
}

/** The text of one code point; a lone surrogate, which is none, is the replacement character. */
export function characterOf(code: number): string {
  return code >= 0xd800 && code < 0xe000 ? '\ufffd' : String.fromCodePoint(code);
}
