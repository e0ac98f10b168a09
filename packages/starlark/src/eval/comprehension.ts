// Comprehensions. Their names live in slots of the function they stand in, so that they need no calls; what they collect into is in a
// slot too.
import type { Clause, Comprehension } from '../syntax/ast.ts';
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import { List } from '../values/list.ts';
import { compileTarget, targetSlot } from './assignment.ts';
import type { Evaluate, Execute } from './code.ts';
import type { Context } from './context.ts';
import { type Loop, runLoop } from './loops.ts';
import { NEXT } from './signal.ts';

export function compileComprehension(context: Context, node: Comprehension): Evaluate {
  const slot = context.extraSlot();
  const [first] = node.clauses;
  if (first?.kind !== 'for') throw new TypeError('a comprehension begins with `for`');
  // The first iterable is evaluated before there is anything to collect into.
  const iterable = context.expression(first.iterable);
  const loop = compileLoop(context, node, first, 0, slot);
  const { at } = node;
  const isDict = node.key !== undefined;
  return (thread, frame) => {
    const over = iterable(thread, frame);
    thread.at = at;
    thread.allocate(isDict ? COST.dict : COST.list);
    const into = isDict ? new Dict() : new List([]);
    frame[slot] = into;
    thread.at = loop.at;
    runLoop(thread, frame, over, loop);
    return into;
  };
}

function compileClauses(context: Context, node: Comprehension, from: number, slot: number): Execute {
  const clause = node.clauses[from];
  if (clause === undefined)
    return node.key === undefined ? pushItem(context, node, slot) : setEntry(context, node, slot);
  const size = context.enter(clause.kind);
  const code =
    clause.kind === 'if' ? compileIf(context, node, clause, from, slot) : compileFor(context, node, clause, from, slot);
  context.leave(size);
  return code;
}

function pushItem(context: Context, node: Comprehension, slot: number): Execute {
  const item = context.expression(node.value);
  const { at } = node.value;
  return (thread, frame) => {
    const value = item(thread, frame);
    thread.memory += COST.item;
    if (thread.memory > thread.maxMemory) {
      thread.at = at;
      thread.allocate(0);
    }
    (frame[slot] as List).items.push(value);
    return NEXT;
  };
}

function setEntry(context: Context, node: Comprehension, slot: number): Execute {
  const key = context.expression(node.key ?? node.value);
  const item = context.expression(node.value);
  const at = node.colonAt;
  return (thread, frame) => {
    const name = key(thread, frame);
    const value = item(thread, frame);
    thread.at = at;
    (frame[slot] as Dict).set(name, value, thread);
    return NEXT;
  };
}

type If = Extract<Clause, { kind: 'if' }>;
type For = Extract<Clause, { kind: 'for' }>;

function compileIf(context: Context, node: Comprehension, clause: If, from: number, slot: number): Execute {
  const test = context.test(clause.test);
  const rest = compileClauses(context, node, from + 1, slot);
  return (thread, frame) => (test(thread, frame) ? rest(thread, frame) : NEXT);
}

function compileFor(context: Context, node: Comprehension, clause: For, from: number, slot: number): Execute {
  const iterable = context.expression(clause.iterable);
  const loop = compileLoop(context, node, clause, from, slot);
  return (thread, frame) => {
    const over = iterable(thread, frame);
    thread.at = loop.at;
    return runLoop(thread, frame, over, loop);
  };
}

function compileLoop(context: Context, node: Comprehension, clause: For, from: number, slot: number): Loop {
  const assign = compileTarget(context, clause.target, clause.at);
  const { code: body, weight } = context.weigh(() => compileClauses(context, node, from + 1, slot));
  return { slot: targetSlot(context, clause.target), assign, at: clause.at, weight, body };
}
