// Go's layouts of times: a layout is the reference time, Mon Jan 2 15:04:05 MST 2006, written as times are to be written. Here it is taken
// apart into literals and elements.

export type Element =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: ElementName; readonly text: string }
  /** `.000` has all its digits, `.999` none at the end that are 0. */
  | { readonly kind: 'fraction'; readonly text: string; readonly digits: number; readonly fixed: boolean };

export type ElementName =
  | 'long-month'
  | 'month'
  | 'number-month'
  | 'zero-month'
  | 'long-weekday'
  | 'weekday'
  | 'day'
  | 'space-day'
  | 'zero-day'
  | 'space-year-day'
  | 'zero-year-day'
  | 'hour'
  | 'hour12'
  | 'zero-hour12'
  | 'minute'
  | 'zero-minute'
  | 'second'
  | 'zero-second'
  | 'long-year'
  | 'year'
  | 'PM'
  | 'pm'
  | 'zone-name'
  | 'offset'
  | 'z-offset';

/** Longer ones before those that they begin with. */
const ELEMENTS: readonly (readonly [string, ElementName])[] = [
  ['January', 'long-month'],
  ['Jan', 'month'],
  ['Monday', 'long-weekday'],
  ['Mon', 'weekday'],
  ['MST', 'zone-name'],
  ['2006', 'long-year'],
  ['__2', 'space-year-day'],
  ['_2', 'space-day'],
  ['002', 'zero-year-day'],
  ['01', 'zero-month'],
  ['02', 'zero-day'],
  ['03', 'zero-hour12'],
  ['04', 'zero-minute'],
  ['05', 'zero-second'],
  ['06', 'year'],
  ['15', 'hour'],
  ['1', 'number-month'],
  ['2', 'day'],
  ['3', 'hour12'],
  ['4', 'minute'],
  ['5', 'second'],
  ['PM', 'PM'],
  ['pm', 'pm'],
  ['-07:00:00', 'offset'],
  ['-070000', 'offset'],
  ['-07:00', 'offset'],
  ['-0700', 'offset'],
  ['-07', 'offset'],
  ['Z07:00:00', 'z-offset'],
  ['Z070000', 'z-offset'],
  ['Z07:00', 'z-offset'],
  ['Z0700', 'z-offset'],
  ['Z07', 'z-offset'],
];

const FRACTION = /[.,](?:0+|9+)(?![0-9])/y;

export function readLayout(layout: string): readonly Element[] {
  const elements: Element[] = [];
  let literal = '';
  for (let at = 0; at < layout.length; ) {
    const element = elementAt(layout, at);
    if (element === undefined) {
      literal += layout.charAt(at++);
      continue;
    }
    if (literal !== '') elements.push({ kind: 'literal', text: literal });
    literal = '';
    elements.push(element);
    at += element.text.length;
  }
  if (literal !== '') elements.push({ kind: 'literal', text: literal });
  return elements;
}

function elementAt(layout: string, at: number): Element | undefined {
  FRACTION.lastIndex = at;
  const fraction = FRACTION.exec(layout)?.[0];
  if (fraction !== undefined) {
    return { kind: 'fraction', text: fraction, digits: fraction.length - 1, fixed: fraction[1] === '0' };
  }
  for (const [text, kind] of ELEMENTS) {
    if (!layout.startsWith(text, at)) continue;
    // `_2006` is an underscore and a year; `Jane` and `Money` are words.
    if (text === '_2' && layout.startsWith('_2006', at)) return undefined;
    if ((text === 'Jan' || text === 'Mon') && /^[a-z]/.test(layout.slice(at + 3, at + 4))) return undefined;
    return { kind, text } as Element;
  }
  return undefined;
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
