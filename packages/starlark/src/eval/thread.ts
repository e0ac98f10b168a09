// One run of a program: what it has used, what it may use, and where it is. INVARIANT: nothing a program does takes time or memory
// without asking here first; a limit that is reached ends the program with an ordinary fault.
import type { BudgetName } from '../errors.ts';
import { COST } from '../values/cost.ts';
import type { Named } from '../values/function.ts';
import { NO_NAMES } from '../values/function.ts';
import { forgetPoints } from '../values/points.ts';
import type { Meter, Value } from '../values/value.ts';
import type { CallValue, Code } from './code.ts';
import { Fault } from './fault.ts';

/** Everything a run may use. Reaching a limit is a fault of kind `budget`. */
export interface Budget {
  readonly steps: number;
  /** Bytes taken over the whole run; what became garbage counts too, so that a run costs the same every time. */
  readonly memoryBytes: number;
  /** How many calls may be within each other. */
  readonly depth: number;
  readonly outputBytes: number;
}

export interface Used {
  readonly steps: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
}

/** The run that loads a module: what it has used already, and where the module's use can be charged. */
export interface Loader extends Meter {
  used(): Used;
}

export interface Host {
  readonly budget: Budget;
  /** Asked every few thousand steps. */
  readonly cancelled?: (() => boolean) | undefined;
  readonly print?: ((text: string) => void) | undefined;
  /** Gives the globals of a module, or says why not. What that cost can be charged to the program that loads it. */
  readonly load?: ((module: string, loader: Loader) => LoadResult) | undefined;
}

export type LoadResult =
  | { readonly ok: true; readonly globals: ReadonlyMap<string, Value> }
  | { readonly ok: false; readonly message: string };

/** Steps between two questions whether the run is cancelled. */
const CHECK_EVERY = 4096;
/** Of Node's default stack of 984 KB; the rest is for the host and for built-ins. */
export const STACK_BYTES = 640 * 1024;

const BUILTIN_WEIGHT = 2200;

export class Thread implements Meter {
  steps: number;
  /** Steps at which something has to be looked at: the budget, or a question to the host. */
  limit: number;
  memory: number;
  readonly maxMemory: number;
  depth: number;
  readonly maxDepth: number;
  /** Bytes of JavaScript's stack that the calls under way take, from above. */
  stack: number;
  /** Where the function that runs is, as an offset into its source. Set before anything that may fail. */
  at: number;
  /** Of the return statement that ran last. */
  result: Value;
  output: number;
  readonly host: Host;
  private readonly callValue: CallValue;

  constructor(host: Host, callValue: CallValue) {
    this.callValue = callValue;
    this.steps = 0;
    this.limit = Math.min(CHECK_EVERY, host.budget.steps);
    this.memory = 0;
    this.maxMemory = host.budget.memoryBytes;
    this.depth = 0;
    this.maxDepth = host.budget.depth;
    this.stack = 0;
    this.at = 0;
    this.result = null;
    this.output = 0;
    this.host = host;
    // Nothing of one program is there for the next.
    forgetPoints();
  }

  step(count: number): void {
    this.steps += count;
    if (this.steps > this.limit) this.checkpoint();
  }

  /** The step counter has passed `limit`. */
  checkpoint(): void {
    if (this.steps > this.host.budget.steps) this.exceed('steps', 'too many steps');
    if (this.host.cancelled?.() === true) throw new Fault('cancelled', 'Starlark computation cancelled');
    this.limit = Math.min(this.steps + CHECK_EVERY, this.host.budget.steps);
  }

  /** The same, at a place. */
  pause(at: number): void {
    this.at = at;
    this.checkpoint();
  }

  allocate(bytes: number): void {
    this.memory += bytes;
    // Also when a size that overflowed made it NaN.
    if (!(this.memory <= this.maxMemory)) this.exceed('memory', 'out of memory');
  }

  /** Room for a string of so many code units. */
  allocateString(length: number): void {
    this.allocate(COST.string + COST.unit * length);
  }

  exceed(budget: BudgetName, what: string): never {
    throw new Fault('budget', `Starlark computation cancelled: ${what}`, budget);
  }

  print(text: string): void {
    // As many bytes as UTF-8 takes at most, and the end of the line.
    this.output += text.length * 3 + 1;
    if (this.output > this.host.budget.outputBytes) this.exceed('output', 'too much output');
    this.host.print?.(text);
  }

  fail(message: string): never {
    throw new Fault('eval', message);
  }

  /** For built-ins: calls a function of the program. */
  call(callee: Value, positional: readonly Value[], named: Named = NO_NAMES): Value {
    const { at } = this;
    // What a built-in needs of JavaScript's stack between one function of the program and the next.
    this.stack += BUILTIN_WEIGHT;
    try {
      return this.callValue(this, callee, positional, named);
    } finally {
      this.stack -= BUILTIN_WEIGHT;
      this.at = at;
    }
  }

  /** A fault leaves a function: notes where it was, and goes on to the caller, who was at `callerAt`. */
  leave(thrown: unknown, code: Code | string, callerAt: number): Fault {
    const fault = thrown instanceof Fault ? thrown : foreign(thrown);
    fault.passed.push({ code, at: this.at });
    this.at = callerAt;
    return fault;
  }

  used(): Used {
    return { steps: this.steps, memoryBytes: this.memory, outputBytes: this.output };
  }
}

/**
 * JavaScript's own errors are limits that the accounting did not foresee, or a mistake of the interpreter; either way the program ends
 * with a fault that has a position.
 */
export function foreign(thrown: unknown): Fault {
  if (thrown instanceof RangeError) {
    return /call stack/.test(thrown.message)
      ? new Fault('budget', 'Starlark computation cancelled: stack overflow', 'depth')
      : new Fault('budget', 'Starlark computation cancelled: out of memory', 'memory');
  }
  return new Fault('eval', `internal error: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
}
