// When a cron expression is due in a time zone. Pure: the library is asked for times and never given anything to start.
// What holds where clocks are put forward or back: a time named by hour and minute that does not exist that day is due at the
// first moment after the gap, one that comes twice is due at its first coming; what repeats (`*`, a step) follows real time.
import type { Instant } from '@castellan/contract';
import { Cron } from 'croner';

export interface Times {
  /** The first time after `after`; null: never again. */
  next(after: Instant): Instant | null;
  /** At most `n` of them. */
  some(after: Instant, n: number): Instant[];
}
export interface TimesFault {
  readonly path: 'cron' | 'timeZone';
  readonly message: string;
  readonly hint: string;
}
export type TimesRead =
  | { readonly ok: true; readonly times: Times }
  | { readonly ok: false; readonly fault: TimesFault };

const CRON_HINT = 'five fields: minute, hour, day of month, month, day of week, as in `30 7 * * 1-5`; or `@daily`';
const NICKNAME = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/i;

const wrong = (path: TimesFault['path'], message: string, hint: string): TimesRead => ({
  ok: false,
  fault: { path, message, hint },
});

/** The zone as it is spelt; null: there is none of this name. */
function zoneOf(given: string): string | null {
  // An offset is no place: it knows of no summer.
  if (!/^[A-Za-z]/.test(given)) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** What the library says, without its own name before it. */
const said = (error: unknown): string =>
  (error instanceof Error ? error.message : 'it cannot be read').replace(/^Cron\w*: /, '').split('\n')[0] ?? '';

export function timesOf(cron: string, timeZone: string): TimesRead {
  const zone = zoneOf(timeZone);
  if (zone === null)
    return wrong('timeZone', `\`${timeZone}\` is no time zone`, 'a place as in `Europe/Berlin`, or `UTC`');
  const text = cron.trim().replaceAll(/\s+/g, ' ');
  // The library would read a date as well: a schedule is what comes again.
  const fields = text.split(' ').length;
  if (!NICKNAME.test(text) && fields !== 5 && fields !== 6)
    return wrong('cron', `\`${cron}\` has ${fields} field${fields === 1 ? '' : 's'}`, CRON_HINT);
  try {
    const job = new Cron(text, { timezone: zone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard', paused: true });
    const next = (after: Instant): Instant | null => job.nextRun(new Date(after))?.getTime() ?? null;
    return { ok: true, times: { next, some: (after, n) => some(next, after, n) } };
  } catch (error) {
    return wrong('cron', `\`${cron}\` is no cron expression: ${said(error)}`, CRON_HINT);
  }
}

function some(next: (after: Instant) => Instant | null, after: Instant, n: number): Instant[] {
  const found: Instant[] = [];
  for (let at = next(after); at !== null && found.length < n; at = next(at)) found.push(at);
  return found;
}
