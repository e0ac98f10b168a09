// The module `math`. Every function takes ints and floats and gives a float, but for `ceil` and `floor`, which give ints.

import { Float } from '../values/float.ts';
import type { Run } from '../values/function.ts';
import { typeName } from '../values/inspect.ts';
import { isInt, numberToInt } from '../values/int.ts';
import type { Value } from '../values/value.ts';
import { makeFloat } from './convert.ts';
import { gamma } from './gamma.ts';
import { type Module, moduleOf } from './module.ts';
import { countArguments, unpackPositional, wantNumber } from './unpack.ts';

const ONE = [wantNumber];
const TWO = [wantNumber, wantNumber];

/** `value` is an int or a float. */
function numberOf(value: Value | undefined): number {
  if (value instanceof Float) return value.value;
  return value !== undefined && isInt(value) ? Number(value) : Number.NaN;
}

function unary(name: string, compute: (x: number) => number): readonly [string, Run] {
  return [
    name,
    (thread, _self, positional, named) => {
      unpackPositional(thread, name, positional, named, 1, ONE);
      return makeFloat(thread, compute(numberOf(positional[0])));
    },
  ];
}

function binary(name: string, compute: (x: number, y: number) => number): readonly [string, Run] {
  return [
    name,
    (thread, _self, positional, named) => {
      unpackPositional(thread, name, positional, named, 2, TWO);
      return makeFloat(thread, compute(numberOf(positional[0]), numberOf(positional[1])));
    },
  ];
}

function rounding(name: string, compute: (x: number) => number): readonly [string, Run] {
  return [
    name,
    (thread, _self, positional, named) => {
      countArguments(thread, name, positional, named, 1, 1);
      const value = positional[0] as Value;
      if (isInt(value)) return value;
      if (!(value instanceof Float)) return thread.fail(`got ${typeName(value)}, want float or int`);
      const read = numberToInt(new Float(compute(value.value)));
      return read.ok ? read.value : thread.fail(read.why);
    },
  ];
}

const log: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'log', positional, named, 1, TWO);
  const base = positional.length > 1 ? numberOf(positional[1]) : Math.E;
  if (base === 1) return thread.fail('division by zero');
  return makeFloat(thread, Math.log(numberOf(positional[0])) / Math.log(base));
};

/** To the nearest, halves away from zero. */
function round(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

function copySign(x: number, y: number): number {
  const negative = y < 0 || Object.is(y, -0);
  return negative ? -Math.abs(x) : Math.abs(x);
}

/** What is left of `x` after the multiple of `y` nearest to it is taken away; of two equally near, the even one. */
function remainder(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y) || !Number.isFinite(x) || y === 0) return Number.NaN;
  if (!Number.isFinite(y)) return x;
  const size = Math.abs(y);
  // Modulo twice the divisor tells an even multiple from an odd one; beyond half of the largest float there is no twice.
  let rest = size <= Number.MAX_VALUE / 2 ? Math.abs(x) % (2 * size) : Math.abs(x);
  if (rest > size / 2) {
    rest -= size;
    if (rest >= size / 2) rest -= size;
  }
  return x < 0 || Object.is(x, -0) ? -rest : rest;
}

/** JavaScript says NaN where Go, and IEEE 754, say 1. */
function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}

/** The module `math`, for hosts that give it to programs. */
export const math: Module = moduleOf(
  'math',
  [
    rounding('ceil', Math.ceil),
    rounding('floor', Math.floor),
    binary('copysign', copySign),
    unary('fabs', Math.abs),
    binary('mod', (x, y) => x % y),
    binary('pow', power),
    binary('remainder', remainder),
    unary('round', round),
    unary('exp', Math.exp),
    unary('sqrt', Math.sqrt),
    unary('acos', Math.acos),
    unary('asin', Math.asin),
    unary('atan', Math.atan),
    binary('atan2', Math.atan2),
    unary('cos', Math.cos),
    binary('hypot', Math.hypot),
    unary('sin', Math.sin),
    unary('tan', Math.tan),
    unary('degrees', (x) => (360 * x) / (2 * Math.PI)),
    unary('radians', (x) => (2 * Math.PI * x) / 360),
    unary('acosh', Math.acosh),
    unary('asinh', Math.asinh),
    unary('atanh', Math.atanh),
    unary('cosh', Math.cosh),
    unary('sinh', Math.sinh),
    unary('tanh', Math.tanh),
    unary('gamma', gamma),
    ['log', log],
  ],
  [
    ['e', new Float(Math.E)],
    ['pi', new Float(Math.PI)],
  ],
);
