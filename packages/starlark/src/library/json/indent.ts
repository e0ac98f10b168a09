// json.indent: the same JSON on lines of its own, without reading it into values; what is not JSON is refused in the words of Go's package.
import type { Meter } from '../../values/value.ts';
import { TextBuilder } from '../builder.ts';
import { chargeText } from '../text.ts';
import { quoteCharacter } from './quote.ts';

export type Indented = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/** What may come next. */
type Expecting = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end';

export function indentJson(thread: Meter, source: string, prefix: string, unit: string): Indented {
  const result = new TextBuilder(thread);
  const closers: string[] = [];
  let expecting: Expecting = 'value';
  let at = spaceAt(source, 0);
  const breakLine = () => {
    result.add(`\n${prefix}`);
    const units = unit.length * closers.length;
    if (units === 0) return;
    chargeText(thread, units);
    result.add(unit.repeat(closers.length));
  };
  while (expecting !== ', or end' || closers.length > 0) {
    thread.step(1);
    const character = source[at];
    if (character === undefined) return { ok: false, message: 'unexpected end of JSON input' };
    const closer = closers.at(-1);
    if (
      character === closer &&
      (expecting === ', or end' || expecting === `value or ${closer}` || expecting === `key or ${closer}`)
    ) {
      closers.pop();
      if (expecting === ', or end') breakLine();
      result.add(character);
      expecting = ', or end';
    } else if (expecting === ', or end') {
      if (character !== ',')
        return unexpected(character, closer === ']' ? 'after array element' : 'after object key:value pair');
      result.add(',');
      breakLine();
      expecting = closer === ']' ? 'value' : 'key';
    } else if (expecting === ':') {
      if (character !== ':') return unexpected(character, 'after object key');
      result.add(': ');
      expecting = 'value';
    } else {
      const isKey: boolean = expecting === 'key' || expecting === 'key or }';
      if (expecting === 'value or ]' || expecting === 'key or }') breakLine();
      if (isKey && character !== '"') return unexpected(character, 'looking for beginning of object key string');
      if (character === '[' || character === '{') {
        result.add(character);
        closers.push(character === '[' ? ']' : '}');
        expecting = character === '[' ? 'value or ]' : 'key or }';
      } else {
        const token = tokenAt(source, at);
        if (token === undefined) return broken(source, at);
        result.add(token);
        at += token.length - 1;
        expecting = isKey ? ':' : ', or end';
      }
    }
    at = closers.length === 0 && expecting === ', or end' ? at + 1 : spaceAt(source, at + 1);
  }
  const end = spaceAt(source, at);
  if (end < source.length) return unexpected(source[end] ?? '', 'after top-level value');
  // Go keeps the space at the end.
  result.add(source.slice(at));
  return { ok: true, text: result.text };
}

function spaceAt(source: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(source);
  return SPACE.lastIndex;
}

const STRING_END = /["\\\0-\x1f]/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where what begins with a quote at `at` ends, or cannot go on. One special character at a time, which needs no memory. */
function stringStop(source: string, at: number): number {
  let from = at + 1;
  for (;;) {
    STRING_END.lastIndex = from;
    const match = STRING_END.exec(source);
    if (match === null) return source.length;
    ESCAPE.lastIndex = match.index;
    if (!ESCAPE.test(source)) return match.index;
    from = ESCAPE.lastIndex;
  }
}

function tokenAt(source: string, at: number): string | undefined {
  if (source[at] === '"') {
    const stop = stringStop(source, at);
    return source[stop] === '"' ? source.slice(at, stop + 1) : undefined;
  }
  for (const pattern of [NUMBER, WORD]) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) return match[0];
  }
  return undefined;
}

/** Why no value begins at `at`. */
function broken(source: string, at: number): Indented {
  const first = source[at] ?? '';
  if (first === '"') {
    const stop = stringStop(source, at);
    if (stop >= source.length) return { ok: false, message: 'unexpected end of JSON input' };
    if (source[stop] !== '\\') return unexpected(source[stop] ?? '', 'in string literal');
    if (source[stop + 1] !== 'u') return unexpected(source[stop + 1] ?? '', 'in string escape code');
    const wrong = /[^0-9a-fA-F]/.exec(source.slice(stop + 2, stop + 6));
    return unexpected(wrong?.[0] ?? '', 'in \\u hexadecimal character escape');
  }
  if (first === '-') return unexpected(source[at + 1] ?? '', 'in numeric literal');
  for (const word of ['true', 'false', 'null']) {
    if (!word.startsWith(first)) continue;
    let good = 1;
    while (source[at + good] === word[good]) good++;
    return unexpected(source[at + good] ?? '', `in literal ${word} (expecting '${word[good] ?? ''}')`);
  }
  return unexpected(first, 'looking for beginning of value');
}

function unexpected(character: string, where: string): Indented {
  if (character === '') return { ok: false, message: 'unexpected end of JSON input' };
  return { ok: false, message: `invalid character ${quoteCharacter(character)} ${where}` };
}
