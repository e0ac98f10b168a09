// When a schedule is due: summer and winter time in four places, what is no expression, and words that say what it means.
import { expect, test } from 'vitest';
import { timesOf } from '../src/schedule/times.ts';
import { wordsOf } from '../src/schedule/words.ts';

function after(cron: string, zone: string, from: string, n: number): readonly string[] {
  const read = timesOf(cron, zone);
  if (!read.ok) throw new Error(read.fault.message);
  return read.times.some(Date.parse(from), n).map((at) => new Date(at).toISOString().replace(':00.000Z', 'Z'));
}

test.each([
  [
    'Berlin, clocks go forward: the first moment after the gap',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-03-28T12:00:00Z',
    ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
  ],
  [
    'Berlin, clocks go back: once, the first time',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00:00Z',
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  ],
  [
    'Berlin, what repeats follows real time',
    '*/30 * * * *',
    'Europe/Berlin',
    '2026-10-24T23:59:00Z',
    ['2026-10-25T00:00Z', '2026-10-25T00:30Z', '2026-10-25T01:00Z', '2026-10-25T01:30Z', '2026-10-25T02:00Z'],
  ],
  [
    'Berlin, two times that meet at the end of the gap are one',
    '0 2,3 * * *',
    'Europe/Berlin',
    '2026-03-28T23:00:00Z',
    ['2026-03-29T01:00Z', '2026-03-30T00:00Z'],
  ],
  [
    'New York, forward',
    '15 2 * * *',
    'America/New_York',
    '2026-03-07T12:00:00Z',
    ['2026-03-08T07:00Z', '2026-03-09T06:15Z'],
  ],
  [
    'New York, back',
    '30 1 * * *',
    'America/New_York',
    '2026-10-31T12:00:00Z',
    ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
  ],
  [
    'Lord Howe, half an hour forward',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T00:00:00Z',
    ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
  ],
  [
    'Lord Howe, half an hour back',
    '45 1 * * *',
    'Australia/Lord_Howe',
    '2026-04-04T00:00:00Z',
    ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
  ],
  ['a zone without', '30 2 * * *', 'Asia/Kolkata', '2026-03-28T22:00:00Z', ['2026-03-29T21:00Z', '2026-03-30T21:00Z']],
  ['UTC', '@daily', 'UTC', '2026-03-28T22:00:00Z', ['2026-03-29T00:00Z']],
])('%s', (_, cron, zone, from, expected) => {
  expect(after(cron, zone, from, expected.length)).toEqual(expected);
});

test.each([
  ['61 * * * *', 'UTC', 'cron'],
  ['* * * *', 'UTC', 'cron'],
  ['2026-01-01T00:00:00', 'UTC', 'cron'],
  ['@reboot', 'UTC', 'cron'],
  ['0 0 1 1 * 2027 *', 'UTC', 'cron'],
  ['rm -rf / now please', 'UTC', 'cron'],
  ['0 0 * * *', '+02:00', 'timeZone'],
  ['0 0 * * *', 'Europe/Nowhere', 'timeZone'],
])('`%s` in `%s` is refused, and says which of the two it is', (cron, zone, path) => {
  const read = timesOf(cron, zone);
  expect(read.ok ? null : read.fault.path).toBe(path);
});

test('a day that never comes has no time', () => {
  const read = timesOf('0 0 30 2 *', 'UTC');
  expect(read.ok && read.times.next(0)).toBeNull();
});

test.each([
  ['30 7 * * 1-5', 'at 07:30, Monday to Friday'],
  ['@daily', 'at 00:00 every day'],
  ['@hourly', 'every hour, on the hour'],
  ['0 9,17 * * *', 'at 09:00 and 17:00 every day'],
  ['*/5 * * * *', 'every 5 minutes'],
  ['* * * * *', 'every minute'],
  ['*/10 * * * * *', 'every 10 seconds'],
  ['5 * * * *', 'at minute 5 of every hour'],
  ['*/15 9-17 * * MON-FRI', 'every 15 minutes in hours 09 to 17, Monday to Friday'],
  ['0 */6 * * *', 'every 6 hours from midnight'],
  ['0 0 1 * *', 'at 00:00, on day 1 of the month'],
  ['0 0 1 1 *', 'at 00:00, on day 1 of the month, in January'],
  ['0 0 L * *', 'at 00:00, on the last day of the month'],
  ['0 8 * * FRI#L', 'at 08:00, the last Friday of the month'],
  ['0 8 * * 1#1', 'at 08:00, the first Monday of the month'],
  ['0 12 13 * 5', 'at 12:00, on day 13 of the month or Friday'],
  ['0 12 13 * +5', 'at 12:00, on day 13 of the month that is also Friday'],
  ['0 0 * * 0,6', 'at 00:00, Sunday and Saturday'],
  ['0 0 * 6-8 *', 'at 00:00, in June to August'],
])('`%s` is %s', (cron, words) => {
  expect(wordsOf(cron)).toBe(words);
});
