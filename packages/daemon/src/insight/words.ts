// Times as an item of the checklist says them.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** `3 hours ago`. @param ms how long. */
export function ago(ms: number, tail = ' ago'): string {
  if (ms < MINUTE_MS) return `a moment${tail}`;
  if (ms < HOUR_MS) return `${plural(Math.floor(ms / MINUTE_MS), 'minute')}${tail}`;
  if (ms < DAY_MS) return `${plural(Math.floor(ms / HOUR_MS), 'hour')}${tail}`;
  return `${plural(Math.floor(ms / DAY_MS), 'day')}${tail}`;
}

/** `2027-03-01 14:05 UTC`. */
export const day = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
