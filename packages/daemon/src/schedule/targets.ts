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

/** What stands in the way of a start, in one line, and what to do about it. */
export interface Obstacle {
  readonly why: string;
  readonly hint: string;
}

export interface Starter<T extends Target = Target> {
  /** What stands in the way now; null: nothing. */
  obstacle(target: T): Promise<Obstacle | null>;
  /** Ends when `signal` does. Expected failures are what it came to. */
  start(target: T, beginning: Beginning, signal: AbortSignal): Promise<Going>;
}

type Of<Kind extends Target['kind']> = Extract<Target, { readonly kind: Kind }>;

const PANIC: Obstacle = {
  why: 'a panic was declared: nothing is started until a person ends it',
  hint: 'walk back with `castellan recover`',
};

/** The one of the two that a target is for. @param halted whether a panic is in force. */
export const starterOf = (
  script: Starter<Of<'script'>>,
  agent: Starter<Of<'agent'>>,
  halted: () => boolean,
): Starter => ({
  async obstacle(target) {
    if (halted()) return PANIC;
    return target.kind === 'script' ? script.obstacle(target) : agent.obstacle(target);
  },
  start: (target, beginning, signal) =>
    target.kind === 'script' ? script.start(target, beginning, signal) : agent.start(target, beginning, signal),
});

export type ScriptTarget = Of<'script'>;
export type AgentTarget = Of<'agent'>;

/** Something that was over before it began. */
export const failedAtOnce = (text: string): Going => ({ ended: Promise.resolve({ outcome: 'failed', text }) });
