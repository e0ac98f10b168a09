// Where calls stand in the source. What is called is evaluated first, then the arguments as written, then `*args` and `**kwargs`.

import type { Call, Expression } from '../syntax/ast.ts';
import { Func, NO_NAMES } from '../values/function.ts';
import type { Value } from '../values/value.ts';
import { type Arguments, compileArguments, evaluateArguments } from './arguments.ts';
import { callValue, invoke } from './call.ts';
import type { Evaluate, Frame } from './code.ts';
import { compileAll, evaluateAll } from './collections.ts';
import type { Context } from './context.ts';
import { methodCall } from './method-sites.ts';

const NO_VALUES: readonly Value[] = [];

export function compileCall(context: Context, node: Call): Evaluate {
  const callee = withoutParentheses(node.callee);
  const isPlain = node.arguments.every((argument) => argument.kind === 'positional');
  if (callee.kind === 'attribute') return methodCall(context, node, callee);
  const target = context.expression(node.callee);
  if (!isPlain) return generalCall(target, compileArguments(context, node.arguments), node.parenAt);
  const items = compileAll(
    context,
    node.arguments.map((argument) => argument.value),
  );
  return plainCall(target, items, node.parenAt);
}

function withoutParentheses(node: Expression): Expression {
  return node.kind === 'paren' ? withoutParentheses(node.inner) : node;
}

function plainCall(target: Evaluate, items: readonly Evaluate[], at: number): Evaluate {
  const [first, second] = items;
  if (first === undefined) return callNone(target, at);
  if (second === undefined) return callOne(target, first, at);
  return items.length === 2 ? callTwo(target, first, second, at) : callMany(target, items, at);
}

function callNone(target: Evaluate, at: number): Evaluate {
  return (thread, frame) => {
    const callee = target(thread, frame);
    thread.at = at;
    if (callee instanceof Func && callee.code.simple && callee.code.positional === 0) {
      const inner: Frame = new Array(callee.code.slots);
      inner[0] = callee.module as Frame[0];
      return invoke(thread, callee.code, inner);
    }
    return callValue(thread, callee, NO_VALUES, NO_NAMES);
  };
}

function callOne(target: Evaluate, first: Evaluate, at: number): Evaluate {
  return (thread, frame) => {
    const callee = target(thread, frame);
    const a = first(thread, frame);
    thread.at = at;
    if (callee instanceof Func && callee.code.simple && callee.code.positional === 1) {
      const inner: Frame = new Array(callee.code.slots);
      inner[0] = callee.module as Frame[0];
      inner[1] = a;
      return invoke(thread, callee.code, inner);
    }
    return callValue(thread, callee, [a], NO_NAMES);
  };
}

function callTwo(target: Evaluate, first: Evaluate, second: Evaluate, at: number): Evaluate {
  return (thread, frame) => {
    const callee = target(thread, frame);
    const a = first(thread, frame);
    const b = second(thread, frame);
    thread.at = at;
    if (callee instanceof Func && callee.code.simple && callee.code.positional === 2) {
      const inner: Frame = new Array(callee.code.slots);
      inner[0] = callee.module as Frame[0];
      inner[1] = a;
      inner[2] = b;
      return invoke(thread, callee.code, inner);
    }
    return callValue(thread, callee, [a, b], NO_NAMES);
  };
}

function callMany(target: Evaluate, items: readonly Evaluate[], at: number): Evaluate {
  return (thread, frame) => {
    const callee = target(thread, frame);
    const positional = evaluateAll(items, thread, frame);
    thread.at = at;
    return callValue(thread, callee, positional, NO_NAMES);
  };
}

function generalCall(target: Evaluate, given: Arguments, at: number): Evaluate {
  return (thread, frame) => {
    const callee = target(thread, frame);
    const { positional, named } = evaluateArguments(thread, frame, given, at);
    return callValue(thread, callee, positional, named);
  };
}
