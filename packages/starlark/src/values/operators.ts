// The operators, but for `and` and `or`, which are not of values. The compiler does the commonest cases itself and comes here for the rest.
import { interpolate } from '../library/interpolate.ts';
import { concatenate } from './concatenate.ts';
import { contains } from './contains.ts';
import { COST } from './cost.ts';
import { Dict } from './dict.ts';
import { extensionOf, joinedPair } from './extension.ts';
import { Float } from './float.ts';
import { fromHostOrNone } from './host-value.ts';
import { truth, typeName } from './inspect.ts';
import {
  addInts,
  bitwise,
  complement,
  finiteNumber,
  floorDivide,
  floorModulo,
  isInt,
  multiplyInts,
  negate,
  shiftLeft,
  shiftRight,
  subtractInts,
  toInt32,
} from './int.ts';
import { repeat } from './repeat.ts';
import { combineSets, SetValue } from './set.ts';
import type { Int, Meter, Value } from './value.ts';

export type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '|' | '&' | '^' | '<<' | '>>' | 'in' | 'not in';

/** @throws Fault when the operator is not for these operands, or for their values */
export function binary(operator: Operator, a: Value, b: Value, meter: Meter): Value {
  const result = builtInResult(operator, a, b, meter) ?? extensionResult(operator, a, b, meter);
  if (result !== undefined) return result;
  return meter.fail(`unknown binary op: ${typeName(a)} ${operator === 'not in' ? 'in' : operator} ${typeName(b)}`);
}

function builtInResult(operator: Operator, a: Value, b: Value, meter: Meter): Value | undefined {
  switch (operator) {
    case 'in':
      return contains(b, a, meter);
    case 'not in': {
      const found = contains(b, a, meter);
      return found === undefined ? undefined : !found;
    }
    case '%':
      if (typeof a === 'string') return interpolate(a, b, meter);
      return arithmetic(operator, a, b, meter);
    case '+':
      return arithmetic(operator, a, b, meter) ?? concatenate(a, b, meter);
    case '*':
      return arithmetic(operator, a, b, meter) ?? repeat(a, b, meter);
    case '-':
      if (a instanceof SetValue && b instanceof SetValue) return combineSets('-', a, b, meter);
      return arithmetic(operator, a, b, meter);
    case '/':
    case '//':
      return arithmetic(operator, a, b, meter);
    case '|':
      if (a instanceof Dict && b instanceof Dict) return unite(a, b, meter);
      return bits(operator, a, b, meter);
    case '&':
    case '^':
      return bits(operator, a, b, meter);
    case '<<':
    case '>>':
      return isInt(a) ? shift(operator, a, b, meter) : undefined;
  }
}

function bits(operator: '|' | '&' | '^', a: Value, b: Value, meter: Meter): Value | undefined {
  if (isInt(a) && isInt(b)) return bitwise(operator, a, b, meter);
  if (a instanceof SetValue && b instanceof SetValue) return combineSets(operator, a, b, meter);
  return undefined;
}

function unite(a: Dict, b: Dict, meter: Meter): Dict {
  meter.allocate(COST.dict);
  const union = new Dict();
  union.addAll(a, meter);
  union.addAll(b, meter);
  return union;
}

function shift(operator: '<<' | '>>', a: Int, b: Value, meter: Meter): Int {
  const count = toInt32(b, meter);
  if (count < 0) meter.fail(`negative shift count: ${count}`);
  if (operator === '>>') return shiftRight(a, count, meter);
  if (count >= 512) meter.fail(`shift count too large: ${count}`);
  return shiftLeft(a, count, meter);
}

type Arithmetic = '+' | '-' | '*' | '/' | '//' | '%';

function arithmetic(operator: Arithmetic, a: Value, b: Value, meter: Meter): Value | undefined {
  if (isInt(a)) {
    if (isInt(b)) return ints(operator, a, b, meter);
    return b instanceof Float ? floats(operator, finiteNumber(a, meter), b.value, meter) : undefined;
  }
  if (!(a instanceof Float)) return undefined;
  if (b instanceof Float) return floats(operator, a.value, b.value, meter);
  if (!isInt(b)) return undefined;
  // starlark-go looks at the divisor before it converts it.
  return floats(operator, a.value, finiteNumber(b, meter), meter);
}

function ints(operator: Arithmetic, a: Int, b: Int, meter: Meter): Value {
  switch (operator) {
    case '+':
      return addInts(a, b, meter);
    case '-':
      return subtractInts(a, b, meter);
    case '*':
      return multiplyInts(a, b, meter);
    case '/':
      return floats('/', finiteNumber(a, meter), finiteNumber(b, meter), meter);
    case '//':
      if (b === 0) meter.fail('floored division by zero');
      return floorDivide(a, b, meter);
    case '%':
      if (b === 0) meter.fail('integer modulo by zero');
      return floorModulo(a, b, meter);
  }
}

function floats(operator: Arithmetic, a: number, b: number, meter: Meter): Float {
  meter.allocate(COST.float);
  switch (operator) {
    case '+':
      return new Float(a + b);
    case '-':
      return new Float(a - b);
    case '*':
      return new Float(a * b);
    case '/':
      if (b === 0) meter.fail('floating-point division by zero');
      return new Float(a / b);
    case '//':
      if (b === 0) meter.fail('floored division by zero');
      return new Float(Math.floor(a / b));
    case '%': {
      if (b === 0) meter.fail('floating-point modulo by zero');
      const rest = a % b;
      return new Float(rest !== 0 && a < 0 !== b < 0 ? rest + b : rest);
    }
  }
}

function extensionResult(operator: Operator, a: Value, b: Value, meter: Meter): Value | undefined {
  const [left, right] = [extensionOf(a), extensionOf(b)];
  if (left === undefined && right === undefined) return undefined;
  switch (operator) {
    case '+':
      return joinedPair(a, b, meter) ?? asked(operator, a, b, meter);
    case 'not in': {
      const found = extensionResult('in', a, b, meter);
      return found === undefined ? undefined : !found;
    }
    case 'in': {
      const found = asked(operator, a, b, meter);
      if (found === undefined || typeof found === 'boolean') return found;
      return meter.fail(`'in' of ${typeName(b)} gave ${typeName(found)}, want bool`);
    }
    default:
      return asked(operator, a, b, meter);
  }
}

/** What the types of the operands say: the left one's first. */
function asked(operator: Operator, a: Value, b: Value, meter: Meter): Value | undefined {
  const [left, right] = [extensionOf(a), extensionOf(b)];
  const result = left?.extension.binary?.(operator, left, b, false, meter);
  const answer = result === undefined ? right?.extension.binary?.(operator, right, a, true, meter) : result;
  return fromHostOrNone(answer, operator, meter);
}

/** @throws Fault when the operator is not for this operand */
export function unary(operator: '+' | '-' | '~' | 'not', a: Value, meter: Meter): Value {
  if (operator === 'not') return !truth(a);
  if (isInt(a)) return operator === '-' ? negate(a, meter) : operator === '~' ? complement(a, meter) : a;
  if (a instanceof Float && operator !== '~') {
    meter.allocate(COST.float);
    return operator === '-' ? new Float(-a.value) : a;
  }
  return meter.fail(`unknown unary op: ${operator} ${typeName(a)}`);
}
