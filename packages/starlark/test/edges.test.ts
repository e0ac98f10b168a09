// Numbers at the edge of what is exact, underscores in numbers, and hours that a change of clocks leaves out or has twice: as starlark-go has them,
// or refused.
import { describe, expect, it } from 'vitest';
import { says } from './support/says.ts';

const MAX = 2 ** 53 - 1;

describe('ranges are exact', () => {
  it.each([
    [`len(range(${MAX}))`, `${MAX}`],
    [`len(range(-${MAX}, 0))`, `${MAX}`],
    [`range(${MAX})[-1]`, `${MAX - 1}`],
    [`len(range(0, ${MAX}, 2))`, `${(MAX + 1) / 2}`],
    [`len(range(-${MAX}, ${MAX}))`, '!range: too long (want a distance in signed 54-bit range)'],
    [`len(range(${MAX}, -1, -1))`, '!range: too long (want a distance in signed 54-bit range)'],
    [`range(${MAX})[1:][0]`, '1'],
    [`range(0, ${MAX}, ${MAX - 1})[1:]`, '!range slice: bounds out of range (want values in signed 54-bit range)'],
    [`range(0, 100, ${MAX})[::1000000]`, '!range slice: bounds out of range (want values in signed 54-bit range)'],
    [`${MAX - 3} in range(0, ${MAX}, 4)`, `${(MAX - 3) % 4 === 0 ? 'True' : 'False'}`],
    [`-${MAX} in range(0, ${MAX})`, 'False'],
    [`${MAX} in range(0, ${MAX})`, 'False'],
    [
      '[x in range(10, 0, -3) for x in (10, 7, 4, 1, 0, -2, 13, 8)]',
      '[True, True, True, True, False, False, False, False]',
    ],
    ['[x in range(0, 10, 3) for x in (0, 9, 10, 12, -3, 5)]', '[True, True, False, False, False, False]'],
  ])('%s is %s', (expression, expected) => {
    expect(says(expression)).toBe(expected);
  });
});

const FLOATS: readonly (readonly [string, string])[] = [
  ['1_0', '10.0'],
  ['-1_000.2_5', '-1000.25'],
  ['1_0e1_0', '1e+11'],
  ['0x_1p4', '16.0'],
  ['0x1_0p-2', '4.0'],
  ...['_1', '1_', '1__0', '1_.5', '1._5', '1e_5', '1_e5', '0_x1p4', '0x1_p4', '_', 'in_f'].map(
    (text): [string, string] => [text, `!invalid float literal: ${text}`],
  ),
];

describe('a float may have underscores between its digits', () => {
  it.each(FLOATS)('%s is %s', (text, expected) => {
    expect(says(`float("${text}")`)).toBe(expected);
  });
});

describe('when clocks are changed', () => {
  const at = (text: string, zone: string): string =>
    says(`time.parse_time("${text}", "2006-01-02 15:04", "${zone}").format("15:04 -0700")`);

  it.each([
    ['2021-03-28 01:30', 'Europe/Berlin', '01:30 +0100'],
    ['2021-03-28 02:30', 'Europe/Berlin', '03:30 +0200'],
    ['2021-03-28 03:30', 'Europe/Berlin', '03:30 +0200'],
    ['2021-10-31 01:30', 'Europe/Berlin', '01:30 +0200'],
    ['2021-10-31 02:30', 'Europe/Berlin', '02:30 +0100'],
    ['2021-10-31 03:30', 'Europe/Berlin', '03:30 +0100'],
    ['2021-03-28 01:30', 'Europe/London', '02:30 +0100'],
    ['2021-10-31 01:30', 'Europe/London', '01:30 +0000'],
    ['2021-03-14 02:30', 'America/New_York', '01:30 -0500'],
    ['2021-11-07 01:30', 'America/New_York', '01:30 -0400'],
    ['2021-07-01 12:00', 'America/New_York', '12:00 -0400'],
    ['2021-01-01 00:00', 'Asia/Kolkata', '00:00 +0530'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(at(text, zone)).toBe(JSON.stringify(expected));
  });
});
