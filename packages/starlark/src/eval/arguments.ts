// Arguments of a call, of every kind: by position, by name, and from a sequence or a dict.
import type { Argument } from '../syntax/ast.ts';
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import type { Named } from '../values/function.ts';
import { typeName } from '../values/inspect.ts';
import { iterate } from '../values/iterate.ts';
import type { Value } from '../values/value.ts';
import type { Evaluate, Frame } from './code.ts';
import { evaluateAll } from './collections.ts';
import type { Context } from './context.ts';
import type { Thread } from './thread.ts';

/** Arguments of every kind. */
export interface Arguments {
  readonly positional: readonly Evaluate[];
  readonly named: readonly { readonly name: string; readonly value: Evaluate }[];
  readonly star: Evaluate | undefined;
  readonly doubleStar: Evaluate | undefined;
}

export function compileArguments(context: Context, nodes: readonly Argument[]): Arguments {
  const compiled = nodes.map((node) => ({ node, value: context.expression(node.value) }));
  const of = (kind: Argument['kind']) => compiled.filter(({ node }) => node.kind === kind);
  return {
    positional: of('positional').map(({ value }) => value),
    named: of('named').map(({ node, value }) => ({ name: node.name, value })),
    star: of('star')[0]?.value,
    doubleStar: of('double-star')[0]?.value,
  };
}

export interface Given {
  readonly positional: Value[];
  readonly named: Named;
}

export function evaluateArguments(thread: Thread, frame: Frame, given: Arguments, at: number): Given {
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
