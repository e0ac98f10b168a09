// Days and dates of the Gregorian calendar, carried back and forth without end, and what a moment looks like in a zone.

export const SECOND = 1_000_000_000n;
const DAY_SECONDS = 86_400;

/** What a clock on the wall shows. */
export interface Wall {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 is the first of January. */
  readonly yearDay: number;
}

/** Division that rounds down. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by !== 0n && value < 0n !== by < 0n ? quotient - 1n : quotient;
}

/** Days since 1970-01-01 of a date whose month and day may be out of their ranges. */
function daysOf(year: number, month: number, day: number): number {
  const y = year + Math.floor((month - 1) / 12);
  const m = ((((month - 1) % 12) + 12) % 12) + 1;
  // Years that begin in March have the leap day at their end.
  const shifted = m <= 2 ? y - 1 : y;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The wall clock of a moment (nanoseconds since 1970) where clocks are `offset` seconds ahead of UTC. */
export function wallOf(moment: bigint, offset: number): Wall {
  const seconds = floorDivide(moment, SECOND);
  const nanosecond = Number(moment - seconds * SECOND);
  const local = seconds + BigInt(offset);
  const days = Number(floorDivide(local, BigInt(DAY_SECONDS)));
  const inDay = Number(local - BigInt(days) * BigInt(DAY_SECONDS));
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(inDay / 3600),
    minute: Math.floor(inDay / 60) % 60,
    second: inDay % 60,
    nanosecond,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysOf(year, 1, 1) + 1,
  };
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

/** Seconds since 1970 of what the wall clock shows, as if it were at UTC; parts out of their ranges carry over. */
export function wallSeconds(parts: Pick<Wall, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'>): bigint {
  const days = BigInt(daysOf(parts.year, parts.month, parts.day));
  return days * BigInt(DAY_SECONDS) + BigInt(parts.hour) * 3600n + BigInt(parts.minute) * 60n + BigInt(parts.second);
}
