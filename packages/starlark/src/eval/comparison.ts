// Comparisons, `and`, `or` and `not`. Two ints are compared here, everything else in `values/compare.ts`.
import type { BinaryOperator } from '../syntax/ast.ts';
import { equals, type Relation, relate } from '../values/compare.ts';
import { truth } from '../values/inspect.ts';
import type { Value } from '../values/value.ts';
import type { Evaluate, Test } from './code.ts';
import type { Thread } from './thread.ts';

function slow(thread: Thread, at: number, relation: Relation, a: Value, b: Value): boolean {
  thread.at = at;
  return relate(relation, a, b, thread);
}

export function isRelation(operator: BinaryOperator): operator is Relation {
  return ['==', '!=', '<', '<=', '>', '>='].includes(operator);
}

export function compareWith(relation: Relation, at: number, left: Evaluate, right: Evaluate): Test {
  switch (relation) {
    case '==':
      return (thread, frame) => {
        const a = left(thread, frame);
        const b = right(thread, frame);
        if (typeof a === 'number' && typeof b === 'number') return a === b;
        thread.at = at;
        return equals(a, b, thread);
      };
    case '!=':
      return (thread, frame) => {
        const a = left(thread, frame);
        const b = right(thread, frame);
        if (typeof a === 'number' && typeof b === 'number') return a !== b;
        thread.at = at;
        return !equals(a, b, thread);
      };
    case '<':
      return (thread, frame) => {
        const a = left(thread, frame);
        const b = right(thread, frame);
        return typeof a === 'number' && typeof b === 'number' ? a < b : slow(thread, at, '<', a, b);
      };
    case '<=':
      return (thread, frame) => {
        const a = left(thread, frame);
        const b = right(thread, frame);
        return typeof a === 'number' && typeof b === 'number' ? a <= b : slow(thread, at, '<=', a, b);
      };
    case '>':
      return (thread, frame) => {
        const a = left(thread, frame);
        const b = right(thread, frame);
        return typeof a === 'number' && typeof b === 'number' ? a > b : slow(thread, at, '>', a, b);
      };
    case '>=':
      return (thread, frame) => {
        const a = left(thread, frame);
        const b = right(thread, frame);
        return typeof a === 'number' && typeof b === 'number' ? a >= b : slow(thread, at, '>=', a, b);
      };
  }
}

/** With a small int on the right, as in `n % 2 == 0`. */
export function compareWithConstant(relation: Relation, at: number, left: Evaluate, b: number): Test {
  switch (relation) {
    case '==':
      return (thread, frame) => {
        const a = left(thread, frame);
        return typeof a === 'number' ? a === b : slow(thread, at, '==', a, b);
      };
    case '<':
      return (thread, frame) => {
        const a = left(thread, frame);
        return typeof a === 'number' ? a < b : slow(thread, at, '<', a, b);
      };
    case '>':
      return (thread, frame) => {
        const a = left(thread, frame);
        return typeof a === 'number' ? a > b : slow(thread, at, '>', a, b);
      };
    case '!=':
    case '<=':
    case '>=':
      return compareWith(relation, at, left, () => b);
  }
}

export function and(left: Evaluate, right: Evaluate): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    return isTrue(a) ? right(thread, frame) : a;
  };
}

export function or(left: Evaluate, right: Evaluate): Evaluate {
  return (thread, frame) => {
    const a = left(thread, frame);
    return isTrue(a) ? a : right(thread, frame);
  };
}

export function isTrue(value: Value): boolean {
  return typeof value === 'boolean' ? value : truth(value);
}
