// Expressions: each kind of node to its closure.
import type { Binary, Expression, Index, Literal, Slice, Unary } from '../syntax/ast.ts';
import { Bytes } from '../values/bytes.ts';
import { Dict } from '../values/dict.ts';
import { Float } from '../values/float.ts';
import { normalise } from '../values/int.ts';
import { List } from '../values/list.ts';
import { unary } from '../values/operators.ts';
import { index, slice } from '../values/subscript.ts';
import { SHORT_KEY } from '../values/table.ts';
import type { Value } from '../values/value.ts';
import { arithmetic } from './arithmetic.ts';
import { requireAttribute } from './attribute.ts';
import { compileCall } from './call-sites.ts';
import type { Evaluate, Test } from './code.ts';
import { dictLiteral, listLiteral, tupleLiteral } from './collections.ts';
import { and, compareWith, compareWithConstant, isRelation, isTrue, or } from './comparison.ts';
import { compileComprehension } from './comprehension.ts';
import type { Context } from './context.ts';
import { compileFunction } from './functions.ts';
import { placeOfSlice } from './last-place.ts';
import { localArithmetic, localTest } from './local-operands.ts';
import { constant, readName } from './names.ts';
import { smallConstant } from './small.ts';

export function compileExpression(context: Context, node: Expression): Evaluate {
  const size = context.enter(node.kind);
  const code = expression(context, node);
  context.leave(size);
  return code;
}

function expression(context: Context, node: Expression): Evaluate {
  switch (node.kind) {
    case 'name':
      return readName(context, node);
    case 'int':
    case 'float':
    case 'string':
    case 'bytes':
      return constant(literalValue(node));
    case 'unary':
      return compileUnary(context, node);
    case 'binary':
      return compileBinary(context, node);
    case 'conditional': {
      const test = compileTest(context, node.test);
      const yes = compileExpression(context, node.yes);
      const no = compileExpression(context, node.no);
      return (thread, frame) => (test(thread, frame) ? yes(thread, frame) : no(thread, frame));
    }
    case 'attribute': {
      const object = compileExpression(context, node.object);
      const { name, dotAt } = node;
      return (thread, frame) => {
        const value = object(thread, frame);
        thread.at = dotAt;
        return requireAttribute(value, name, thread);
      };
    }
    case 'index':
      return compileIndex(context, node);
    case 'slice':
      return compileSlice(context, node);
    case 'call':
      return compileCall(context, node);
    case 'list':
      return listLiteral(context, node);
    case 'tuple':
      return tupleLiteral(context, node);
    case 'dict':
      return dictLiteral(context, node);
    case 'paren':
      return compileExpression(context, node.inner);
    case 'comprehension':
      return compileComprehension(context, node);
    case 'lambda':
      return compileFunction(context, node.function);
  }
}

/** The value of a literal. Made once: all of them are immutable. */
export function literalValue(node: Literal): Value {
  const { value } = node;
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return normalise(value);
  if (typeof value === 'number') return node.kind === 'float' ? new Float(value) : value;
  return new Bytes(value);
}

function compileUnary(context: Context, node: Unary): Evaluate {
  const { operator, at } = node;
  if (operator === 'not') {
    const test = compileTest(context, node.operand);
    return (thread, frame) => !test(thread, frame);
  }
  const operand = compileExpression(context, node.operand);
  return (thread, frame) => {
    const value = operand(thread, frame);
    if (operator === '-' && typeof value === 'number') return 0 - value;
    thread.at = at;
    return unary(operator, value, thread);
  };
}

function compileBinary(context: Context, node: Binary): Evaluate {
  const relation = relationTest(context, node);
  if (relation !== undefined) return relation;
  const left = compileExpression(context, node.left);
  const right = compileExpression(context, node.right);
  if (node.operator === 'and') return and(left, right);
  if (node.operator === 'or') return or(left, right);
  const general = arithmetic(node, left, right, smallConstant(node.right));
  return localArithmetic(context, node, general) ?? general;
}

function relationTest(context: Context, node: Expression): Test | undefined {
  if (node.kind !== 'binary' || !isRelation(node.operator)) return undefined;
  const left = compileExpression(context, node.left);
  const small = smallConstant(node.right);
  const general =
    small === undefined
      ? compareWith(node.operator, node.operatorAt, left, compileExpression(context, node.right))
      : compareWithConstant(node.operator, node.operatorAt, left, small);
  return localTest(context, node, general);
}

/** What stands where only its truth matters. */
export function compileTest(context: Context, node: Expression): Test {
  const relation = relationTest(context, node);
  if (relation !== undefined) return relation;
  if (node.kind === 'paren') return compileTest(context, node.inner);
  const value = compileExpression(context, node);
  return (thread, frame) => isTrue(value(thread, frame));
}

function compileIndex(context: Context, node: Index): Evaluate {
  const object = compileExpression(context, node.object);
  const key = compileExpression(context, node.index);
  const at = node.bracketAt;
  return (thread, frame) => {
    const value = object(thread, frame);
    const position = key(thread, frame);
    if (value instanceof List) {
      if (typeof position === 'number' && position >= 0 && position < value.items.length) {
        return value.items[position] as Value;
      }
    } else if (value instanceof Dict && typeof position === 'string' && position.length <= SHORT_KEY) {
      const found = value.entries.get(position);
      if (found !== undefined) return found;
    }
    thread.at = at;
    return index(value, position, thread);
  };
}

function compileSlice(context: Context, node: Slice): Evaluate {
  const object = compileExpression(context, node.object);
  const bound = (part: Expression | undefined): Evaluate =>
    part === undefined ? constant(null) : compileExpression(context, part);
  const [low, high, step] = [bound(node.low), bound(node.high), bound(node.step)];
  const at = placeOfSlice(node);
  return (thread, frame) => {
    const value = object(thread, frame);
    const from = low(thread, frame);
    const to = high(thread, frame);
    const by = step(thread, frame);
    thread.at = at;
    return slice(value, from, to, by, thread);
  };
}
