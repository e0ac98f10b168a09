// What to do about the times that have passed. Pure. INVARIANT: of everything that was due up to now at most one is started, and
// none of it is looked at again.
import type { Instant, Schedule } from '@castellan/contract';
import type { Times } from './times.ts';

/** As late as this it still counts as on time: a busy machine, a tick. */
export const GRACE_MS = 60_000;
/** Times that are counted one by one; a machine that slept a year has missed more than anybody wants to read. */
const MAX_COUNTED = 1000;

export interface Passed {
  readonly first: Instant;
  readonly last: Instant;
  /** The one before the last. */
  readonly before: Instant;
  readonly count: number;
  /** There were more. */
  readonly uncounted: boolean;
}

/** The times after `after`, up to and with `now`; null: none. */
export function passed(times: Times, after: Instant, now: Instant): Passed | null {
  const first = times.next(after);
  if (first === null || first > now) return null;
  let last = first;
  let before = first;
  let count = 1;
  for (let at = times.next(last); at !== null && at <= now; at = times.next(last)) {
    if (count === MAX_COUNTED) return { first, ...lateLast(times, last, now), count, uncounted: true };
    before = last;
    last = at;
    count += 1;
  }
  return { first, last, before, count, uncounted: false };
}

/** Of very many only those around now are looked at. */
function lateLast(times: Times, known: Instant, now: Instant): Pick<Passed, 'last' | 'before'> {
  let [before, last] = [known, known];
  for (let at = times.next(Math.max(known, now - GRACE_MS)); at !== null && at <= now; at = times.next(at)) {
    before = last;
    last = at;
  }
  return { before, last };
}

export type Deed =
  /** `late`: it was missed and is made up for. */
  | { readonly kind: 'start'; readonly dueAt: Instant; readonly late: boolean }
  /** Begun when the one that runs has ended. */
  | { readonly kind: 'wait'; readonly dueAt: Instant }
  /** The one before still runs. */
  | { readonly kind: 'skip'; readonly dueAt: Instant; readonly waits: boolean }
  | {
      readonly kind: 'missed';
      readonly first: Instant;
      readonly last: Instant;
      readonly count: number;
      readonly uncounted: boolean;
    };

export interface Standing {
  readonly overlap: Schedule['overlap'];
  readonly missed: Schedule['missed'];
  /** One it started has not ended. */
  readonly running: boolean;
  readonly waits: boolean;
}

export function deedsFor({ overlap, missed, running, waits }: Standing, due: Passed, now: Instant): readonly Deed[] {
  const onTime = now - due.last <= GRACE_MS;
  const made = onTime || missed === 'once';
  const left = due.count - (made ? 1 : 0);
  const deeds: Deed[] = [];
  if (left > 0) {
    const { first, uncounted } = due;
    deeds.push({ kind: 'missed', first, last: made ? due.before : due.last, count: left, uncounted });
  }
  if (!made) return deeds;
  const dueAt = due.last;
  if (!running) deeds.push({ kind: 'start', dueAt, late: !onTime });
  else if (overlap === 'queue' && !waits) deeds.push({ kind: 'wait', dueAt });
  else deeds.push({ kind: 'skip', dueAt, waits });
  return deeds;
}
