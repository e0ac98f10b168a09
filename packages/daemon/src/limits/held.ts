// One session's limits as a value, and the words for what holds it. INVARIANT: only a prompt of the user, a person's yes or
// `resume` ever frees a session; no call does.
import type { Held, Reason, Spent } from '@castellan/contract';
import type { Repeats, Repetition, Standing } from '@castellan/policy';

export interface SessionLimits {
  readonly turn: Spent;
  readonly repeats: Repeats;
  readonly held: Held;
  /** Why, for a person; empty while it is free. */
  readonly why: string;
  /** Of the API: the turn the agent last named. */
  readonly named: string | null;
}

const RANK: Readonly<Record<Held, number>> = { free: 0, paused: 1, stopped: 2 };

/** The stricter of what holds a session already and what is new. */
export const holding = (state: SessionLimits, held: Held, why: string): SessionLimits =>
  RANK[held] > RANK[state.held] ? { ...state, held, why } : state;

export function heldBy(state: SessionLimits, found: readonly Standing[], repeated: Repetition): SessionLimits {
  let next = state;
  for (const each of found) {
    if (each.kind === 'stop') next = holding(next, 'stopped', each.text);
    if (each.kind === 'pause') next = holding(next, 'paused', each.text);
  }
  if (repeated.kind === 'stop') next = holding(next, 'stopped', refusedText(repeated.times));
  if (repeated.kind === 'pause') next = holding(next, 'paused', refusedText(repeated.times));
  if (repeated.kind === 'loop' && repeated.what === 'pause') next = holding(next, 'paused', loopText(repeated.times));
  return next;
}

const refusedText = (times: number): string => `the same refused call came ${times} times`;
const loopText = (times: number): string => `the same call came ${times} times in a row`;

/** The floor that holds a call of this session; none while it is free. */
export function floorOf({ held, why }: SessionLimits): readonly Reason[] {
  switch (held) {
    case 'free':
      return [];
    case 'paused':
      return [
        {
          source: 'turn',
          part: 'floor',
          id: 'paused',
          outcome: 'confirm',
          text: `${why}: a person must say that it may go on; a yes to this call gives it the same allowance again`,
          remedy: 'approve a call, or write the next prompt',
        },
      ];
    case 'stopped':
      return [
        {
          source: 'turn',
          part: 'floor',
          id: STOPPED,
          outcome: 'deny',
          text: `${why}: this session was stopped`,
          remedy: 'stop here and tell the user; their next prompt or `castellan resume` lets it go on',
        },
      ];
  }
}

/** What the agent is told beside the outcome. */
export function adviceOf(found: readonly Standing[], repeated: Repetition): readonly Reason[] {
  const say = (id: string, text: string): Reason => ({ source: 'turn', part: 'advice', id, outcome: null, text });
  const warned = found.flatMap((each) =>
    each.kind === 'warn' ? [say('budget', `${each.text}: finish soon, or say what is left to do`)] : [],
  );
  switch (repeated.kind) {
    case 'new':
      return warned;
    case 'remind':
    case 'pause':
    case 'stop':
      return [
        ...warned,
        say(
          REPEATED,
          `this very call was refused before and comes for the ${ordinal(repeated.times)} time: ${repeated.instead}`,
        ),
      ];
    case 'loop':
      return [...warned, say('loop', `${loopText(repeated.times)}: its answer will not change, do something else`)];
  }
}

/** The id of the advice that a refusal begins with, and of the floor it ends with. */
export const REPEATED = 'repeated-call';
export const STOPPED = 'stopped';

const ordinal = (n: number): string => `${n}${n === 2 ? 'nd' : n === 3 ? 'rd' : 'th'}`;
