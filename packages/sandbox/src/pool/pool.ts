// The pool of children: one is ready before it is wanted, runs one program and is killed.
import type { ScriptError, ScriptLimits } from '@castellan/contract';
import { conduct } from './conduct.ts';
import { errorOf } from './ending.ts';
import { inspectIn } from './inspect-in.ts';
import { memoryFor, Nursery, type NurseryOptions } from './nursery.ts';
import type { InspectOutcome, ScriptHost, ScriptOutcome, ScriptRunSpec, ScriptSources } from './run.ts';
import { type Bounds, type Place, type PoolUser, Turns } from './turns.ts';

export interface ScriptPoolOptions extends NurseryOptions {
  /** Programs that compute at the same time. One that waits for its host computes nothing. */
  readonly concurrency: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Room for one run, kept until it has run or is left. */
export interface ScriptPlace {
  /** Runs a program to its end, once; never rejects. Aborting kills the child. @param fresh asked right before the child is told to run: what
   * runs is what it gives. */
  run(
    spec: ScriptRunSpec,
    host: ScriptHost,
    signal: AbortSignal,
    fresh?: () => ScriptSources | ScriptError,
  ): Promise<ScriptOutcome>;
  /** Without a run. */
  leave(): void;
}

/** Disposing of it ends every child and waits until they are gone. */
export interface ScriptPool extends AsyncDisposable {
  /** What can be told of a source without running it. The source is parsed in a child. No run stands in its way. */
  inspect(source: string, signal?: AbortSignal, user?: PoolUser): Promise<InspectOutcome>;
  /** Room for a run of somebody; an error where they have as many as they may have. */
  enter(user: PoolUser, limits: Pick<ScriptLimits, 'memoryBytes'>): ScriptPlace | ScriptError;
  /** As `enter` and then `run`, for a person. */
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
const PERSON: PoolUser = { kind: 'person' };
/** They take a moment, and those in line hold nothing. */
const INSPECTIONS = { turns: 2, agent: 4, agents: 16, schedules: 1, people: 16 };

/** Children that are alive, in turn and at rest: an agent has as many as there are turns, all agents and all people twice that. */
const runsOf = (turns: number): Bounds => ({
  turns,
  agent: turns,
  agents: 2 * turns,
  schedules: 2 * turns,
  people: 2 * turns,
});

class Pool implements ScriptPool {
  private readonly now: () => number;
  private readonly runs: Turns;
  private readonly inspections = new Turns(INSPECTIONS);
  private readonly nursery: Nursery;

  constructor(options: ScriptPoolOptions) {
    this.now = options.now;
    this.runs = new Turns(runsOf(options.concurrency));
    this.nursery = new Nursery(options);
  }

  get isolation(): string {
    return this.nursery.isolation;
  }

  warmUp(): void {
    this.nursery.fill();
  }

  async inspect(source: string, signal: AbortSignal = NEVER, user: PoolUser = PERSON): Promise<InspectOutcome> {
    const place = this.inspections.enter(user);
    if ('code' in place) return { kind: 'unavailable', error: place };
    try {
      if ((await place.take(signal)) === 'cancelled') return { kind: 'unavailable', error: CANCELLED };
      const child = await this.nursery.take(memoryFor(0), signal);
      if ('code' in child) return { kind: 'unavailable', error: child };
      return await inspectIn(child, source, signal);
    } finally {
      place.leave();
    }
  }

  enter(user: PoolUser, { memoryBytes }: Pick<ScriptLimits, 'memoryBytes'>): ScriptPlace | ScriptError {
    const place = this.runs.enter(user, memoryBytes);
    if ('code' in place) return place;
    return {
      run: async (...given) => {
        try {
          return await this.runIn(place, ...given);
        } finally {
          place.leave();
        }
      },
      leave: () => place.leave(),
    };
  }

  async run(spec: ScriptRunSpec, host: ScriptHost, signal: AbortSignal): Promise<ScriptOutcome> {
    const place = this.enter(PERSON, spec.limits);
    return 'code' in place ? this.notRun(place) : place.run(spec, host, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.runs.close();
    this.inspections.close();
    await this.nursery[Symbol.asyncDispose]();
  }

  private async runIn(place: Place, ...[spec, host, signal, fresh]: Parameters<ScriptPlace['run']>) {
    if ((await place.take(signal)) === 'cancelled') return this.notRun(CANCELLED);
    const child = await this.nursery.take(memoryFor(spec.limits.memoryBytes), signal);
    if ('code' in child) return this.notRun(child);
    // INVARIANT: between this look and the word to the child nothing else happens.
    const sources = fresh?.() ?? spec;
    if ('code' in sources) {
      child.kill();
      return this.notRun(sources);
    }
    const { source, loads } = sources;
    return conduct(child, { spec: { ...spec, source, loads }, host, signal, now: this.now, place });
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

const CANCELLED = errorOf('cancelled', 'the run was cancelled');
