// From source to result. Whatever a program does, what comes back is a value: its globals, or an error that says where.
//
// INVARIANT: nothing of a program, however hostile, is thrown to the host.
import type { Position, StarlarkError } from './errors.ts';
import { callValue, invoke } from './eval/call.ts';
import type { Frame, Module } from './eval/code.ts';
import { type Compiled, compileFile, compileOne } from './eval/compile.ts';
import { errorOf } from './eval/report.ts';
import { startThread } from './eval/start.ts';
import type { Host, Thread, Used } from './eval/thread.ts';
import { UNIVERSE } from './library/universe.ts';
import { resolveExpression, resolveFile } from './resolve/resolve.ts';
import type { ResolveOptions } from './resolve/resolver.ts';
import type { FileNode } from './syntax/ast.ts';
import { type Dialect, STANDARD } from './syntax/dialect.ts';
import { parseExpression, parseFile } from './syntax/parse.ts';
import { Positions } from './syntax/positions.ts';
import { freeze } from './values/freeze.ts';
import { Cell, type Named, NO_NAMES } from './values/function.ts';
import type { Value } from './values/value.ts';

export interface CompileSettings {
  readonly dialect?: Dialect;
  /** Names that the host will give. */
  readonly predeclared?: ReadonlySet<string>;
  /** Names that an earlier piece of the same session has bound: for a REPL. */
  readonly bound?: ReadonlySet<string>;
}

export interface RunOptions extends Host {
  readonly predeclared?: ReadonlyMap<string, Value>;
  /** Values of globals from an earlier piece of the same session. Then nothing is frozen at the end. */
  readonly session?: ReadonlyMap<string, Value>;
}

/** What a run that failed says. */
export interface Failed {
  readonly ok: false;
  readonly error: StarlarkError;
  readonly used: Used;
}
export type RunResult =
  | { readonly ok: true; readonly globals: ReadonlyMap<string, Value>; readonly used: Used }
  | (Failed & { /** What was bound before the fault. */ readonly globals: ReadonlyMap<string, Value> });
export type CallResult = { readonly ok: true; readonly result: Value; readonly used: Used } | Failed;

export type CompileResult =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; readonly errors: readonly StarlarkError[]; readonly incomplete: boolean };

export interface Load {
  readonly module: string;
  readonly at: Position;
}

/** A program that is ready to run, as often as one likes. */
export class Program {
  readonly file: FileNode;
  private readonly compiled: Compiled;

  /** @internal `compile` makes them. */
  constructor(file: FileNode, compiled: Compiled) {
    this.file = file;
    this.compiled = compiled;
  }

  /** What it loads, in the order of the source. */
  get loads(): readonly Load[] {
    const positions = new Positions(this.file.name, this.file.source);
    return this.file.statements.flatMap((node) =>
      node.kind === 'load' ? [{ module: String(node.module.value), at: positions.at(node.module.at) }] : [],
    );
  }

  /** Runs it from the beginning; the globals are frozen at the end. */
  run(options: RunOptions): RunResult {
    const thread = startThread(options);
    const { globals: names } = this.compiled;
    const module = moduleOf(this.compiled, options);
    let error: StarlarkError | undefined;
    try {
      execute(thread, this.compiled, module);
    } catch (thrown) {
      error = errorOf(thrown);
    }
    const globals = new Map<string, Value>();
    names.forEach((name, slot) => {
      const value = module[slot];
      if (value !== undefined) globals.set(name, value);
    });
    if (options.session === undefined) for (const value of globals.values()) freeze(value);
    const used = thread.used();
    return error === undefined ? { ok: true, globals, used } : { ok: false, error, globals, used };
  }
}

function moduleOf(compiled: Compiled, options: RunOptions): Module {
  const module: Module = [];
  for (const name of compiled.globals) module.push(options.session?.get(name));
  for (const name of compiled.predeclared.keys()) module.push(options.predeclared?.get(name));
  return module;
}

function execute(thread: Thread, { code }: Compiled, module: Module): Value {
  const frame: Frame = new Array(code.slots);
  frame[0] = module;
  for (const slot of code.cells) frame[slot] = new Cell(undefined);
  return invoke(thread, code, frame);
}

function resolveOptions(settings: CompileSettings): ResolveOptions {
  return {
    dialect: settings.dialect ?? STANDARD,
    isPredeclared: (name) => settings.predeclared?.has(name) === true,
    isUniversal: (name) => UNIVERSE.has(name),
    isGlobal: (name) => settings.bound?.has(name) === true,
  };
}

/** Parses, resolves and compiles a file. @param name what positions say */
export function compile(name: string, source: string, settings: CompileSettings = {}): CompileResult {
  const parsed = parseFile(name, source);
  if (!parsed.ok) return parsed;
  const options = resolveOptions(settings);
  const resolved = resolveFile(parsed.file, options);
  if (!resolved.ok) return { ...resolved, incomplete: false };
  const compiled = compileFile(parsed.file, { dialect: options.dialect, universe: UNIVERSE });
  return { ok: true, program: new Program(parsed.file, compiled) };
}

export type EvaluateResult =
  | CallResult
  | { readonly ok: false; readonly errors: readonly StarlarkError[]; readonly incomplete: boolean };

/** Evaluates one expression; its names are those of `predeclared` and `session`. */
export function evaluate(
  name: string,
  source: string,
  options: RunOptions & { readonly dialect?: Dialect },
): EvaluateResult {
  const parsed = parseExpression(name, source);
  if (!parsed.ok) return parsed;
  const given = new Map([...(options.predeclared ?? []), ...(options.session ?? [])]);
  const settings = { predeclared: new Set(given.keys()), ...(options.dialect && { dialect: options.dialect }) };
  const resolving = resolveOptions(settings);
  const resolved = resolveExpression(parsed.expression, resolving);
  if (!resolved.ok) return { ...resolved, incomplete: false };
  const compiled = compileOne(parsed.expression, [], { dialect: resolving.dialect, universe: UNIVERSE });
  const module = moduleOf(compiled, { ...options, predeclared: given });
  return finish(startThread(options), (thread) => execute(thread, compiled, module));
}

/** Calls a function that a program has defined, with a budget of its own. */
export function callFunction(
  callee: Value,
  positional: readonly Value[],
  host: Host,
  named: Named = NO_NAMES,
): CallResult {
  return finish(startThread(host), (thread) => callValue(thread, callee, positional, named));
}

export function finish(thread: Thread, run: (thread: Thread) => Value): CallResult {
  try {
    return { ok: true, result: run(thread), used: thread.used() };
  } catch (thrown) {
    return { ok: false, error: errorOf(thrown), used: thread.used() };
  }
}
