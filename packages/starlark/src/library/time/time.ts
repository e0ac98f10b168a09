// The module `time`. It reads no clock: `now` is there only where the host gives one, and `Local` is UTC.
import type { Run } from '../../values/function.ts';
import type { Meter, Value } from '../../values/value.ts';
import { type Module, moduleOf } from '../module.ts';
import { countArguments, unpack, unpackPositional, wantInt, wantString } from '../unpack.ts';
import { SECOND, wallSeconds } from './calendar.ts';
import { Duration, toDuration } from './duration.ts';
import { makeInstant, requireZone } from './instant.ts';
import { parseTime } from './parse-time.ts';
import { findZone, momentOf, UTC } from './zone.ts';

const PARSE = [
  { name: 'x', want: wantString },
  { name: 'format', want: wantString, optional: true },
  { name: 'location', want: wantString, optional: true },
];
const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'nanosecond'] as const;
const TIME = [
  ...PARTS.map((name) => ({ name, want: wantInt, optional: true })),
  { name: 'location', want: wantString, optional: true },
];

const parseDuration: Run = (thread, _self, positional, named) => {
  countArguments(thread, 'parse_duration', positional, named, 1, 1);
  const value = positional[0] as Value;
  if (typeof value === 'string') thread.step(value.length >> 2);
  thread.allocate(128);
  const duration = toDuration(value);
  return typeof duration === 'string' ? thread.fail(`parse_duration: for parameter 1: ${duration}`) : duration;
};

const isValidTimezone: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'is_valid_timezone', positional, named, 1, [wantString]);
  thread.step(1000);
  thread.allocate(256);
  return findZone(positional[0] as string) !== undefined;
};

const parse: Run = (thread, _self, positional, named) => {
  const [text, layout = '2006-01-02T15:04:05Z07:00', location = 'UTC'] = unpack(
    thread,
    'parse_time',
    positional,
    named,
    PARSE,
  ) as (string | undefined)[];
  const zone = location === 'UTC' ? UTC : requireZone(thread, location);
  const size = (text ?? '').length + layout.length;
  thread.step(100 + size);
  thread.allocate(64 * size);
  const read = parseTime(text ?? '', layout, zone);
  return read.ok ? makeInstant(thread, read.moment, read.zone) : thread.fail(read.message);
};

const fromTimestamp: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'from_timestamp', positional, named, 1, [wantInt, wantInt]);
  const [seconds, nanoseconds = 0] = positional as readonly (number | bigint)[];
  return makeInstant(thread, BigInt(seconds ?? 0) * SECOND + BigInt(nanoseconds), UTC);
};

/** Parts beyond this, in years, are further away than any calendar. */
const FAR = 1e12;

const time: Run = (thread, _self, positional, named) => {
  const given = unpack(thread, 'time', positional, named, TIME);
  if (positional.length > 0) return thread.fail('time: unexpected positional arguments');
  const zone = requireZone(thread, (given[PARTS.length] ?? '') as string);
  const part = (i: number): number => {
    const value = given[i];
    const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
    if (Math.abs(number) > FAR) thread.fail(`time: ${PARTS[i]} out of range`);
    return number;
  };
  const seconds = wallSeconds({
    year: part(0),
    month: part(1),
    day: part(2),
    hour: part(3),
    minute: part(4),
    second: part(5),
  });
  return makeInstant(thread, momentOf(seconds, BigInt(part(6)), zone), zone);
};

/** The module `time`, for hosts that give it to programs. `clock` tells nanoseconds since 1970; without it, there is no `now`. */
export function timeModule(clock?: (thread: Meter) => bigint): Module {
  const now: Run = (thread, _self, positional, named) => {
    countArguments(thread, 'now', positional, named, 0, 0);
    if (clock === undefined) return thread.fail('time.now() is not available');
    return makeInstant(thread, clock(thread), UTC);
  };
  return moduleOf(
    'time',
    [
      ['from_timestamp', fromTimestamp],
      ['is_valid_timezone', isValidTimezone],
      ['now', now],
      ['parse_duration', parseDuration],
      ['parse_time', parse],
      ['time', time],
    ],
    [
      ['nanosecond', new Duration(1n)],
      ['microsecond', new Duration(1_000n)],
      ['millisecond', new Duration(1_000_000n)],
      ['second', new Duration(SECOND)],
      ['minute', new Duration(60n * SECOND)],
      ['hour', new Duration(3600n * SECOND)],
    ],
  );
}
