// `def` and `lambda`: the code is compiled once, with the file; a function value is made each time the statement runs.
import type { FunctionNode, Parameter } from '../syntax/ast.ts';
import { COST } from '../values/cost.ts';
import { type Cell, Func } from '../values/function.ts';
import type { Code, Evaluate, Module } from './code.ts';
import { Context } from './context.ts';
import { RETURN } from './signal.ts';

const NONE: readonly never[] = [];

export function compileFunction(context: Context, node: FunctionNode): Evaluate {
  const { scope } = node;
  if (scope === undefined) throw new TypeError(`the function ${node.name} was not resolved`);
  const parameters = node.parameters.filter((parameter) => parameter.kind === 'plain');
  const standards = defaultsOf(parameters, scope.keywordOnly).map((parameter) =>
    parameter.standard === undefined ? undefined : context.expression(parameter.standard),
  );
  const slots = scope.free.map(({ from }) =>
    from.kind === 'cell' ? context.localSlot(from.index) : context.freeSlot(from.index),
  );
  const code = compileCode(new Context(context.file, scope), node, parameters);
  const cost = COST.func + COST.item * (standards.length + slots.length);
  const { at } = node;
  return (thread, frame) => {
    // Arrays that are exactly as long, of which the empty ones are one.
    const defaults = standards.length === 0 ? NONE : standards.map((standard) => standard?.(thread, frame));
    thread.at = at;
    thread.allocate(cost);
    return new Func(
      code,
      frame[0] as Module,
      defaults,
      slots.length === 0 ? NONE : slots.map((slot) => frame[slot] as Cell),
    );
  };
}

/** From the first that has a default, or the first keyword-only one, to the last: as starlark-go keeps them. */
function defaultsOf(parameters: readonly Parameter[], keywordOnly: number): readonly Parameter[] {
  const withDefault = parameters.findIndex((parameter) => parameter.standard !== undefined);
  const firstOnly = parameters.length - keywordOnly;
  return parameters.slice(withDefault < 0 ? firstOnly : Math.min(withDefault, firstOnly));
}

function compileCode(context: Context, node: FunctionNode, parameters: readonly Parameter[]): Code {
  const { scope, file } = context;
  const run = compileBody(context, node);
  const names = parameters.map((parameter) => parameter.name?.name ?? '');
  return {
    name: node.name,
    origin: file.origin,
    at: node.at,
    parameters: names,
    parameterOf: new Map(names.map((name, i) => [name, i])),
    positional: parameters.length - scope.keywordOnly,
    hasArgs: scope.hasArgs,
    hasKwargs: scope.hasKwargs,
    simple:
      !scope.hasArgs &&
      !scope.hasKwargs &&
      scope.keywordOnly === 0 &&
      scope.cells.length === 0 &&
      scope.free.length === 0,
    slots: context.slots,
    freeSlot: context.freeSlot(0),
    cells: scope.cells.map((index) => context.localSlot(index)),
    run,
    // The frames of deep calls are memory too: they count as the stack does.
    weight: context.weight + context.slots,
    peak: context.peak + context.slots,
    recursive: file.dialect.recursion,
    active: undefined,
  };
}

/** Steps that a call costs for its frame, which is made anew, and for the parameters in it. */
function frameWeight(context: Context): number {
  return context.slots >> 3;
}

function compileBody(context: Context, node: FunctionNode): Evaluate {
  const [only] = node.body;
  if (only?.kind === 'return' && only.value !== undefined && node.body.length === 1) {
    const { value, at } = only;
    const { code, weight } = context.weigh(() => context.expression(value));
    const steps = weight + frameWeight(context);
    return (thread, frame) => {
      thread.steps += steps;
      if (thread.steps > thread.limit) thread.pause(at);
      return code(thread, frame);
    };
  }
  const { run, weight, at } = context.block(node.body);
  const steps = weight + frameWeight(context);
  return (thread, frame) => {
    thread.steps += steps;
    if (thread.steps > thread.limit) thread.pause(at);
    return run(thread, frame) === RETURN ? thread.result : null;
  };
}
