// Who may approve a call that a Critical rule asked about (A11). RULE: a link and an API token never: neither is a person who
// looks. As soon as anybody here has a second factor a person shows theirs; whoever has none gets themselves one first, or the
// weakest account would be the way around the strongest.
import type { Actor, Factor, UserId } from '@castellan/contract';

export type CriticalRefusal =
  | 'not-a-person'
  /** They have one and did not show it. */
  | 'factor-required'
  /** Somebody here has one; they do not. */
  | 'factor-missing';

export interface FactorHolders {
  has(user: UserId): boolean;
  users(): ReadonlySet<UserId>;
}

/**
 * Whether anybody has a second factor, kept out or not: keeping somebody out takes no factor away, or it would be the way to do
 * without one.
 */
export const factorsInUse = (holders: Pick<FactorHolders, 'users'>): boolean => holders.users().size > 0;

/** Null: they may. @param shown the factor they have just proved over this very approval. */
export function criticalRefusal(
  actor: Actor,
  shown: Exclude<Factor, 'none'> | null,
  holders: FactorHolders,
  inUse: boolean,
): CriticalRefusal | null {
  if (actor.kind !== 'person') return 'not-a-person';
  if (shown !== null) return null;
  if (holders.has(actor.user)) return 'factor-required';
  return inUse ? 'factor-missing' : null;
}
