// Methods of string that look for a text in it: count find index rfind rindex startswith endswith partition rpartition removeprefix
// removesuffix. Positions are code points to the program.
import type { Run } from '../values/function.ts';
import { typeName } from '../values/inspect.ts';
import { Tuple } from '../values/list.ts';
import { codePointCount, isPlain } from '../values/points.ts';
import { indexOfText, lastIndexOfText } from '../values/search.ts';
import type { Meter, Value } from '../values/value.ts';
import { chargeParts, chargeText, indices, pointIndex, unitOffset } from './text.ts';
import { unpackPositional, wantAny, wantString } from './unpack.ts';

const SEARCH = [wantString, wantAny, wantAny];
const ONE_TEXT = [wantString];

/** The part that `start` and `end` select; `at` is where it begins, in code points. */
function selected(
  thread: Meter,
  name: string,
  text: string,
  start: Value | undefined,
  end: Value | undefined,
): { readonly part: string; readonly at: number } {
  if ((start ?? null) === null && (end ?? null) === null) return { part: text, at: 0 };
  const [from, to] = indices(thread, name, start, end, codePointCount(text));
  thread.step(text.length >> 7);
  if (from >= to) return { part: '', at: from };
  thread.step(isPlain(text) ? 0 : text.length >> 3);
  return { part: text.slice(unitOffset(text, from), unitOffset(text, to)), at: from };
}

const count: Run = (thread, self, positional, named) => {
  unpackPositional(thread, 'count', positional, named, 1, SEARCH);
  const { part } = selected(thread, 'count', self as string, positional[1], positional[2]);
  const needle = positional[0] as string;
  if (needle === '') return codePointCount(part) + 1;
  let found = 0;
  for (let at = 0; ; found++) {
    const next = indexOfText(part, needle, at, thread);
    if (next < 0) return found;
    thread.step(1);
    at = next + needle.length;
  }
};

function searching(name: string, last: boolean, mustBeThere: boolean): Run {
  return (thread, self, positional, named) => {
    unpackPositional(thread, name, positional, named, 1, SEARCH);
    const { part, at } = selected(thread, name, self as string, positional[1], positional[2]);
    const needle = positional[0] as string;
    const offset = last ? lastIndexOfText(part, needle, thread) : indexOfText(part, needle, 0, thread);
    if (offset < 0) return mustBeThere ? thread.fail(`${name}: substring not found`) : -1;
    return at + pointIndex(part, offset);
  };
}

function affix(name: 'startswith' | 'endswith'): Run {
  return (thread, self, positional, named) => {
    unpackPositional(thread, name, positional, named, 1, [wantAny, wantAny, wantAny]);
    const { part } = selected(thread, name, self as string, positional[1], positional[2]);
    const wanted = positional[0] as Value;
    const fits = (text: string) => {
      thread.step(text.length >> 6);
      return name === 'startswith' ? part.startsWith(text) : part.endsWith(text);
    };
    if (typeof wanted === 'string') return fits(wanted);
    if (!(wanted instanceof Tuple)) {
      return thread.fail(`${name}: got ${typeName(wanted)}, want string or tuple of string`);
    }
    for (const [i, text] of wanted.items.entries()) {
      thread.step(1);
      if (typeof text !== 'string') {
        return thread.fail(`${name}: want string, got ${typeName(text)}, for element ${i}`);
      }
      if (fits(text)) return true;
    }
    return false;
  };
}

function partition(name: 'partition' | 'rpartition'): Run {
  return (thread, self, positional, named) => {
    unpackPositional(thread, name, positional, named, 1, ONE_TEXT);
    const text = self as string;
    const separator = positional[0] as string;
    if (separator === '') return thread.fail(`${name}: empty separator`);
    const at =
      name === 'partition' ? indexOfText(text, separator, 0, thread) : lastIndexOfText(text, separator, thread);
    chargeParts(thread, 3, text.length);
    if (at < 0) return new Tuple(name === 'partition' ? [text, '', ''] : ['', '', text]);
    return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
  };
}

function removing(name: 'removeprefix' | 'removesuffix'): Run {
  return (thread, self, positional, named) => {
    unpackPositional(thread, name, positional, named, 1, ONE_TEXT);
    const text = self as string;
    const fix = positional[0] as string;
    thread.step(fix.length >> 6);
    if (fix === '' || !(name === 'removeprefix' ? text.startsWith(fix) : text.endsWith(fix))) return text;
    chargeText(thread, text.length - fix.length);
    return name === 'removeprefix' ? text.slice(fix.length) : text.slice(0, text.length - fix.length);
  };
}

export const SEARCH_METHODS: readonly (readonly [string, Run])[] = [
  ['count', count],
  ['find', searching('find', false, false)],
  ['index', searching('index', false, true)],
  ['rfind', searching('rfind', true, false)],
  ['rindex', searching('rindex', true, true)],
  ['startswith', affix('startswith')],
  ['endswith', affix('endswith')],
  ['partition', partition('partition')],
  ['rpartition', partition('rpartition')],
  ['removeprefix', removing('removeprefix')],
  ['removesuffix', removing('removesuffix')],
];
