// Times and numbers in words. Short where they stand in a list.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `8 s`, `4 min`, `3 h 20 min`, `5 d`: rounded down, because a wait that is shown too long is a lie. */
export function spanText(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < DAY) {
    const minutes = Math.floor((span % HOUR) / MINUTE);
    return minutes === 0 ? `${Math.floor(span / HOUR)} h` : `${Math.floor(span / HOUR)} h ${minutes} min`;
  }
  return `${Math.floor(span / DAY)} d`;
}

/** `just now`, `4 min ago`, `in 2 h`. */
export function agoText(at: number, now: number): string {
  const past = now - at;
  if (Math.abs(past) < 5 * SECOND) return past < 0 ? 'in a moment' : 'just now';
  return past < 0 ? `in ${spanText(-past)}` : `${spanText(past)} ago`;
}

/** `1:05`, for what is running out. */
export function countdownText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return spanText(ms);
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** Local, to the second. */
export const exactText = (at: number): string => exact.format(new Date(at));

/** `1 call`, `3 calls`. */
export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
