// Operators whose left operand is a local variable and whose right one is a small int, or another: what loops are made of. They spare the
// calls that would fetch the operands. Whatever is not two ints goes the general way, which also finds a variable without a value.
import type { Binary } from '../syntax/ast.ts';
import type { Evaluate, Test } from './code.ts';
import type { Context } from './context.ts';
import { plainSlot } from './names.ts';
import { smallConstant } from './small.ts';

const MAX = Number.MAX_SAFE_INTEGER;

interface Operands {
  readonly slot: number;
  /** The constant on the right, or */
  readonly small: number | undefined;
  /** the slot of the variable there. */
  readonly other: number;
}

function operandsOf(context: Context, node: Binary): Operands | undefined {
  const { left, right } = node;
  const slot = left.kind === 'name' ? plainSlot(context, left) : undefined;
  const small = smallConstant(right);
  const other = right.kind === 'name' ? plainSlot(context, right) : undefined;
  if (slot === undefined || (small === undefined && other === undefined)) return undefined;
  return { slot, small, other: other ?? 0 };
}

/** The operator on locals; `undefined` where it is not that. @param general what to do with other values */
export function localArithmetic(context: Context, node: Binary, general: Evaluate): Evaluate | undefined {
  const operands = operandsOf(context, node);
  if (operands === undefined) return undefined;
  const { slot, small, other } = operands;
  if (small === undefined) return ofTwo(node.operator, slot, other, general);
  switch (node.operator) {
    case '+':
      return (thread, frame) => {
        const a = frame[slot];
        if (typeof a === 'number') {
          const sum = a + small;
          if (sum <= MAX && sum >= -MAX) return sum;
        }
        return general(thread, frame);
      };
    case '-':
      return (thread, frame) => {
        const a = frame[slot];
        if (typeof a === 'number') {
          const difference = a - small;
          if (difference <= MAX && difference >= -MAX) return difference;
        }
        return general(thread, frame);
      };
    case '%':
      if (small <= 0) return undefined;
      return (thread, frame) => {
        const a = frame[slot];
        return typeof a === 'number' && a >= 0 ? a % small : general(thread, frame);
      };
    default:
      return undefined;
  }
}

function ofTwo(operator: Binary['operator'], slot: number, other: number, general: Evaluate): Evaluate | undefined {
  switch (operator) {
    case '+':
      return (thread, frame) => {
        const a = frame[slot];
        const b = frame[other];
        if (typeof a === 'number' && typeof b === 'number') {
          const sum = a + b;
          if (sum <= MAX && sum >= -MAX) return sum;
        }
        return general(thread, frame);
      };
    case '*':
      return (thread, frame) => {
        const a = frame[slot];
        const b = frame[other];
        if (typeof a === 'number' && typeof b === 'number') {
          const product = a * b;
          if (product <= MAX && product >= -MAX) return product + 0;
        }
        return general(thread, frame);
      };
    default:
      return undefined;
  }
}

/** The same for comparisons. */
export function localTest(context: Context, node: Binary, general: Test): Test {
  const operands = operandsOf(context, node);
  if (operands === undefined) return general;
  const { slot, small, other } = operands;
  if (small === undefined) return testOfTwo(node.operator, slot, other, general);
  switch (node.operator) {
    case '==':
      return (thread, frame) => {
        const a = frame[slot];
        return typeof a === 'number' ? a === small : general(thread, frame);
      };
    case '<':
      return (thread, frame) => {
        const a = frame[slot];
        return typeof a === 'number' ? a < small : general(thread, frame);
      };
    case '>':
      return (thread, frame) => {
        const a = frame[slot];
        return typeof a === 'number' ? a > small : general(thread, frame);
      };
    default:
      return general;
  }
}

function testOfTwo(operator: Binary['operator'], slot: number, other: number, general: Test): Test {
  switch (operator) {
    case '<':
      return (thread, frame) => {
        const a = frame[slot];
        const b = frame[other];
        return typeof a === 'number' && typeof b === 'number' ? a < b : general(thread, frame);
      };
    case '>':
      return (thread, frame) => {
        const a = frame[slot];
        const b = frame[other];
        return typeof a === 'number' && typeof b === 'number' ? a > b : general(thread, frame);
      };
    default:
      return general;
  }
}
