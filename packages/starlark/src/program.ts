// From source to result. Whatever a program does, what comes back is a value: its globals, or an error that says where.
//
// INVARIANT: nothing of a program, however hostile, is thrown to the host.
import type { Position, StarlarkError } from './errors.ts';
import { callValue, invoke } from './eval/call.ts';
import type { Frame, Module } from './eval/code.ts';
import { type Compiled, compileFile, compileOne } from './eval/compile.ts';
import { Fault } from './eval/fault.ts';
import { type Cancelled, cancellation, checkBudget, type Host, hostFault, type Used } from './eval/host.ts';
import { errorOf } from './eval/report.ts';
import { startThread } from './eval/start.ts';
import { foreign, type Thread } from './eval/thread.ts';
import { BUILT_INS } from './library/universe.ts';
import { resolveExpression, resolveFile } from './resolve/resolve.ts';
import type { ResolveOptions } from './resolve/resolver.ts';
import { LONGEST_NAME, shortened } from './shortened.ts';
import type { FileNode } from './syntax/ast.ts';
import { type Dialect, STANDARD } from './syntax/dialect.ts';
import { parseExpression, parseFile } from './syntax/parse.ts';
import { Positions } from './syntax/positions.ts';
import { freeze } from './values/freeze.ts';
import { Cell, type Named, NO_NAMES } from './values/function.ts';
import { fromHost, fromHostOrNone } from './values/host-value.ts';
import type { Value } from './values/value.ts';

/** What a source is read with. */
export interface CompileSettings {
  /** `STANDARD` if not given. */
  readonly dialect?: Dialect;
  /** Names that the host will give when it runs; others are unknown. */
  readonly predeclared?: ReadonlySet<string>;
  /** Names that an earlier piece of the same session has bound: for a REPL. */
  readonly bound?: ReadonlySet<string>;
  /** The longest source that is read, in UTF-16 code units; 2^20 if not given. A program takes up to 150 bytes of memory for each. */
  readonly maxSource?: number;
  /** Asked now and then while the source is read. */
  readonly cancelled?: Cancelled | undefined;
}

/** What a program runs with: budgets, and what the host gives. */
export interface RunOptions extends Host {
  /** Values of the names that were told when it was compiled. They are frozen first, as they are not of this run alone. */
  readonly predeclared?: ReadonlyMap<string, Value>;
  /** Values of globals from an earlier piece of the same session. Then nothing is frozen at the end. */
  readonly session?: ReadonlyMap<string, Value>;
}

/** What a run that failed says. */
export interface Failed {
  readonly ok: false;
  readonly error: StarlarkError;
  readonly used: Used;
  /** What the host threw, where `error.kind` is `host`: not in the error, which others may see. */
  readonly thrown?: unknown;
}
/** What came of a run: the globals by name, in the order in which they were first bound, and what it has used. */
export type RunResult =
  | { readonly ok: true; readonly globals: ReadonlyMap<string, Value>; readonly used: Used }
  | (Failed & { /** What was bound before the fault. */ readonly globals: ReadonlyMap<string, Value> });
/** What came of a call. */
export type CallResult = { readonly ok: true; readonly result: Value; readonly used: Used } | Failed;

/** What is wrong with a source. */
export interface NotCompiled {
  readonly ok: false;
  /** At least one. */
  readonly errors: readonly StarlarkError[];
  /** More text may mend it: a REPL asks for another line. */
  readonly incomplete: boolean;
}
/** A program, or everything that is wrong with its source. */
export type CompileResult = { readonly ok: true; readonly program: Program } | NotCompiled;

/** One `load` statement. */
export interface Load {
  /** As it is written: what the host will be asked for. */
  readonly module: string;
  /** Where that is written. */
  readonly at: Position;
}

/** A program that is ready to run, as often as one likes. */
export class Program {
  /** Its tree, with what each name is. */
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

  /** Runs it from the beginning; the globals are frozen at the end, unless they are a session's. */
  run(options: RunOptions): RunResult {
    const globals = new Map<string, Value>();
    const done = finish(startThread(options), (thread) => {
      const module = moduleOf(this.compiled, options);
      try {
        return execute(thread, this.compiled, module);
      } finally {
        this.compiled.globals.forEach((name, slot) => {
          const value = module[slot];
          if (value !== undefined) globals.set(name, value);
        });
        if (options.session === undefined) for (const value of globals.values()) freeze(value);
      }
    });
    return done.ok ? { ok: true, globals, used: done.used } : { ...done, globals };
  }
}

