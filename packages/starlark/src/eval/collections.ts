// List, tuple and dict as they are written down.
import type { DictLiteral, Expression, ListLiteral, TupleLiteral } from '../syntax/ast.ts';
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import { EMPTY_TUPLE, List, Tuple } from '../values/list.ts';
import { repr } from '../values/text.ts';
import type { Value } from '../values/value.ts';
import type { Evaluate, Frame } from './code.ts';
import type { Context } from './context.ts';
import { constant } from './names.ts';
import type { Thread } from './thread.ts';

/** As many as `evaluateAll` puts into an array that is exactly as long. */
const FEW = 3;

/** Evaluates all, in order, into a new array. */
export function evaluateAll(items: readonly Evaluate[], thread: Thread, frame: Frame): Value[] {
  const first = items[0];
  if (first === undefined) return [];
  // An array that is pushed to has room for 17 at once.
  const second = items[1];
  if (second === undefined) return [first(thread, frame)];
  const third = items[2];
  if (third === undefined) return [first(thread, frame), second(thread, frame)];
  if (items.length === FEW) return [first(thread, frame), second(thread, frame), third(thread, frame)];
  const values: Value[] = [];
  for (let i = 0; i < items.length; i += 1) values.push((items[i] as Evaluate)(thread, frame));
  return values;
}

export function compileAll(context: Context, nodes: readonly Expression[]): Evaluate[] {
  return nodes.map((node) => context.expression(node));
}

export function listLiteral(context: Context, node: ListLiteral): Evaluate {
  const items = compileAll(context, node.items);
  const cost = COST.list + COST.item * items.length;
  const { at } = node;
  return (thread, frame) => {
    thread.at = at;
    thread.allocate(cost);
    return new List(evaluateAll(items, thread, frame));
  };
}

export function tupleLiteral(context: Context, node: TupleLiteral): Evaluate {
  const items = compileAll(context, node.items);
  const cost = (items.length <= FEW ? COST.tuple : COST.list) + COST.item * items.length;
  const { at } = node;
  const [first, second] = items;
  if (first === undefined) return constant(EMPTY_TUPLE);
  if (second !== undefined && items.length === 2) {
    return (thread, frame) => {
      thread.at = at;
      thread.allocate(cost);
      const a = first(thread, frame);
      return new Tuple([a, second(thread, frame)]);
    };
  }
  return (thread, frame) => {
    thread.at = at;
    thread.allocate(cost);
    return new Tuple(evaluateAll(items, thread, frame));
  };
}

export function dictLiteral(context: Context, node: DictLiteral): Evaluate {
  const entries = node.entries.map((entry) => ({
    key: context.expression(entry.key),
    value: context.expression(entry.value),
    at: entry.colonAt,
  }));
  const { at } = node;
  return (thread, frame) => {
    thread.at = at;
    thread.allocate(COST.dict);
    const dict = new Dict();
    for (const entry of entries) {
      const key = entry.key(thread, frame);
      const value = entry.value(thread, frame);
      thread.at = entry.at;
      const before = dict.size;
      dict.set(key, value, thread);
      if (dict.size === before) thread.fail(`duplicate key: ${repr(key, thread)}`);
    }
    return dict;
  };
}
