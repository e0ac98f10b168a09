// A moment in a zone, written after a layout.
import { type Wall, wallOf } from './calendar.ts';
import { type Element, MONTHS, readLayout, WEEKDAYS } from './layout.ts';
import { type Zone, type ZoneAt, zoneAt } from './zone.ts';

export function formatTime(moment: bigint, zone: Zone, layout: string): string {
  const at = zoneAt(zone, moment);
  const wall = wallOf(moment, at.offset);
  return readLayout(layout)
    .map((element) => elementText(element, wall, at))
    .join('');
}

function pad(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, '0');
  return value < 0 ? `-${digits}` : digits;
}

function elementText(element: Element, wall: Wall, zone: ZoneAt): string {
  switch (element.kind) {
    case 'literal':
      return element.text;
    case 'fraction':
      return fractionText(element, wall.nanosecond);
    case 'long-year':
      return pad(wall.year, 4);
    case 'year':
      return pad(((wall.year % 100) + 100) % 100, 2);
    case 'long-month':
      return MONTHS[wall.month - 1] ?? '';
    case 'month':
      return (MONTHS[wall.month - 1] ?? '').slice(0, 3);
    case 'number-month':
      return String(wall.month);
    case 'zero-month':
      return pad(wall.month, 2);
    case 'long-weekday':
      return WEEKDAYS[wall.weekday] ?? '';
    case 'weekday':
      return (WEEKDAYS[wall.weekday] ?? '').slice(0, 3);
    case 'day':
      return String(wall.day);
    case 'space-day':
      return String(wall.day).padStart(2, ' ');
    case 'zero-day':
      return pad(wall.day, 2);
    case 'space-year-day':
      return String(wall.yearDay).padStart(3, ' ');
    case 'zero-year-day':
      return pad(wall.yearDay, 3);
    case 'hour':
      return pad(wall.hour, 2);
    case 'hour12':
      return String(wall.hour % 12 || 12);
    case 'zero-hour12':
      return pad(wall.hour % 12 || 12, 2);
    case 'minute':
      return String(wall.minute);
    case 'zero-minute':
      return pad(wall.minute, 2);
    case 'second':
      return String(wall.second);
    case 'zero-second':
      return pad(wall.second, 2);
    case 'PM':
      return wall.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return wall.hour >= 12 ? 'pm' : 'am';
    case 'zone-name':
      return zone.name === '' ? offsetText('-0700', zone.offset) : zone.name;
    case 'offset':
      return offsetText(element.text, zone.offset);
    case 'z-offset':
      return zone.offset === 0 ? 'Z' : offsetText(element.text, zone.offset);
  }
}

function fractionText(
  element: { readonly text: string; readonly digits: number; readonly fixed: boolean },
  nanosecond: number,
): string {
  const digits = pad(nanosecond, 9).padEnd(element.digits, '0').slice(0, element.digits);
  if (element.fixed) return element.text.charAt(0) + digits;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : element.text.charAt(0) + kept;
}

/** As much of an offset as the layout has, colons where it has them. */
function offsetText(layout: string, offset: number): string {
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].map((part) => pad(part, 2));
  const colon = layout.includes(':') ? ':' : '';
  const count = layout.replace(/\D/g, '').length / 2;
  return (offset < 0 ? '-' : '+') + parts.slice(0, count).join(colon);
}
