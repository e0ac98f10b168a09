// Stretches of time, ids and what is looked for, in words. Pure.
import { countText } from './time-text.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A stretch of time, rounded to the unit that matters: `1.4 s`, `12 min`, `3 h`, `5 days`. */
export function lasting(ms: number): string {
  if (ms < MINUTE) return ms < 10 * SECOND ? `${(ms / SECOND).toFixed(1)} s` : `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return countText(Math.round(ms / DAY), 'day');
}

/** The last part of an id, for people who compare two of them. */
export const shortId = (id: string): string => id.slice(-6);

/** Whether every word of `query` is somewhere in `texts`, case aside. */
export function matches(query: string, ...texts: readonly string[]): boolean {
  const hay = texts.join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

/** A sentence begins with a capital; a name that is code (`call_4d…`, `claude-code/Bash`, `config.yaml`) stays as it is. */
export const capital = (text: string): string =>
  /^[a-z]+(?:[\s,:;]|\.(?:\s|$))/.test(text) || /^[a-z]+$/.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;

/** `12.3 KB`; decimal, as tools of networks count. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'] as const;
  const step = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** step).toFixed(1)} ${units[step - 1]}`;
}
