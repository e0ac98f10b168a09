// A moment out of text, read after a layout as Go does it, with its complaints.
import { daysIn, isLeap, wallSeconds } from './calendar.ts';
import { type Element, MONTHS, readLayout, WEEKDAYS } from './layout.ts';
import { momentOf, UTC, type Zone, zoneAt } from './zone.ts';

export type TimeRead =
  | { readonly ok: true; readonly moment: bigint; readonly zone: Zone }
  | { readonly ok: false; readonly message: string };

interface Fields {
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  afternoon: boolean | undefined;
  offset: number | undefined;
  zoneName: string;
}

/** A part of the text that is no value of its element; `range` names what is out of its range. */
class Unreadable {
  readonly range: string | undefined;

  constructor(range?: string) {
    this.range = range;
  }
}

/** @param zone of times that do not say theirs */
export function parseTime(text: string, layout: string, zone: Zone): TimeRead {
  const about = `parsing time ${JSON.stringify(text)}`;
  const fields: Fields = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    afternoon: undefined,
    offset: undefined,
    zoneName: '',
  };
  const elements = readLayout(layout);
  let rest = text;
  for (const [i, element] of elements.entries()) {
    try {
      rest = readElement(element, rest, fields, elements[i + 1]);
    } catch (thrown) {
      if (!(thrown instanceof Unreadable)) throw thrown;
      if (thrown.range !== undefined) return { ok: false, message: `${about}: ${thrown.range} out of range` };
      const where = `cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(element.text)}`;
      return { ok: false, message: `${about} as ${JSON.stringify(layout)}: ${where}` };
    }
  }
  if (rest !== '') return { ok: false, message: `${about}: extra text: ${JSON.stringify(rest)}` };
  const wrong = completeDate(fields);
  return wrong === undefined ? placed(fields, zone) : { ok: false, message: `${about}: ${wrong} out of range` };
}

/** Takes what an element means off the front. */
function readElement(element: Element, text: string, fields: Fields, next: Element | undefined): string {
  const number = (pattern: RegExp, set: (value: number) => void): string => {
    const match = pattern.exec(text);
    if (match === null) throw new Unreadable();
    set(Number(match[0]));
    return text.slice(match[0].length);
  };
  const within = (name: string, value: number, least: number, most: number): number => {
    if (value < least || value > most) throw new Unreadable(name);
    return value;
  };
  switch (element.kind) {
    case 'literal':
      return readLiteral(element.text, text);
    case 'fraction':
      return readFraction(element, text, fields);
    case 'long-year':
      return number(/^\d{4}/, (value) => {
        fields.year = value;
      });
    case 'year':
      return number(/^\d\d/, (value) => {
        fields.year = value >= 69 ? 1900 + value : 2000 + value;
      });
    case 'long-month':
    case 'month':
      return readName(MONTHS, element.kind === 'month', text, (index) => {
        fields.month = index + 1;
      });
    case 'long-weekday':
    case 'weekday':
      return readName(WEEKDAYS, element.kind === 'weekday', text, () => undefined);
    case 'number-month':
    case 'zero-month':
      return number(element.kind === 'zero-month' ? /^\d\d/ : /^\d\d?/, (value) => {
        fields.month = within('month', value, 1, 12);
      });
    case 'day':
    case 'zero-day':
    case 'space-day':
      return number(element.kind === 'zero-day' ? /^\d\d/ : element.kind === 'day' ? /^\d\d?/ : /^ ?\d\d?/, (value) => {
        fields.day = value;
      });
    case 'zero-year-day':
    case 'space-year-day':
      return number(element.kind === 'zero-year-day' ? /^\d{3}/ : /^ {0,2}\d{1,3}/, (value) => {
        fields.yearDay = value;
      });
    case 'hour':
      return number(/^\d\d?/, (value) => {
        fields.hour = within('hour', value, 0, 23);
      });
    case 'hour12':
    case 'zero-hour12':
      return number(element.kind === 'zero-hour12' ? /^\d\d/ : /^\d\d?/, (value) => {
        fields.hour = within('hour', value, 0, 12);
      });
    case 'minute':
    case 'zero-minute':
      return number(element.kind === 'zero-minute' ? /^\d\d/ : /^\d\d?/, (value) => {
        fields.minute = within('minute', value, 0, 59);
      });
    case 'second':
    case 'zero-second': {
      const rest = number(element.kind === 'zero-second' ? /^\d\d/ : /^\d\d?/, (value) => {
        fields.second = within('second', value, 0, 59);
      });
      // A fraction may follow even where the layout has none.
      if (next?.kind === 'fraction' || !/^[.,]\d/.test(rest)) return rest;
      return readFraction({ kind: 'fraction', text: '.9', digits: 1, fixed: false }, rest, fields);
    }
    case 'PM':
    case 'pm': {
      const half = text.slice(0, 2);
      const [am, pm] = element.kind === 'PM' ? ['AM', 'PM'] : ['am', 'pm'];
      if (half !== am && half !== pm) throw new Unreadable();
      fields.afternoon = half === pm;
      return text.slice(2);
    }
    case 'zone-name': {
      const name = /^(?:UTC|(?:GMT[+-]\d{1,2})|[A-Z]{3,4}T?|[+-]\d\d)/.exec(text)?.[0];
      if (name === undefined) throw new Unreadable();
      fields.zoneName = name;
      return text.slice(name.length);
    }
    case 'offset':
    case 'z-offset':
      return readOffset(element.text, element.kind === 'z-offset', text, fields);
  }
}

