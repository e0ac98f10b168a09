// How often a code may be guessed: five wrong ones, then a minute of nothing, and twice as long after each five more. INVARIANT:
// an attempt counts before it is looked at, so that a thousand at once are five; slow guessing counts as quick guessing does;
// and what is held off stays so over a restart, or whoever may stop the daemon could begin anew.
import type { UserId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';

const IN_A_ROW = 5;
const FIRST_HOLD_MS = 60_000;
const LONGEST_HOLD_MS = 60 * FIRST_HOLD_MS;
const FORGOTTEN_MS = 24 * LONGEST_HOLD_MS;

/** Of one person. */
export interface Tries {
  /** Since the last right one. */
  readonly wrong: number;
  readonly lastAt: number;
  readonly heldUntil: number;
}

export type Leave = { readonly kind: 'go' } | { readonly kind: 'held-off'; readonly seconds: number };

export interface Attempts {
  /** Whether one more may be tried; it counts as wrong until `right` says otherwise. */
  take(user: UserId): Leave;
  /** They are who they are: everything is forgotten. */
  right(user: UserId): void;
  /** What is to be kept of a person; null: nothing. */
  of(user: UserId): Tries | null;
}

export function createAttempts({ now }: Pick<Clock, 'now'>, kept: Iterable<readonly [UserId, Tries]>): Attempts {
  const tries = new Map<UserId, Tries>(kept);
  return {
    take(user) {
      const at = now();
      const had = tries.get(user) ?? { wrong: 0, lastAt: at, heldUntil: 0 };
      if (at < had.heldUntil) return { kind: 'held-off', seconds: Math.ceil((had.heldUntil - at) / 1000) };
      const wrong = (at - had.lastAt > FORGOTTEN_MS ? 0 : had.wrong) + 1;
      const hold = wrong % IN_A_ROW === 0 ? Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** (wrong / IN_A_ROW - 1)) : 0;
      tries.set(user, { wrong, lastAt: at, heldUntil: at + hold });
      return { kind: 'go' };
    },
    right: (user) => void tries.delete(user),
    of: (user) => tries.get(user) ?? null,
  };
}
