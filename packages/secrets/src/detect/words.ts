// Where names and tokens begin and end.
import { ALNUM, DOT, is, WORD } from './bytes.ts';
import { at, BACKSLASH, code, type Key, PERCENT } from './marks.ts';

const MOST_KEY = 80;

/** The whole name round a word that was found in it. */
export function keyAround(input: Uint8Array, start: number, end: number): Key {
  let first = start;
  let last = end;
  while (first > 0 && start - first < MOST_KEY && is(at(input, first - 1), WORD | DOT)) first--;
  while (last < input.length && last - end < MOST_KEY && is(at(input, last), WORD | DOT)) last++;
  // In a text inside JSON, the `n` of `\\n` is no letter of the name.
  if (first < start && first > 0 && at(input, first - 1) === BACKSLASH) first++;
  return { start: first, end: last };
}

/** Whether the byte before a place belongs to the same word: then no token begins there. */
export function isInsideWord(input: Uint8Array, start: number): boolean {
  if (start === 0) return false;
  const before = at(input, start - 1);
  // `video_box.ico-...`: a file's name goes on, or one word joined to another by a dot.
  if (is(before, DOT)) return is(at(input, start - 2), ALNUM);
  if (!is(before, ALNUM)) return before === code('_');
  const mark = at(input, start - 2);
  if (mark === BACKSLASH) return !'nrtbf'.includes(String.fromCharCode(before));
  // `%3Dghp_...`: an escape of a URL ends here.
  return !(at(input, start - 3) === PERCENT && is(mark, ALNUM));
}
