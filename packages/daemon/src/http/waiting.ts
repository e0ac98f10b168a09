// Whose bucket an attempt counts in: one rule for requests and for sockets (D1). INVARIANT: somebody of ours counts as
// themselves, whatever became of it; a wrong credential counts apart from none; what any page of any site can make a browser
// send counts for nobody else.
import type { Actor, ApiErrorCode } from '@castellan/contract';
import type { Rates } from './rates.ts';

export type Judged =
  | { readonly kind: 'in'; readonly actor: Actor }
  | { readonly kind: 'out'; readonly code: ApiErrorCode; readonly actor?: Actor };

/** What is asked for without a credential and has a bucket of its own. `family`: the sign-in that a refresh token is of. */
export type Opening = 'sign-in' | 'passkey' | { readonly family: string | null };

const TURNED_AWAY: ReadonlySet<ApiErrorCode> = new Set<ApiErrorCode>(['wrong_host', 'wrong_origin', 'bad_request']);
const WRONG: ReadonlySet<ApiErrorCode> = new Set<ApiErrorCode>(['not_authenticated', 'no_csrf']);

/** Null: it may go on. A number: the seconds after which it may. */
export function waitFor(
  rates: Rates,
  judged: Judged,
  address: () => string,
  opening: () => Opening | undefined = () => undefined,
): number | null {
  if (judged.kind === 'out') {
    if (judged.actor !== undefined) return rates.take(judged.actor, address);
    if (TURNED_AWAY.has(judged.code)) return rates.open('turned-away', address());
    return WRONG.has(judged.code) ? rates.refused(address()) : rates.take({ kind: 'nobody' }, address);
  }
  const open = judged.actor.kind === 'nobody' ? opening() : undefined;
  if (open === undefined) return rates.take(judged.actor, address);
  return typeof open === 'string' ? rates.open(open, address()) : rates.refresh(open.family, address());
}
