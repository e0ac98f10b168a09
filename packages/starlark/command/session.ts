// One program from source to outcome, with the modules that it loads. INVARIANT: a module has what its loader has left, and what it
// uses is charged to that; so all files together take no more steps, memory, output and source than one.
import {
  type Budget,
  compile,
  type Dialect,
  type Host,
  json,
  type Loader,
  type LoadResult,
  math,
  type StarlarkError,
  struct,
  timeModule,
  type Used,
  type Value,
} from '../src/index.ts';
import { lineOf } from './error-text.ts';
import type { Limits } from './options.ts';

/** The source of a module by the name that `load` gives. */
export type FindModule = (name: string, from: string) => { readonly name: string; readonly source: string } | string;

export interface Settings {
  readonly limits: Limits;
  readonly dialect: Dialect;
  readonly print: (text: string) => void;
  readonly find: FindModule;
  readonly clock: () => number;
}

export interface Outcome {
  readonly errors: readonly StarlarkError[];
  readonly globals: ReadonlyMap<string, Value>;
  readonly used: Used;
  /** What is left for whoever looks at the globals. */
  readonly rest: Host;
}

const NOTHING: Used = { steps: 0, memoryBytes: 0, outputBytes: 0 };

/** What every program of the command has besides the language. */
export function predeclaredWith(clock: () => number): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['json', json],
    ['math', math],
    ['struct', struct],
    ['time', timeModule(() => BigInt(Math.trunc(clock())) * 1_000_000n)],
  ]);
}

export function runProgram(name: string, source: string, settings: Settings): Outcome {
  return new Session(settings).run(name, source, settings.limits);
}

class Session {
  private readonly settings: Settings;
  private readonly predeclared: ReadonlyMap<string, Value>;
  private readonly cancelled: () => string | undefined;
  private source: number;
  private readonly loaded = new Map<string, LoadResult>();
  private readonly loading = new Set<string>();

  constructor(settings: Settings) {
    this.settings = settings;
    this.predeclared = predeclaredWith(settings.clock);
    this.source = settings.limits.source;
    this.cancelled = timeout(settings.limits.timeout, settings.clock);
  }

  run(name: string, source: string, budget: Budget): Outcome {
    const { dialect, print } = this.settings;
    const { cancelled } = this;
    const predeclared = new Set(this.predeclared.keys());
    const compiled = compile(name, source, { dialect, predeclared, maxSource: this.source, cancelled });
    this.source = Math.max(0, this.source - source.length);
    if (!compiled.ok) {
      return { errors: compiled.errors, globals: new Map(), used: NOTHING, rest: { budget, cancelled } };
    }
    const result = compiled.program.run({
      predeclared: this.predeclared,
      print,
      budget,
      cancelled,
      load: (module, loader) => this.load(module, name, budget, loader),
    });
    const { globals, used } = result;
    const rest = { budget: left(budget, used), cancelled };
    return { errors: result.ok ? [] : [result.error], globals, used, rest };
  }

  private load(module: string, from: string, budget: Budget, loader: Loader): LoadResult {
    const found = this.settings.find(module, from);
    if (typeof found === 'string') return { ok: false, message: found };
    const known = this.loaded.get(found.name);
    if (known !== undefined) return known;
    if (this.loading.has(found.name)) return { ok: false, message: 'cycle in load graph' };
    // Each file that loads another is a JavaScript call within the other's.
    if (this.loading.size >= 20) return { ok: false, message: 'loads are nested too deeply' };
    this.loading.add(found.name);
    const { errors, globals, used } = this.run(found.name, found.source, left(budget, loader.used()));
    this.loading.delete(found.name);
    loader.charge(used);
    const [error] = errors;
    const result: LoadResult = error === undefined ? { ok: true, globals } : { ok: false, message: lineOf(error) };
    this.loaded.set(found.name, result);
    return result;
  }
}

/** Asked whether so many seconds have passed. */
export function timeout(seconds: number, clock: () => number): () => string | undefined {
  const deadline = clock() + seconds * 1000;
  return () => (clock() > deadline ? `longer than ${seconds} s` : undefined);
}

export function left(budget: Budget, used: Used): Budget {
  return {
    steps: Math.max(budget.steps - used.steps, 0),
    memoryBytes: Math.max(budget.memoryBytes - used.memoryBytes, 0),
    depth: budget.depth,
    outputBytes: Math.max(budget.outputBytes - used.outputBytes, 0),
  };
}
