// Calls of methods where they stand in the source: a method of a built-in type is run without being made a value first.
import { DICT_METHODS, LIST_METHODS, STRING_METHODS } from '../library/methods.ts';
import type { Attribute, Call } from '../syntax/ast.ts';
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import { NO_NAMES, type Run } from '../values/function.ts';
import { List } from '../values/list.ts';
import { SHORT_KEY } from '../values/table.ts';
import type { Value } from '../values/value.ts';
import { type Arguments, compileArguments, evaluateArguments } from './arguments.ts';
import { methodOf, requireAttribute } from './attribute.ts';
import { callValue, runBuiltin } from './call.ts';
import type { Evaluate } from './code.ts';
import { compileAll, evaluateAll } from './collections.ts';
import type { Context } from './context.ts';

/** `x.name(…)`: a method of a built-in type is run without being made a value first. */
export function methodCall(context: Context, node: Call, callee: Attribute): Evaluate {
  const object = context.expression(callee.object);
  const { name, dotAt } = callee;
  const at = node.parenAt;
  const isPlain = node.arguments.every((argument) => argument.kind === 'positional');
  if (!isPlain) return generalMethodCall(object, name, dotAt, compileArguments(context, node.arguments), at);
  const items = compileAll(
    context,
    node.arguments.map((argument) => argument.value),
  );
  const [first, second] = items;
  if (name === 'append' && first !== undefined && items.length === 1) return appendCall(object, dotAt, first, at);
  if (name === 'get' && first !== undefined && items.length <= 2) return getCall(object, first, second, at, dotAt);
  return plainMethodCall(object, name, dotAt, items, at);
}

function plainMethodCall(
  object: Evaluate,
  name: string,
  dotAt: number,
  items: readonly Evaluate[],
  at: number,
): Evaluate {
  const find = methodFinder(name);
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

/** `dict.get(key, standard)`, with a key that is its own canonical form. */
function getCall(object: Evaluate, key: Evaluate, standard: Evaluate | undefined, at: number, dotAt: number): Evaluate {
  const run = DICT_METHODS.get('get');
  return (thread, frame) => {
    const self = object(thread, frame);
    if (self instanceof Dict && run !== undefined) {
      const name = key(thread, frame);
      const otherwise = standard === undefined ? null : standard(thread, frame);
      if (typeof name === 'number' || (typeof name === 'string' && name.length <= SHORT_KEY)) {
        const found = self.entries.get(name);
        // None that is kept is not what is missing.
        return found === undefined ? otherwise : found;
      }
      thread.at = at;
      return runBuiltin(thread, 'get', run, self, [name, otherwise], NO_NAMES);
    }
    thread.at = dotAt;
    const found = requireAttribute(self, 'get', thread);
    const positional = evaluateAll(standard === undefined ? [key] : [key, standard], thread, frame);
    thread.at = at;
    return callValue(thread, found, positional, NO_NAMES);
  };
}
