// Where calls stand in the source. What is called is evaluated first, then the arguments as written, then `*args` and `**kwargs`.

import { DICT_METHODS, LIST_METHODS, STRING_METHODS } from '../library/methods.ts';
import type { Argument, Attribute, Call, Expression } from '../syntax/ast.ts';
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import { Func, type Named, NO_NAMES, type Run } from '../values/function.ts';
import { typeName } from '../values/inspect.ts';
import { iterate } from '../values/iterate.ts';
import { List } from '../values/list.ts';
import type { Value } from '../values/value.ts';
import { methodOf, requireAttribute } from './attribute.ts';
import { callValue, invoke, runBuiltin } from './call.ts';
import type { Evaluate, Frame } from './code.ts';
import { compileAll, evaluateAll } from './collections.ts';
import type { Context } from './context.ts';
import { compileExpression } from './expressions.ts';
import type { Thread } from './thread.ts';

const NO_VALUES: readonly Value[] = [];

export function compileCall(context: Context, node: Call): Evaluate {
  const callee = withoutParentheses(node.callee);
  const isPlain = node.arguments.every((argument) => argument.kind === 'positional');
  if (callee.kind === 'attribute') return methodCall(context, node, callee);
  const target = compileExpression(context, node.callee);
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

/** Arguments of every kind. */
interface Arguments {
  readonly positional: readonly Evaluate[];
  readonly named: readonly { readonly name: string; readonly value: Evaluate }[];
  readonly star: Evaluate | undefined;
  readonly doubleStar: Evaluate | undefined;
}

function compileArguments(context: Context, nodes: readonly Argument[]): Arguments {
  const compiled = nodes.map((node) => ({ node, value: compileExpression(context, node.value) }));
  const of = (kind: Argument['kind']) => compiled.filter(({ node }) => node.kind === kind);
  return {
    positional: of('positional').map(({ value }) => value),
    named: of('named').map(({ node, value }) => ({ name: node.name, value })),
    star: of('star')[0]?.value,
    doubleStar: of('double-star')[0]?.value,
  };
}

interface Given {
  readonly positional: Value[];
  readonly named: Named;
}

function evaluateArguments(thread: Thread, frame: Frame, given: Arguments, at: number): Given {
  const positional = evaluateAll(given.positional, thread, frame);
  const named: (readonly [string, Value])[] = [];
  for (const { name, value } of given.named) named.push([name, value(thread, frame)]);
  const star = given.star?.(thread, frame);
  const doubleStar = given.doubleStar?.(thread, frame);
  thread.at = at;
  if (doubleStar !== undefined) spreadNames(thread, doubleStar, named);
  if (star !== undefined) spread(thread, star, positional);
  return { positional, named };
}

function spread(thread: Thread, value: Value, into: Value[]): void {
  const cursor = iterate(value);
  if (cursor === undefined) thread.fail(`argument after * must be iterable, not ${typeName(value)}`);
  try {
    for (let item = cursor.next(); item !== undefined; item = cursor.next()) {
      thread.step(1);
      thread.allocate(COST.item);
      into.push(item);
    }
  } finally {
    cursor.done();
  }
}

function spreadNames(thread: Thread, value: Value, into: (readonly [string, Value])[]): void {
  if (!(value instanceof Dict)) thread.fail(`argument after ** must be a mapping, not ${typeName(value)}`);
  thread.step(value.size);
  thread.allocate(3 * COST.item * value.size);
  for (const [key, item] of value.entries) {
    const name = value.original(key);
    if (typeof name !== 'string') thread.fail(`keywords must be strings, not ${typeName(name)}`);
    into.push([name, item]);
  }
}

function generalCall(target: Evaluate, given: Arguments, at: number): Evaluate {
  return (thread, frame) => {
    const callee = target(thread, frame);
    const { positional, named } = evaluateArguments(thread, frame, given, at);
    return callValue(thread, callee, positional, named);
  };
}

/** `x.name(…)`: a method of a built-in type is run without being made a value first. */
function methodCall(context: Context, node: Call, callee: Attribute): Evaluate {
  const object = compileExpression(context, callee.object);
  const { name, dotAt } = callee;
  const at = node.parenAt;
  const find = methodFinder(name);
  const isPlain = node.arguments.every((argument) => argument.kind === 'positional');
  if (!isPlain) return generalMethodCall(object, name, dotAt, compileArguments(context, node.arguments), at);
  const items = compileAll(
    context,
    node.arguments.map((argument) => argument.value),
  );
  const [first] = items;
  if (name === 'append' && first !== undefined && items.length === 1) return appendCall(object, dotAt, first, at);
  return (thread, frame) => {
    const self = object(thread, frame);
    const run = find(self);
    if (run !== undefined) {
      const positional = evaluateAll(items, thread, frame);
      thread.at = at;
      return runBuiltin(thread, name, run, self, positional, NO_NAMES);
    }
    thread.at = dotAt;
    const found = requireAttribute(self, name, thread);
    const positional = evaluateAll(items, thread, frame);
    thread.at = at;
    return callValue(thread, found, positional, NO_NAMES);
  };
}

/** Looks the name up once for each of the common types. */
function methodFinder(name: string): (self: Value) => Run | undefined {
  const ofString = STRING_METHODS.get(name);
  const ofList = LIST_METHODS.get(name);
  const ofDict = DICT_METHODS.get(name);
  return (self) => {
    if (typeof self === 'string') return ofString;
    if (self instanceof List) return ofList;
    return self instanceof Dict ? ofDict : methodOf(self, name);
  };
}

function generalMethodCall(object: Evaluate, name: string, dotAt: number, given: Arguments, at: number): Evaluate {
  const find = methodFinder(name);
  return (thread, frame) => {
    const self = object(thread, frame);
    thread.at = dotAt;
    const run = find(self);
    const found = run === undefined ? requireAttribute(self, name, thread) : null;
    const { positional, named } = evaluateArguments(thread, frame, given, at);
    if (run !== undefined) return runBuiltin(thread, name, run, self, positional, named);
    return callValue(thread, found, positional, named);
  };
}

/** `list.append(x)`, which is what most loops do with a list. */
function appendCall(object: Evaluate, dotAt: number, item: Evaluate, at: number): Evaluate {
  const run = LIST_METHODS.get('append');
  return (thread, frame) => {
    const self = object(thread, frame);
    if (self instanceof List && run !== undefined) {
      const value = item(thread, frame);
      thread.at = at;
      if (self.frozen || self.iterators > 0) return runBuiltin(thread, 'append', run, self, [value], NO_NAMES);
      thread.allocate(COST.item);
      self.items.push(value);
      return null;
    }
    thread.at = dotAt;
    const found = requireAttribute(self, 'append', thread);
    const value = item(thread, frame);
    thread.at = at;
    return callValue(thread, found, [value], NO_NAMES);
  };
}
