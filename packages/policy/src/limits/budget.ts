// How much of a budget is used, exactly (G-S06). A state machine of values: a call, a prompt, a person's answer go in, the
// next state and what it means come out. INVARIANT: each call is counted one by one before it is decided, so however many
// arrive at once, none steps over a limit unseen.
import type { Budget, Instant, Spent } from '@castellan/contract';

export type Began = Spent['began'];

/** A stretch that begins now, with nothing used. `since` is in milliseconds since 1970. */
export const begin = (began: Began, since: Instant): Spent => ({ began, since, calls: 0, tokens: 0 });
/** The same stretch with one call more, counted before the call is decided. */
export const countCall = (spent: Spent): Spent => ({ ...spent, calls: spent.calls + 1 });
/** The same stretch with the tokens that an agent reported added to it. */
export const countTokens = (spent: Spent, tokens: number): Spent => ({ ...spent, tokens: spent.tokens + tokens });

export type Standing =
  | { readonly kind: 'within' }
  /** `warn` exactly once, with the call that reaches it. */
  | { readonly kind: 'warn' | 'pause' | 'stop'; readonly text: string };

/** What is measured: a turn, or all of a task. */
export type Stretch = 'turn' | 'task';

const SINCE: Readonly<Record<Stretch, Readonly<Record<Began, string>>>> = {
  turn: {
    session: 'since the session began',
    prompt: 'since your last prompt',
    answer: 'since you last let it go on',
  },
  task: {
    session: 'in this task',
    prompt: 'in this task',
    answer: 'in this task since you last let it go on',
  },
};

/** Where a stretch stands, the call that is being decided counted. `limit` calls pass; the next is held. */
export function standing(
  spent: Spent,
  { calls, minutes, tokens }: Budget,
  now: Instant,
  stretch: Stretch = 'turn',
): Standing {
  const elapsed = Math.floor((now - spent.since) / 60_000);
  const since = SINCE[stretch][spent.began];
  const over = (used: number, limit: number | null | undefined): boolean => typeof limit === 'number' && used > limit;
  const called = `${spent.calls} calls ${since}`;
  const passed = `${elapsed} minutes ${since}`;
  const used = `${spent.tokens} tokens ${since}`;
  if (over(spent.calls, calls.stop)) return { kind: 'stop', text: called };
  if (over(elapsed, lessOne(minutes.stop))) return { kind: 'stop', text: passed };
  if (over(spent.tokens, tokens.stop)) return { kind: 'stop', text: used };
  if (over(spent.calls, calls.pause)) return { kind: 'pause', text: called };
  if (over(elapsed, lessOne(minutes.pause))) return { kind: 'pause', text: passed };
  if (over(spent.tokens, tokens.pause)) return { kind: 'pause', text: used };
  return spent.calls === calls.warn ? { kind: 'warn', text: called } : { kind: 'within' };
}

/** A minute that is full is used: the limit holds from its end on. */
const lessOne = (limit: number | null | undefined): number | null | undefined =>
  typeof limit === 'number' ? limit - 1 : limit;
