// Up to where records may be sealed: those that are old enough and that nothing open needs. Pure but for reading records.
import type { Instant, SealResponse } from '@castellan/contract';

export type Held = NonNullable<SealResponse['held']>;

/** Something open, and since when it needs what is recorded. */
export interface Needed {
  readonly since: Instant;
  /** Which one, in words. */
  readonly what?: string | undefined;
}

export interface Keeper {
  readonly by: Held['by'];
  /** null: nothing is open. */
  needed(): Needed | null;
}

/** What has been open for longest. */
export const longest = (open: readonly Needed[]): Needed | null =>
  open.reduce<Needed | null>((found, each) => (found === null || each.since < found.since ? each : found), null);

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

export function cutoffOf(oldEnough: Instant, keepers: readonly Keeper[]): Cutoff {
  let cutoff: Cutoff = { before: oldEnough, held: null };
  for (const { by, needed } of keepers) {
    const open = needed();
    if (open === null || open.since - BEFORE_MS >= cutoff.before) continue;
    const { since, what } = open;
    cutoff = { before: since - BEFORE_MS, held: { by, since, ...(what !== undefined && { what }) } };
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
