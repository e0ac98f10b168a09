// One run of a program: what it has used, what it may use, and where it is. INVARIANT: nothing a program does takes time or memory
// without asking here first; a limit that is reached ends the program with an ordinary fault.
import type { BudgetName } from '../errors.ts';
import type { Named } from '../values/function.ts';
import { NO_NAMES } from '../values/function.ts';
import { forgetPoints } from '../values/points.ts';
import type { Value } from '../values/value.ts';
import type { CallValue, Code } from './code.ts';
import { Fault } from './fault.ts';
import { askHost, cancellation, type Host, hostFault, isAmount, type Loader, type Used } from './host.ts';

/** Steps between two questions whether the run is cancelled. */
const CHECK_EVERY = 4096;
/** Of Node's default stack of 984 KB; the rest is for the host and for built-ins. */
export const STACK_BYTES = 640 * 1024;

const BUILTIN_WEIGHT = 2200;

export class Thread implements Loader {
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
  private readonly maxSteps: number;
  private readonly maxOutput: number;
  private readonly callValue: CallValue;

  constructor(host: Host, callValue: CallValue) {
    this.callValue = callValue;
    // What `checkBudget` refuses is nothing at all here.
    const { steps, memoryBytes, depth, outputBytes } = { ...host.budget };
    this.maxSteps = isAmount(steps) ? steps : 0;
    this.maxOutput = isAmount(outputBytes) ? outputBytes : 0;
    this.steps = 0;
    this.limit = Math.min(CHECK_EVERY, this.maxSteps);
    this.memory = 0;
    this.maxMemory = isAmount(memoryBytes) ? memoryBytes : 0;
    this.depth = 0;
    this.maxDepth = isAmount(depth) ? depth : 0;
    this.stack = 0;
    this.at = 0;
    this.result = null;
    this.output = 0;
    this.host = host;
    // Nothing of one run is there for the next; and see `end`.
    forgetPoints();
  }

  step(count: number): void {
    if (!(count >= 0)) throw new Fault('host', 'steps were charged that are no amount');
    this.steps += count;
    if (this.steps > this.limit) this.checkpoint();
  }

  /** The step counter has passed `limit`. */
  checkpoint(): void {
    if (this.steps > this.maxSteps) this.exceed('steps', 'too many steps');
    const ended = cancellation(this.host.cancelled);
    if (ended !== undefined) throw ended;
    this.limit = Math.min(this.steps + CHECK_EVERY, this.maxSteps);
  }

  /** The same, at a place. */
  pause(at: number): void {
    this.at = at;
    this.checkpoint();
  }

  allocate(bytes: number): void {
    if (bytes < 0) throw new Fault('host', 'memory was charged that is no amount');
    this.memory += bytes;
    // Also when a size that overflowed made it NaN.
    if (!(this.memory <= this.maxMemory)) this.exceed('memory', 'out of memory');
  }

  charge(used: Used): void {
    this.step(used.steps);
    this.allocate(used.memoryBytes);
    this.putOut(used.outputBytes);
  }

  exceed(budget: BudgetName, what: string): never {
    throw new Fault('budget', `Starlark computation cancelled: ${what}`, budget);
  }

  print(text: string): void {
    // As many bytes as UTF-8 takes at most, and the end of the line.
    this.putOut(text.length * 3 + 1);
    const { print } = this.host;
    if (print !== undefined) askHost(() => print(text));
  }

  private putOut(bytes: number): void {
    if (!(bytes >= 0)) throw new Fault('host', 'output was charged that is no amount');
    this.output += bytes;
    if (this.output > this.maxOutput) this.exceed('output', 'too much output');
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

  /** The run is over: what was kept of its strings is not kept on. */
  end(): void {
    forgetPoints();
  }

  used(): Used {
    return { steps: this.steps, memoryBytes: this.memory, outputBytes: this.output };
  }
}

/**
 * JavaScript's own errors are limits that the accounting did not foresee; anything else is a failure of the host or of the interpreter.
 * Either way the program ends with a fault that has a position.
 */
export function foreign(thrown: unknown): Fault {
  if (!(thrown instanceof RangeError)) return hostFault(thrown);
  return /call stack/.test(thrown.message)
    ? new Fault('budget', 'Starlark computation cancelled: stack overflow', 'depth')
    : new Fault('budget', 'Starlark computation cancelled: out of memory', 'memory');
}
