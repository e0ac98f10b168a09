// Ints: JavaScript's number while safe, a bigint beyond. Each function takes and gives ints in that form, and asks the budget before a
// bigint can be large.
import { bitLength } from './big.ts';
import { COST } from './cost.ts';
import { Float } from './float.ts';
import { typeName } from './inspect.ts';
import type { Int, Meter, Value } from './value.ts';

const MAX = Number.MAX_SAFE_INTEGER;
const BIG_MAX = BigInt(MAX);

/** The one form of an int. */
export function normalise(value: bigint): Int {
  return value <= BIG_MAX && value >= -BIG_MAX ? Number(value) : value;
}

export function isInt(value: Value): value is Int {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** To be said before all digits of an int are looked at. */
export function chargeInt(value: Int, meter: Meter): void {
  if (typeof value === 'bigint') charge(bitLength(value), meter);
}

function charge(bits: number, meter: Meter): void {
  meter.allocate(COST.bigint + (bits >> 3));
  if (bits > 1024) meter.step(bits >> 10);
}

export function addInts(a: Int, b: Int, meter: Meter): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= MAX && sum >= -MAX) return sum;
  }
  charge(Math.max(bitLength(a), bitLength(b)), meter);
  return normalise(BigInt(a) + BigInt(b));
}

export function subtractInts(a: Int, b: Int, meter: Meter): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (difference <= MAX && difference >= -MAX) return difference;
  }
  charge(Math.max(bitLength(a), bitLength(b)), meter);
  return normalise(BigInt(a) - BigInt(b));
}

export function multiplyInts(a: Int, b: Int, meter: Meter): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // `+ 0` because 0 × −1 is −0 to JavaScript.
    if (product <= MAX && product >= -MAX) return product + 0;
  }
  const [left, right] = [bitLength(a), bitLength(b)];
  charge(left + right, meter);
  meter.step(Math.ceil((left / 64) * (right / 64) * 0.01));
  return normalise(BigInt(a) * BigInt(b));
}

/** Rounds towards −∞. `b` is not 0. */
export function floorDivide(a: Int, b: Int, meter: Meter): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const rest = a % b;
    // Exact: the remainder is, and what it leaves is a multiple of b.
    const quotient = (a - rest) / b;
    return rest !== 0 && rest < 0 !== b < 0 ? quotient - 1 : quotient + 0;
  }
  const [left, right] = [BigInt(a), BigInt(b)];
  chargeDivision(a, b, meter);
  const quotient = left / right;
  return normalise(left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient);
}

/** The remainder of floored division: it has the sign of `b`, which is not 0. */
export function floorModulo(a: Int, b: Int, meter: Meter): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest + 0;
  }
  const [left, right] = [BigInt(a), BigInt(b)];
  chargeDivision(a, b, meter);
  const rest = left % right;
  return normalise(rest !== 0n && rest < 0n !== right < 0n ? rest + right : rest);
}

function chargeDivision(a: Int, b: Int, meter: Meter): void {
  const [left, right] = [bitLength(a), bitLength(b)];
  charge(left, meter);
  meter.step(Math.ceil((left / 64) * (right / 64) * 0.02));
}

export function bitwise(operator: '&' | '|' | '^', a: Int, b: Int, meter: Meter): Int {
  if (typeof a === 'number' && typeof b === 'number' && (a | 0) === a && (b | 0) === b) {
    return operator === '&' ? a & b : operator === '|' ? a | b : a ^ b;
  }
  charge(Math.max(bitLength(a), bitLength(b)), meter);
  const [left, right] = [BigInt(a), BigInt(b)];
  return normalise(operator === '&' ? left & right : operator === '|' ? left | right : left ^ right);
}

export function complement(a: Int, meter: Meter): Int {
  chargeInt(a, meter);
  return typeof a === 'number' ? -a - 1 : normalise(~a);
}

export function negate(a: Int, meter: Meter): Int {
  chargeInt(a, meter);
  return typeof a === 'number' ? 0 - a : normalise(-a);
}

/** `count` is within what a shift may be. */
export function shiftLeft(a: Int, count: number, meter: Meter): Int {
  if (typeof a === 'number' && count < 22 && a <= 0x7fffffff && a >= -0x7fffffff) return a * 2 ** count;
  charge(bitLength(a) + count, meter);
  return normalise(BigInt(a) << BigInt(count));
}

export function shiftRight(a: Int, count: number, meter: Meter): Int {
  if (typeof a === 'number') return Math.floor(a / 2 ** Math.min(count, 1000)) + 0;
  charge(bitLength(a), meter);
  return normalise(a >> BigInt(count));
}

/** @throws Fault when the int is beyond every float */
export function finiteNumber(a: Int, meter: Meter): number {
  const value = Number(a);
  if (!Number.isFinite(value)) meter.fail('int too large to convert to float');
  return value;
}

/** The whole part of a finite float. */
export function truncate(value: number): Int {
  const whole = Math.trunc(value) + 0;
  return Number.isSafeInteger(whole) ? whole : BigInt(whole);
}

/** Decimal text. It takes V8 more than linear time, so it counts. */
export function intText(value: Int, meter: Meter): string {
  if (typeof value === 'number') return String(value);
  const bits = bitLength(value);
  charge(bits * 5, meter);
  meter.step(Math.ceil((bits / 64) ** 2 * 0.02));
  return value.toString();
}

/** Numbers as starlark-go's `AsInt32`: what an index, a count or a width has to be. @throws Fault */
export function toInt32(value: Value, meter: Meter, prefix = ''): number {
  if (typeof value === 'number') {
    if ((value | 0) === value) return value;
    return meter.fail(`${prefix}${value} out of range`);
  }
  if (typeof value === 'bigint') return meter.fail(`${prefix}${intText(value, meter)} out of range`);
  return meter.fail(`${prefix}got ${typeName(value)}, want int`);
}

/** An int of an int or a finite float; else the reason why not. */
export function numberToInt(
  value: Value,
): { readonly ok: true; readonly value: Int } | { readonly ok: false; readonly why: string } {
  if (typeof value === 'number' || typeof value === 'bigint') return { ok: true, value };
  if (value instanceof Float) {
    if (Number.isNaN(value.value)) return { ok: false, why: 'cannot convert float NaN to integer' };
    if (!Number.isFinite(value.value)) return { ok: false, why: 'cannot convert float infinity to integer' };
    return { ok: true, value: truncate(value.value) };
  }
  return { ok: false, why: `cannot convert ${typeName(value)} to int` };
}

/** The number of an int or a float; `undefined` for others. */
export function toNumber(value: Value): number | undefined {
  if (value instanceof Float) return value.value;
  return isInt(value) ? Number(value) : undefined;
}