/** A space stands for any number of them. */
function readLiteral(literal: string, text: string): string {
  let rest = text;
  for (const piece of literal.match(/ +|[^ ]+/g) ?? []) {
    if (piece.startsWith(' ')) {
      if (rest !== '' && !rest.startsWith(' ')) throw new Unreadable();
      rest = rest.replace(/^ +/, '');
    } else {
      if (!rest.startsWith(piece)) throw new Unreadable();
      rest = rest.slice(piece.length);
    }
  }
  return rest;
}

function readFraction(
  element: { readonly kind: 'fraction'; readonly text: string; readonly digits: number; readonly fixed: boolean },
  text: string,
  fields: Fields,
): string {
  const pattern = element.fixed ? new RegExp(`^[.,]\\d{${Math.min(element.digits, 1000)}}`) : /^[.,]\d+/;
  const match = pattern.exec(text);
  if (match === null) {
    if (element.fixed) throw new Unreadable();
    return text;
  }
  fields.nanosecond = Number(match[0].slice(1, 10).padEnd(9, '0'));
  return text.slice(match[0].length);
}

function readName(names: readonly string[], short: boolean, text: string, set: (index: number) => void): string {
  for (const [index, full] of names.entries()) {
    const name = short ? full.slice(0, 3) : full;
    if (text.slice(0, name.length).toLowerCase() !== name.toLowerCase()) continue;
    set(index);
    return text.slice(name.length);
  }
  throw new Unreadable();
}

function readOffset(layout: string, zulu: boolean, text: string, fields: Fields): string {
  if (zulu && text.startsWith('Z')) {
    fields.offset = 0;
    fields.zoneName = 'UTC';
    return text.slice(1);
  }
  const colon = layout.includes(':') ? ':' : '';
  const count = layout.replace(/\D/g, '').length / 2;
  const match = new RegExp(
    `^([+-])(\\d\\d)${count > 1 ? `${colon}(\\d\\d)` : '()'}${count > 2 ? `${colon}(\\d\\d)` : '()'}`,
  ).exec(text);
  if (match === null) throw new Unreadable();
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4])];
  if (hours > 24) throw new Unreadable('time zone offset hour');
  if (minutes > 60) throw new Unreadable('time zone offset minute');
  const size = hours * 3600 + minutes * 60 + seconds;
  fields.offset = match[1] === '-' ? -size : size;
  return text.slice(match[0].length);
}

/** Day of year to month and day, twelve hours to twenty-four. @returns what is out of its range */
function completeDate(fields: Fields): string | undefined {
  if (fields.afternoon === true && fields.hour < 12) fields.hour += 12;
  else if (fields.afternoon === false && fields.hour === 12) fields.hour = 0;
  if (fields.yearDay !== undefined) {
    if (fields.yearDay < 1 || fields.yearDay > (isLeap(fields.year) ? 366 : 365)) return 'day-of-year';
    let month = 1;
    let day = fields.yearDay;
    while (day > daysIn(fields.year, month)) day -= daysIn(fields.year, month++);
    fields.month = month;
    fields.day = day;
  }
  fields.month ??= 1;
  fields.day ??= 1;
  return fields.day < 1 || fields.day > daysIn(fields.year, fields.month) ? 'day' : undefined;
}

function placed(fields: Fields, zone: Zone): TimeRead {
  const seconds = wallSeconds({ ...fields, month: fields.month ?? 1, day: fields.day ?? 1 });
  const nanosecond = BigInt(fields.nanosecond);
  const at = seconds * 1_000_000_000n + nanosecond;
  const { offset, zoneName } = fields;
  if (offset !== undefined) {
    const moment = at - BigInt(offset) * 1_000_000_000n;
    if (zoneName === 'UTC') return { ok: true, moment, zone: UTC };
    const local = zoneAt(zone, moment);
    const same = local.offset === offset && (zoneName === '' || local.name === zoneName);
    return { ok: true, moment, zone: same ? zone : { kind: 'fixed', name: zoneName, offset } };
  }
  if (zoneName === 'UTC') return { ok: true, moment: at, zone: UTC };
  const moment = momentOf(seconds, nanosecond, zone);
  if (zoneName === '' || zoneAt(zone, moment).name === zoneName) return { ok: true, moment, zone };
  // An abbreviation that the zone does not know is kept, at an offset that nobody knows.
  const hours = /^GMT([+-]\d{1,2})$/.exec(zoneName)?.[1];
  const assumed = hours === undefined ? 0 : Number(hours) * 3600;
  return {
    ok: true,
    moment: at - BigInt(assumed) * 1_000_000_000n,
    zone: { kind: 'fixed', name: zoneName, offset: assumed },
  };
}
