// Methods of string that ask what its letters are, or change their case: one code point at a time, as in Go.
import { Chunks } from '../values/chunks.ts';
import type { Run } from '../values/function.ts';
import type { Meter } from '../values/value.ts';
import { chargeText } from './text.ts';
import { hasCased, isCased, lowerPoint, lowerText, titlePoint, upperText } from './unicode.ts';
import { countArguments } from './unpack.ts';

/** A method without arguments, paid for by the length of its string. */
function plain(name: string, run: (text: string, thread: Meter) => string | boolean): readonly [string, Run] {
  return [
    name,
    (thread, self, positional, named) => {
      countArguments(thread, name, positional, named, 0, 0);
      const text = self as string;
      thread.step(text.length >> 5);
      return run(text, thread);
    },
  ];
}

/** The same, with a string of about the same length as result. */
function changing(name: string, run: (text: string) => string): readonly [string, Run] {
  return plain(name, (text, thread) => {
    thread.step(text.length >> 4);
    chargeText(thread, text.length);
    return run(text);
  });
}

function capitalize(text: string): string {
  const result = new Chunks();
  let change = titlePoint;
  for (const point of text) {
    result.add(change(point));
    change = lowerPoint;
  }
  return result.text;
}

function title(text: string): string {
  const result = new Chunks();
  let previous = false;
  for (const point of text) {
    const mapped = previous ? lowerPoint(point) : titlePoint(point);
    previous = isCased(mapped);
    result.add(mapped);
  }
  return result.text;
}

/** Upper case only after what has no case, lower case only after what has. */
function isTitle(text: string): boolean {
  let cased = false;
  let previous = false;
  for (const point of text) {
    if (/^[A-Z\p{Lt}]$/u.test(point)) {
      if (previous) return false;
      previous = true;
      cased = true;
    } else if (/^\p{Ll}$/u.test(point)) {
      if (!previous) return false;
      cased = true;
    } else if (/^\p{Lu}$/u.test(point)) return false;
    else previous = false;
  }
  return cased;
}

/** Whether there is something and none of it is `other`: looked for this way, the engine needs no memory of its own. */
function only(text: string, other: RegExp): boolean {
  return text !== '' && !other.test(text);
}

export const CASE_METHODS: readonly (readonly [string, Run])[] = [
  changing('capitalize', capitalize),
  changing('lower', lowerText),
  changing('title', title),
  changing('upper', upperText),
  plain('isalnum', (text) => only(text, /[^\p{L}\p{Nd}]/u)),
  plain('isalpha', (text) => only(text, /\P{L}/u)),
  plain('isdigit', (text) => only(text, /\P{Nd}/u)),
  plain('islower', (text) => hasCased(text) && text === lowerText(text)),
  plain('isspace', (text) => only(text, /\P{White_Space}/u)),
  plain('istitle', isTitle),
  plain('isupper', (text) => hasCased(text) && text === upperText(text)),
];
