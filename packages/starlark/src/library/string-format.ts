// `format.format(…)`: fields `{}`, `{0}`, `{name}`, with `!s` or `!r`. What Python has beyond that is refused by name.
import type { Named, Run } from '../values/function.ts';
import { repr } from '../values/text.ts';
import type { Meter, Value } from '../values/value.ts';
import { TextBuilder } from './builder.ts';

/** How fields have been numbered so far; the two ways do not mix. */
interface Numbering {
  automatic: boolean;
  manual: boolean;
  next: number;
}

export const format: Run = (thread, self, positional, named) => {
  const text = self as string;
  const result = new TextBuilder(thread);
  const numbering: Numbering = { automatic: false, manual: false, next: 0 };
  thread.step(text.length >> 5);
  let from = 0;
  for (;;) {
    const open = text.indexOf('{', from);
    addLiteral(result, open < 0 ? text.slice(from) : text.slice(from, open), thread);
    if (open < 0) return result.value;
    thread.step(1);
    if (text[open + 1] === '{') {
      result.add('{');
      from = open + 2;
      continue;
    }
    const close = text.indexOf('}', open);
    if (close < 0) return thread.fail("format: unmatched '{' in format");
    addField(result, text.slice(open + 1, close), numbering, positional, named, thread);
    from = close + 1;
  }
};

/** What is outside fields: `}}` means `}`, and a `}` alone is an error. */
function addLiteral(result: TextBuilder, literal: string, thread: Meter): void {
  let from = 0;
  for (let at = literal.indexOf('}'); at >= 0; at = literal.indexOf('}', from)) {
    thread.step(1);
    if (literal[at + 1] !== '}') thread.fail("format: single '}' in format");
    result.add(literal.slice(from, at + 1));
    from = at + 2;
  }
  result.add(literal.slice(from));
}

function addField(
  result: TextBuilder,
  field: string,
  numbering: Numbering,
  positional: readonly Value[],
  named: Named,
  thread: Meter,
): void {
  const { name, conversion, specification } = readField(field);
  const value = argumentOf(name, numbering, positional, named, thread);
  if (specification !== '') {
    thread.fail(`format spec features not supported in replacement fields: ${specification}`);
  }
  if (conversion === 's') result.addPart(value);
  else if (conversion === 'r') result.add(repr(value, thread));
  else thread.fail(`format: unknown conversion ${repr(conversion, thread)}`);
}

const NEXT_FIELD = { name: '', conversion: 's', specification: '' };

/** `name`, `name:spec`, `name!conversion` or `name!conversion:spec`. */
function readField(field: string): { name: string; conversion: string; specification: string } {
  if (field === '') return NEXT_FIELD;
  const [head, tail] = cut(field, '!');
  if (tail === undefined) {
    const [name, specification = ''] = cut(field, ':');
    return { name, conversion: 's', specification };
  }
  const [conversion, specification = ''] = cut(tail, ':');
  return { name: head, conversion, specification };
}

function cut(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function argumentOf(
  name: string,
  numbering: Numbering,
  positional: readonly Value[],
  named: Named,
  thread: Meter,
): Value {
  let index: number | undefined;
  if (name === '') {
    if (numbering.manual) {
      thread.fail('format: cannot switch from manual field specification to automatic field numbering');
    }
    numbering.automatic = true;
    index = numbering.next++;
  } else if (/^\d{1,18}$/.test(name)) {
    if (numbering.automatic) {
      thread.fail('format: cannot switch from automatic field numbering to manual field specification');
    }
    numbering.manual = true;
    index = Number(name);
  }
  if (index !== undefined) {
    const value = positional[index];
    return value === undefined ? thread.fail('format: tuple index out of range') : value;
  }
  thread.step(named.length >> 2);
  for (const [key, value] of named) if (key === name) return value;
  return unknownField(name, thread);
}

function unknownField(name: string, thread: Meter): never {
  if (name.includes('.')) {
    thread.fail(`format: attribute syntax x.y is not supported in replacement fields: ${name}`);
  }
  if (name.includes('[')) {
    thread.fail(`format: element syntax a[i] is not supported in replacement fields: ${name}`);
  }
  if (name.includes('{')) thread.fail('format: nested replacement fields not supported');
  return thread.fail(`format: keyword ${name} not found`);
}
