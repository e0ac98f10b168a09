// Time zones: how far ahead of UTC clocks are at a moment, and what that is called. The data is the JavaScript engine's own (ICU);
// `Local` is UTC, because where a script runs is none of its business.
import { floorDivide, SECOND, wallSeconds } from './calendar.ts';

export type Zone =
  | { readonly kind: 'fixed'; readonly name: string; readonly offset: number }
  | { readonly kind: 'named'; readonly name: string; readonly format: Intl.DateTimeFormat };

export const UTC: Zone = { kind: 'fixed', name: 'UTC', offset: 0 };

/** Beyond these the engine's dates end; zones of such moments are those of the nearest. */
const LAST = 8_640_000_000_000n;

/**
 * Each zone's own, because one takes much memory that no budget sees: a program could keep thousands. INVARIANT: spellings of one name share
 * theirs, and a name that is none has none, so there are no more than there are zones.
 */
const formats = new Map<string, Intl.DateTimeFormat>();

/** `undefined`: no zone has this name. */
export function findZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return UTC;
  // Offsets and other spellings, which the engine takes as well, are no names of the zone data base.
  if (!/^[A-Z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return undefined;
  const format = formats.get(name.toLowerCase()) ?? makeFormat(name);
  return format === undefined ? undefined : { kind: 'named', name, format };
}

function makeFormat(name: string): Intl.DateTimeFormat | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      timeZoneName: 'short',
    });
    formats.set(name.toLowerCase(), format);
    return format;
  } catch {
    return undefined;
  }
}

export interface ZoneAt {
  /** Seconds ahead of UTC. */
  readonly offset: number;
  /** The abbreviation in use. */
  readonly name: string;
}

export function zoneAt(zone: Zone, moment: bigint): ZoneAt {
  if (zone.kind === 'fixed') return { offset: zone.offset, name: zone.name };
  const exact = floorDivide(moment, SECOND);
  const seconds = exact > LAST ? LAST : exact < -LAST ? -LAST : exact;
  const parts = new Map(zone.format.formatToParts(Number(seconds) * 1000).map((part) => [part.type, part.value]));
  const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name) ?? '0');
  const year = part('year');
  const wall = wallSeconds({
    year: parts.get('era') === 'BC' ? 1 - year : year,
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  });
  return { offset: Number(wall - seconds), name: abbreviation(parts.get('timeZoneName') ?? '') };
}

/** What has no abbreviation of its own is named by its offset, `+03` or `-0330`. */
function abbreviation(name: string): string {
  const offset = /^GMT([+\-\u2212])(\d{1,2})(?::(\d\d))?$/.exec(name);
  if (offset === null) return name;
  const sign = offset[1] === '+' ? '+' : '-';
  return sign + (offset[2] ?? '').padStart(2, '0') + (offset[3] ?? '');
}

/**
 * The moment at which the wall clock of `zone` shows `seconds`. Where clocks are changed there may be none or two such moments; which it is then
 * follows from how Go looks it up, which is done here in the same way: at that time of UTC, and then at where that leads.
 */
export function momentOf(seconds: bigint, nanosecond: bigint, zone: Zone): bigint {
  const unix = seconds * SECOND + nanosecond;
  const { offset } = zoneAt(zone, unix);
  if (offset === 0) return unix;
  const near = zoneAt(zone, unix - BigInt(offset) * SECOND);
  return unix - BigInt(near.offset) * SECOND;
}
