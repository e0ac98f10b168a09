// `load`: gives the globals of programs that were sent along, and of no others. Each runs once, on the budget of the one that loads it first.
import {
  type Budget,
  compile,
  type Host,
  type Loader,
  type LoadResult,
  type Used,
  type Value,
} from '@castellan/starlark';
import { MAX_SOURCE } from './predeclared.ts';

export interface LoaderSettings {
  readonly sources: ReadonlyMap<string, string>;
  readonly predeclared: ReadonlyMap<string, Value>;
  readonly print: (text: string) => void;
}

/** Programs that load programs that load programs: each is a call within a call. */
const MAX_NESTING = 16;
/** Code units of all that is loaded, together: what a tree takes is no part of the program's own memory. */
const MAX_LOADED = 524_288;

export class Loading {
  private readonly settings: LoaderSettings;
  private readonly loaded = new Map<string, LoadResult>();
  private readonly loading = new Set<string>();
  private sourceLeft = MAX_LOADED;

  constructor(settings: LoaderSettings) {
    this.settings = settings;
  }

  /** What a run of a program needs of its host. */
  host(budget: Budget): Host {
    return { budget, print: this.settings.print, load: (module, loader) => this.load(module, budget, loader) };
  }

  private load(name: string, budget: Budget, loader: Loader): LoadResult {
    const known = this.loaded.get(name);
    if (known !== undefined) return known;
    const source = this.settings.sources.get(name);
    if (source === undefined) return { ok: false, message: 'it is no script that this one declares' };
    if (this.loading.has(name)) return { ok: false, message: 'cycle in load graph' };
    if (this.loading.size >= MAX_NESTING) return { ok: false, message: 'loads are nested too deeply' };
    this.loading.add(name);
    const result = this.run(name, source, left(budget, loader.used()), loader);
    this.loading.delete(name);
    this.loaded.set(name, result);
    return result;
  }

  private run(name: string, source: string, budget: Budget, loader: Loader): LoadResult {
    const { predeclared } = this.settings;
    const compiled = compile(name, source, {
      predeclared: new Set(predeclared.keys()),
      maxSource: Math.min(MAX_SOURCE, this.sourceLeft),
    });
    this.sourceLeft = Math.max(0, this.sourceLeft - source.length);
    if (!compiled.ok) return { ok: false, message: compiled.errors[0]?.message ?? 'it cannot be read' };
    const ran = compiled.program.run({ ...this.host(budget), predeclared });
    // A limit that was reached is reached for the one that loads, too: it ends there as what it is.
    loader.charge(ran.used);
    return ran.ok ? { ok: true, globals: ran.globals } : { ok: false, message: ran.error.message };
  }
}

/** What is left of a budget. */
export function left(budget: Budget, used: Used): Budget {
  return {
    ...budget,
    steps: Math.max(0, budget.steps - used.steps),
    memoryBytes: Math.max(0, budget.memoryBytes - used.memoryBytes),
    outputBytes: Math.max(0, budget.outputBytes - used.outputBytes),
  };
}