function moduleOf(compiled: Compiled, options: RunOptions): Module {
  const module: Module = [];
  for (const name of compiled.globals) module.push(options.session?.get(name));
  for (const name of compiled.predeclared.keys()) {
    const given = options.predeclared?.get(name);
    // What a host gives to one program is as it was for the next.
    if (given !== undefined && options.session?.has(name) !== true) freeze(given);
    module.push(fromHostOrNone(given, name));
  }
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
    isUniversal: (name) => BUILT_INS.has(name),
    isGlobal: (name) => settings.bound?.has(name) === true,
  };
}

/** Parses, resolves and compiles a file. @param name what positions say */
export function compile(name: string, source: string, settings: CompileSettings = {}): CompileResult {
  return told(name, () => {
    const pause = pauseOf(settings.cancelled);
    const parsed = parseFile(name, source, { maxSource: settings.maxSource, pause });
    if (!parsed.ok) return parsed;
    pause();
    const options = resolveOptions(settings);
    const resolved = resolveFile(parsed.file, options);
    if (!resolved.ok) return { ...resolved, incomplete: false };
    pause();
    const compiled = compileFile(parsed.file, { dialect: options.dialect, universe: BUILT_INS });
    return { ok: true, program: new Program(parsed.file, compiled) };
  });
}

function pauseOf(cancelled: Cancelled | undefined): () => void {
  return () => {
    const ended = cancellation(cancelled);
    if (ended !== undefined) throw ended;
  };
}

/** INVARIANT: whatever a source is like, and however little stack the host has left, an error of it is a value. */
function told<T>(name: string, read: () => T | NotCompiled): T | NotCompiled {
  try {
    return read();
  } catch (thrown) {
    const fault = thrown instanceof Fault ? thrown : foreign(thrown);
    const at = { file: shortened(name, LONGEST_NAME), line: 1, column: 1 };
    return { ok: false, errors: [{ ...errorOf(fault), at }], incomplete: false };
  }
}

/** An expression that failed has `errors`, of before it ran or of the run; `error` is the first of them. */
export type EvaluateResult =
  | { readonly ok: true; readonly result: Value; readonly used: Used }
  | (Failed & NotCompiled);

/** As for a run; the expression is read with the same. */
export type EvaluateOptions = RunOptions & Pick<CompileSettings, 'dialect' | 'maxSource'>;

/** Evaluates one expression; its names are those of `predeclared` and `session`. */
export function evaluate(name: string, source: string, options: EvaluateOptions): EvaluateResult {
  const given = new Map([...(options.predeclared ?? []), ...(options.session ?? [])]);
  const settings = { ...(options.dialect && { dialect: options.dialect }), predeclared: new Set(given.keys()) };
  const ready = told(name, () => {
    const pause = pauseOf(options.cancelled);
    const parsed = parseExpression(name, source, { maxSource: options.maxSource, pause });
    if (!parsed.ok) return parsed;
    const resolving = resolveOptions(settings);
    const resolved = resolveExpression(parsed.expression, resolving);
    if (!resolved.ok) return { ...resolved, incomplete: false };
    pause();
    return { ok: true as const, compiled: compileOne(parsed.expression, [], { ...resolving, universe: BUILT_INS }) };
  });
  if (!ready.ok) {
    const error = ready.errors[0] ?? errorOf(hostFault(undefined));
    return { ...ready, error, used: NOTHING_USED };
  }
  const { compiled } = ready;
  const done = finish(startThread(options), (thread) =>
    execute(thread, compiled, moduleOf(compiled, { ...options, predeclared: given })),
  );
  return done.ok ? done : { ...done, errors: [done.error], incomplete: false };
}

const NOTHING_USED: Used = { steps: 0, memoryBytes: 0, outputBytes: 0 };

/** Calls a function that a program has defined, with a budget of its own. Within a function of the host: `thread.call`. */
export function callFunction(
  callee: Value,
  positional: readonly Value[],
  host: Host,
  named: Named = NO_NAMES,
): CallResult {
  return finish(startThread(host), (thread) => {
    const items = positional.map((value, i) => fromHost(value, `argument ${i + 1}`, thread));
    const names = named.map(([name, value]) => [name, fromHost(value, `argument ${name}`, thread)] as const);
    return callValue(thread, callee, items, names);
  });
}

/** Runs what a thread is for. Nothing is thrown. */
export function finish(thread: Thread, run: (thread: Thread) => Value): CallResult {
  try {
    checkBudget(thread.host.budget);
    return { ok: true, result: run(thread), used: thread.used() };
  } catch (caught) {
    const fault = caught instanceof Fault ? caught : foreign(caught);
    const { thrown } = fault;
    return { ok: false, error: errorOf(fault), used: thread.used(), ...(thrown !== undefined && { thrown }) };
  } finally {
    thread.end();
  }
}
