// The operators of arithmetic. Ints that stay safe are done here; everything else, and everything that can fail, in `values/`.
//
// Each closure exists twice: with a constant on the right, which is what most loops have, and in general.
import type { Binary } from '../syntax/ast.ts';
import { joinTwo } from '../values/concatenate.ts';
import { binary, type Operator } from '../values/operators.ts';
import type { Value } from '../values/value.ts';
import type { Evaluate } from './code.ts';
import type { Thread } from './thread.ts';

const MAX = Number.MAX_SAFE_INTEGER;

export function slow(thread: Thread, at: number, operator: Operator, a: Value, b: Value): Value {
  thread.at = at;
  return binary(operator, a, b, thread);
}

/** `a + b` of values that are at hand. */
export function add(thread: Thread, at: number, a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= MAX && sum >= -MAX) return sum;
  } else if (typeof a === 'string' && typeof b === 'string') {
    thread.at = at;
    return joinTwo(a, b, thread);
  }
  return slow(thread, at, '+', a, b);
}

/** @param right the constant on the right, if there is one */
export function arithmetic(node: Binary, left: Evaluate, right: Evaluate, small: number | undefined): Evaluate {
  const at = node.operatorAt;
  switch (node.operator) {
    case '+':
      return small === undefined ? plus(at, left, right) : plusConstant(at, left, small);
    case '-':
      return small === undefined ? minus(at, left, right) : minusConstant(at, left, small);
    case '*':
      return times(at, left, right);
    case '//':
      return small === undefined || small <= 0 ? general('//', at, left, right) : divideConstant(at, left, small);
    case '%':
      return small === undefined || small <= 0 ? modulo(at, left, right) : moduloConstant(at, left, small);
    case '/':
    case '|':
    case '&':
    case '^':
    case '<<':
    case '>>':
    case 'in':
      return general(node.operator, at, left, right);
    case 'not in':
      return general('not in', at, left, right);
    case 'and':
    case 'or':
    case '==':
    case '!=':
    case '<':
    case '>':
    case '<=':
    case '>=':
      throw new TypeError(`${node.operator} is not arithmetic`);
  }
}

function general(operator: Operator, at: number, left: Evaluate, right: Evaluate): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    const b = right(thread, frame);
    thread.at = at;
    return binary(operator, a, b, thread);
  };
}

function plus(at: number, left: Evaluate, right: Evaluate): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    const b = right(thread, frame);
    if (typeof a === 'number' && typeof b === 'number') {
      const sum = a + b;
      if (sum <= MAX && sum >= -MAX) return sum;
    }
    return add(thread, at, a, b);
  };
}

function plusConstant(at: number, left: Evaluate, b: number): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    if (typeof a === 'number') {
      const sum = a + b;
      if (sum <= MAX && sum >= -MAX) return sum;
    }
    return slow(thread, at, '+', a, b);
  };
}

function minus(at: number, left: Evaluate, right: Evaluate): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    const b = right(thread, frame);
    if (typeof a === 'number' && typeof b === 'number') {
      const difference = a - b;
      if (difference <= MAX && difference >= -MAX) return difference;
    }
    return slow(thread, at, '-', a, b);
  };
}

function minusConstant(at: number, left: Evaluate, b: number): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    if (typeof a === 'number') {
      const difference = a - b;
      if (difference <= MAX && difference >= -MAX) return difference;
    }
    return slow(thread, at, '-', a, b);
  };
}

function times(at: number, left: Evaluate, right: Evaluate): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    const b = right(thread, frame);
    if (typeof a === 'number' && typeof b === 'number') {
      const product = a * b;
      // `+ 0` because 0 × −1 is −0 to JavaScript.
      if (product <= MAX && product >= -MAX) return product + 0;
    }
    return slow(thread, at, '*', a, b);
  };
}

/** `b` is positive. */
function divideConstant(at: number, left: Evaluate, b: number): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    // Exact for what 32 bits hold; beyond, a quotient could round up to the next integer.
    if (typeof a === 'number' && (a | 0) === a) return Math.floor(a / b) + 0;
    return slow(thread, at, '//', a, b);
  };
}

function modulo(at: number, left: Evaluate, right: Evaluate): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    const b = right(thread, frame);
    if (typeof a === 'number' && typeof b === 'number' && a >= 0 && b > 0) return a % b;
    return slow(thread, at, '%', a, b);
  };
}

/** `b` is positive. */
function moduloConstant(at: number, left: Evaluate, b: number): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    if (typeof a === 'number' && a >= 0) return a % b;
    return slow(thread, at, '%', a, b);
  };
}
