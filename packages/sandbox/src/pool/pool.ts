// The pool of children: one is ready before it is wanted, runs one program and is killed.
import type { InspectOutcome, ScriptHost, ScriptOutcome, ScriptRunSpec } from './run.ts';

export interface ScriptPoolOptions {
  /** Runs at the same time. As many again wait; more are told `busy`. */
  readonly concurrency: number;
  /** Children that wait for a run, once there was a first one. */
  readonly warm: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

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
