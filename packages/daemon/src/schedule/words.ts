// A cron expression in words, for people. Pure. What has no simple words is shown as it is written: never words that are nearly
// right.
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
] as const;
const NTH = ['first', 'second', 'third', 'fourth', 'fifth'] as const;
const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

type Part =
  | { readonly kind: 'any' }
  /** `*` with a step that fits evenly. */
  | { readonly kind: 'step'; readonly step: number }
  | { readonly kind: 'values'; readonly values: readonly number[] }
  | { readonly kind: 'other' };

const listed = (parts: readonly string[], word = 'and'): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`;
const two = (n: number): string => String(n).padStart(2, '0');

function numberOf(text: string, names: readonly string[], first: number): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const at = names.findIndex((name) => name.slice(0, 3).toLowerCase() === text.toLowerCase());
  return at < 0 ? null : at + first;
}

/** @param size how many values there are, from `first`. */
function partOf(field: string, size: number, first = 0, names: readonly string[] = []): Part {
  if (field === '*' || field === '?') return { kind: 'any' };
  const step = /^\*\/(\d+)$/.exec(field);
  if (step?.[1] !== undefined && size % Number(step[1]) === 0)
    return Number(step[1]) === 1 ? { kind: 'any' } : { kind: 'step', step: Number(step[1]) };
  const values = new Set<number>();
  for (const item of field.split(',')) {
    const [range = '', by = '1', more] = item.split('/');
    const [from = '', to] = range === '*' ? [String(first), String(first + size - 1)] : range.split('-');
    const low = numberOf(from, names, first);
    const high = to === undefined ? low : numberOf(to, names, first);
    if (low === null || high === null || more !== undefined || !/^[1-9]\d*$/.test(by)) return { kind: 'other' };
    for (let n = low; n <= high; n += Number(by)) values.add(n);
  }
  const all = [...values].sort((a, b) => a - b);
  return all.length === 0 ? { kind: 'other' } : { kind: 'values', values: all };
}

/** `1, 2, 3` as `1 to 3`. */
function ranged(values: readonly number[], word: (n: number) => string): string {
  const [low, high] = [values[0] ?? 0, values.at(-1) ?? 0];
  return values.length > 2 && high - low === values.length - 1
    ? `${word(low)} to ${word(high)}`
    : listed(values.map(word));
}

/** Within an hour: `every 5 minutes`, `at minute 10`. */
function within(part: Part, field: string, unit: 'minute' | 'second'): string {
  switch (part.kind) {
    case 'any':
      return `every ${unit}`;
    case 'step':
      return `every ${part.step} ${unit}s`;
    case 'values':
      return `at ${unit}${part.values.length === 1 ? '' : 's'} ${ranged(part.values, String)}`;
    case 'other':
      return `at ${unit}s \`${field}\``;
  }
}

function hoursIn(hour: Part, field: string): string {
  switch (hour.kind) {
    case 'any':
      return '';
    case 'step':
      return ` of every ${ordinal(hour.step)} hour from midnight`;
    case 'values':
      return ` in ${hour.values.length === 1 ? 'hour' : 'hours'} ${ranged(hour.values, two)}`;
    case 'other':
      return ` in hours \`${field}\``;
  }
}
const ordinal = (n: number): string => (n === 2 ? 'second' : n === 3 ? 'third' : `${n}th`);

/** Times of day are named one by one while they can still be read. */
const MAX_NAMED = 6;

function timeWords(second: string, minute: string, hour: string): { readonly text: string; readonly named: boolean } {
  const [seconds, minutes, hours] = [partOf(second, 60), partOf(minute, 60), partOf(hour, 24)];
  const single = (part: Part): number | null =>
    part.kind === 'values' && part.values.length === 1 ? (part.values[0] ?? null) : null;
  const at = single(seconds);
  if (at !== null && minutes.kind === 'values' && hours.kind === 'values') {
    const times = hours.values.flatMap((h) =>
      minutes.values.map((m) => `${two(h)}:${two(m)}${at === 0 ? '' : `:${two(at)}`}`),
    );
    if (times.length <= MAX_NAMED) return { text: `at ${listed(times)}`, named: true };
  }
  if (at === 0 && single(minutes) === 0) {
    if (hours.kind === 'any') return { text: 'every hour, on the hour', named: false };
    if (hours.kind === 'step') return { text: `every ${hours.step} hours from midnight`, named: false };
  }
  const secondText = at === 0 ? '' : within(seconds, second, 'second');
  if (secondText !== '' && minutes.kind === 'any')
    return {
      text: `${secondText}${at === null && seconds.kind !== 'values' ? '' : ' of every minute'}${hoursIn(hours, hour)}`,
      named: false,
    };
  const minuteText = within(minutes, minute, 'minute');
  const ofHour = hours.kind === 'any' && minutes.kind !== 'any' && minutes.kind !== 'step' ? ' of every hour' : '';
  const text = `${minuteText}${ofHour}${hoursIn(hours, hour)}`;
  return { text: secondText === '' ? text : `${secondText}, ${text}`, named: false };
}

function weekdays(field: string): string | null {
  if (field === '*' || field === '?') return null;
  const special = /^([a-z]{3}|\d)#([1-5]|L)$/i.exec(field);
  if (special?.[1] !== undefined) {
    const day = numberOf(special[1], DAYS, 0);
    const which = special[2]?.toUpperCase() === 'L' ? 'last' : NTH[Number(special[2]) - 1];
    return day === null ? `weekdays \`${field}\`` : `the ${which} ${DAYS[day % 7]} of the month`;
  }
  const part = partOf(field, 7, 0, DAYS);
  if (part.kind !== 'values') return `weekdays \`${field}\``;
  const days = part.values.at(-1) === 7 && part.values.includes(0) ? part.values.slice(0, -1) : part.values;
  return days.length === 7 ? null : `${ranged(days, (n) => DAYS[n % 7] ?? '')}`;
}

function monthDays(field: string): string | null {
  if (field === '*' || field === '?') return null;
  if (/^L$/i.test(field)) return 'on the last day of the month';
  const near = /^(\d{1,2})W$/i.exec(field);
  if (near !== null) return `on the weekday nearest to day ${Number(near[1])} of the month`;
  const part = partOf(field, 31, 1);
  if (part.kind !== 'values') return `on days \`${field}\` of the month`;
  return `on day${part.values.length === 1 ? '' : 's'} ${ranged(part.values, String)} of the month`;
}

function months(field: string): string {
  const part = partOf(field, 12, 1, MONTHS);
  if (part.kind === 'any') return '';
  if (part.kind !== 'values') return `, in months \`${field}\``;
  return part.values.length === 12 ? '' : `, in ${ranged(part.values, (n) => MONTHS[n - 1] ?? '')}`;
}

/** What it says, as a person would: `at 07:30, on Monday to Friday`. */
export function wordsOf(cron: string): string {
  const text = cron.trim().replaceAll(/\s+/g, ' ');
  const fields = (NICKNAMES[text.toLowerCase()] ?? text).split(' ');
  const [second = '0', minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] =
    fields.length === 5 ? ['0', ...fields] : fields;
  const both = weekday.startsWith('+');
  const [ofMonth, ofWeek] = [monthDays(day), weekdays(both ? weekday.slice(1) : weekday)];
  const time = timeWords(second, minute, hour);
  const days =
    ofMonth === null && ofWeek === null
      ? time.named && months(month) === ''
        ? ' every day'
        : ''
      : `, ${[ofMonth, ofWeek].filter((part) => part !== null).join(both ? ' that is also ' : ' or ')}`;
  return `${time.text}${days}${months(month)}`;
}
