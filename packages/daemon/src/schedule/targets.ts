// What a schedule starts, seen from the schedule: something that may stand in the way, begins, and ends.
import type { Instant, Occasion, Schedule, ScheduleId } from '@castellan/contract';

export type Target = Schedule['target'];

export interface Beginning {
  readonly schedule: ScheduleId;
  /** The schedule's name: what the work is called. */
  readonly name: string;
  /** As records name whoever began it. */
  readonly by: string;
  readonly dueAt: Instant;
}
/** What came of it: the outcome, one line, and what it can be found by. */
export type Came = Pick<Occasion, 'text' | 'run' | 'session'> & { readonly outcome: 'succeeded' | 'failed' };
export interface Going {
  readonly run?: Occasion['run'];
  /** Never rejects. */
  readonly ended: Promise<Came>;
}

export interface Starter<T extends Target = Target> {
  /** What stands in the way now, in one line; null: nothing. */
  why(target: T): Promise<string | null>;
  /** Ends when `signal` does. Expected failures are what it came to. */
  start(target: T, beginning: Beginning, signal: AbortSignal): Promise<Going>;
}

type Of<Kind extends Target['kind']> = Extract<Target, { readonly kind: Kind }>;

/** The one of the two that a target is for. */
export const starterOf = (script: Starter<Of<'script'>>, agent: Starter<Of<'agent'>>): Starter => ({
  why: (target) => (target.kind === 'script' ? script.why(target) : agent.why(target)),
  start: (target, beginning, signal) =>
    target.kind === 'script' ? script.start(target, beginning, signal) : agent.start(target, beginning, signal),
});

export type ScriptTarget = Of<'script'>;
export type AgentTarget = Of<'agent'>;

/** Something that was over before it began. */
export const failedAtOnce = (text: string): Going => ({ ended: Promise.resolve({ outcome: 'failed', text }) });
