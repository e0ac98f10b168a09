// The pool of children: one is ready before it is wanted, runs one program and is killed.
import type { ScriptError } from '@castellan/contract';
import { conduct } from './conduct.ts';
import { errorOf } from './ending.ts';
import { inspectIn } from './inspect-in.ts';
import { memoryFor, Nursery, type NurseryOptions } from './nursery.ts';
import type { InspectOutcome, ScriptHost, ScriptOutcome, ScriptRunSpec } from './run.ts';
import { Turns } from './turns.ts';

export interface ScriptPoolOptions extends NurseryOptions {
  /** Runs and inspections at the same time. As many again wait; more are told `busy`. */
  readonly concurrency: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Disposing of it ends every child and waits until they are gone. */
export interface ScriptPool extends AsyncDisposable {
  /** What can be told of a source without running it. The source is parsed in a child. */
  inspect(source: string, signal?: AbortSignal): Promise<InspectOutcome>;
  /** Runs a program to its end; never rejects. Aborting kills the child. */
  run(spec: ScriptRunSpec, host: ScriptHost, signal: AbortSignal): Promise<ScriptOutcome>;
  /** Starts the children that are to be warm. Without it, the first run does. */
  warmUp(): void;
  /** What holds the children, in words; before the first one started: that it is not known. */
  readonly isolation: string;
}

/** Makes a pool. Nothing is started yet. */
export function createScriptPool(options: ScriptPoolOptions): ScriptPool {
  return new Pool(options);
}

const NEVER = new AbortController().signal;

class Pool implements ScriptPool {
  private readonly now: () => number;
  private readonly turns: Turns;
  private readonly nursery: Nursery;

  constructor(options: ScriptPoolOptions) {
    this.now = options.now;
    this.turns = new Turns(options.concurrency);
    this.nursery = new Nursery(options);
  }

  get isolation(): string {
    return this.nursery.isolation;
  }

  warmUp(): void {
    this.nursery.fill();
  }

  async inspect(source: string, signal: AbortSignal = NEVER): Promise<InspectOutcome> {
    const turn = await this.turns.take(signal);
    if (typeof turn === 'string') return { kind: 'unavailable', error: refused(turn, this.turns.limit) };
    try {
      const child = await this.nursery.take(memoryFor(0), signal);
      if ('code' in child) return { kind: 'unavailable', error: child };
      return await inspectIn(child, source, signal);
    } finally {
      turn.end();
    }
  }

  async run(spec: ScriptRunSpec, host: ScriptHost, signal: AbortSignal): Promise<ScriptOutcome> {
    const turn = await this.turns.take(signal);
    if (typeof turn === 'string') return this.notRun(refused(turn, this.turns.limit));
    try {
      const child = await this.nursery.take(memoryFor(spec.limits.memoryBytes), signal);
      if ('code' in child) return this.notRun(child);
      return await conduct(child, { spec, host, signal, now: this.now });
    } finally {
      turn.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.turns.close();
    await this.nursery[Symbol.asyncDispose]();
  }

  private notRun(error: ScriptError): ScriptOutcome {
    return {
      result: { ok: false, error },
      output: [],
      used: { steps: 0, memoryBytes: 0, outputBytes: 0, calls: 0, wallMs: 0, waitedMs: 0, receivedBytes: 0 },
      isolation: this.isolation,
    };
  }
}

function refused(why: 'busy' | 'cancelled', limit: number): ScriptError {
  return why === 'cancelled'
    ? errorOf('cancelled', 'the run was cancelled')
    : errorOf('busy', `${limit} programs are running and as many wait`, 'try again when one has ended');
}
