// A resolved file, or a single expression, to code that a thread can run.
import type { ExpressionNode, FileNode, FunctionScope } from '../syntax/ast.ts';
import type { Dialect } from '../syntax/dialect.ts';
import type { Value } from '../values/value.ts';
import type { Code, Evaluate } from './code.ts';
import { Context, type FileContext } from './context.ts';
import { compileExpression, compileTest } from './expressions.ts';
import { compileBlock } from './statements.ts';

export interface Compiled {
  readonly code: Code;
  readonly globals: readonly string[];
  /** The slot of the module for each predeclared name that is used. */
  readonly predeclared: ReadonlyMap<string, number>;
}

export interface CompileOptions {
  readonly dialect: Dialect;
  readonly universe: ReadonlyMap<string, Value>;
}

export function compileFile(file: FileNode, options: CompileOptions): Compiled {
  return compileTop(file, '<toplevel>', file.globals, options, (context) => {
    const { run, weight, at } = compileBlock(context, file.statements);
    return (thread, frame) => {
      thread.at = at;
      thread.step(weight);
      run(thread, frame);
      return null;
    };
  });
}

export function compileOne(node: ExpressionNode, globals: readonly string[], options: CompileOptions): Compiled {
  return compileTop(node, '<expr>', globals, options, (context) => compileExpression(context, node.value));
}

interface Top {
  readonly name: string;
  readonly source: string;
  readonly scope: FunctionScope | undefined;
}

function compileTop(
  top: Top,
  name: string,
  globals: readonly string[],
  options: CompileOptions,
  compile: (context: Context) => Evaluate,
): Compiled {
  const { scope } = top;
  if (scope === undefined) throw new TypeError(`${top.name} was not resolved`);
  const predeclared = new Map<string, number>();
  const origin = { name: top.name, source: top.source };
  const compilers = { expression: compileExpression, test: compileTest, block: compileBlock };
  const file: FileContext = { compilers, origin, globals, predeclared, ...options };
  const context = new Context(file, scope);
  const run = compile(context);
  const code: Code = {
    name,
    origin,
    at: 0,
    parameters: [],
    parameterOf: new Map(),
    positional: 0,
    hasArgs: false,
    hasKwargs: false,
    simple: false,
    slots: context.slots,
    freeSlot: context.freeSlot(0),
    cells: scope.cells.map((index) => context.localSlot(index)),
    run,
    weight: context.weight,
    peak: context.peak,
    recursive: true,
    active: undefined,
  };
  return { code, globals, predeclared };
}
