// Up to where records may be sealed: those that are old enough and that nothing open needs. Pure but for reading records.
import type { Instant, SealResponse } from '@castellan/contract';

export type Held = NonNullable<SealResponse['held']>;

/** Something open, and since when it needs what is recorded; null: nothing is. */
export interface Keeper {
  readonly by: Held['by'];
  since(): Instant | null | Promise<Instant | null>;
}

/** What is recorded about a thing may be a little older than the thing: the attempt before its question. */
const BEFORE_MS = 60_000;

/** Entries of one bundle: they are sealed together. */
export const BUNDLE = 256;

export interface Cutoff {
  /** Records before it may go. */
  readonly before: Instant;
  /** What holds back some that are old enough. */
  readonly held: Held | null;
}

export async function cutoffOf(oldEnough: Instant, keepers: readonly Keeper[]): Promise<Cutoff> {
  let cutoff: Cutoff = { before: oldEnough, held: null };
  for (const { by, since } of keepers) {
    const at = await since();
    if (at !== null && at - BEFORE_MS < cutoff.before) cutoff = { before: at - BEFORE_MS, held: { by, since: at } };
  }
  return cutoff;
}

/**
 * The end of the last bundle whose records are all older. Times never go back in a ledger, so it is found in few steps.
 * @param latest of the bundle that begins there; null: nothing in it has a time.
 */
export async function endOfOlder(
  { from, to }: { readonly from: number; readonly to: number },
  before: Instant,
  latest: (start: number) => Promise<Instant | null>,
): Promise<number> {
  let low = from / BUNDLE;
  let high = Math.floor(to / BUNDLE);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (((await latest(middle * BUNDLE)) ?? 0) < before) low = middle + 1;
    else high = middle;
  }
  return low * BUNDLE;
}
