// json.decode: the value that a JSON text means, with an explicit stack, since a text may be nested as deeply as it is long. What is
// refused and how is starlark-go's; offsets count code points.
import { COST } from '../../values/cost.ts';
import { Dict } from '../../values/dict.ts';
import { Float } from '../../values/float.ts';
import { typeName } from '../../values/inspect.ts';
import { List } from '../../values/list.ts';
import type { Meter, Value } from '../../values/value.ts';
import { parseFloatText, parseIntText } from '../numbers.ts';
import { chargeText, pointIndex } from '../text.ts';
import { unquoteJson } from './unquote.ts';

/** What came of a JSON text. */
export type Decoded = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string };

/** What is wrong with the text. Not a fault yet: the program may have said what it wants instead. */
class Malformed {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** The value that a JSON text means, charged to the run of `thread`: what `fromJson` is to a host, this is to a host's function. */
export function decodeJson(thread: Meter, text: string): Decoded {
  const decoder = new Decoder(thread, text);
  try {
    return { ok: true, value: decoder.run() };
  } catch (thrown) {
    if (!(thrown instanceof Malformed)) throw thrown;
    return { ok: false, message: `at offset ${pointIndex(text, decoder.at)}, ${thrown.message}` };
  }
}

/** An array or object whose end has not been reached. */
type Open =
  | { readonly kind: 'array'; readonly list: List }
  | { readonly kind: 'object'; readonly dict: Dict; key: string | undefined };

class Decoder {
  at: number;
  private readonly thread: Meter;
  private readonly text: string;
  private readonly stack: Open[];

  constructor(thread: Meter, text: string) {
    this.at = 0;
    this.thread = thread;
    this.text = text;
    this.stack = [];
  }

  run(): Value {
    for (;;) {
      // `undefined`: a container was opened, whose first value is to come.
      let value = this.begin();
      while (value !== undefined) {
        const top = this.stack.at(-1);
        if (top === undefined) return this.finish(value);
        value = this.put(top, value);
      }
    }
  }

  private finish(value: Value): Value {
    const next = this.skip();
    if (next !== '') throw new Malformed(`unexpected character ${quoted(next)} after value`);
    return value;
  }

  /** Skips space. @returns the code point that follows, `''` at the end */
  private skip(): string {
    const from = this.at;
    while (' \t\n\r'.includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at++;
    this.thread.step((this.at - from) >> 4);
    return this.at < this.text.length ? String.fromCodePoint(this.text.codePointAt(this.at) ?? 0) : '';
  }

  private next(): string {
    const character = this.skip();
    if (character === '') throw new Malformed('unexpected end of file');
    return character;
  }

  /** The value that begins here; an array or object that is not empty is put on the stack instead. */
  private begin(): Value | undefined {
    this.thread.step(1);
    const character = this.next();
    switch (character) {
      case '"':
        return this.string();
      case '[':
        return this.openArray();
      case '{':
        return this.openObject();
      case 'n':
        if (this.word('null')) return null;
        break;
      case 't':
        if (this.word('true')) return true;
        break;
      case 'f':
        if (this.word('false')) return false;
        break;
      default:
        if (/^[-0-9]$/.test(character)) return this.number();
    }
    throw new Malformed(`unexpected character ${quoted(character)}`);
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private openArray(): Value | undefined {
    this.thread.allocate(COST.list + COST.item);
    const list = new List([]);
    this.at++;
    if (this.next() === ']') {
      this.at++;
      return list;
    }
    this.stack.push({ kind: 'array', list });
    return undefined;
  }

  private openObject(): Value | undefined {
    this.thread.allocate(COST.dict + COST.item);
    const dict = new Dict();
    this.at++;
    if (this.next() === '}') {
      this.at++;
      return dict;
    }
    this.stack.push({ kind: 'object', dict, key: undefined });
    return undefined;
  }

  /** Puts a value where it belongs. @returns the container, if that ended here */
  private put(top: Open, value: Value): Value | undefined {
    if (top.kind === 'array') {
      this.thread.allocate(COST.item);
      top.list.items.push(value);
      const next = this.next();
      this.separator(next, ']', `got ${quoted(next)}, want ',' or ']'`);
      return next === ']' ? this.close(top.list) : undefined;
    }
    if (top.key === undefined) {
      if (typeof value !== 'string') throw new Malformed(`got ${typeName(value)} for object key, want string`);
      const next = this.next();
      if (next !== ':') throw new Malformed(`after object key, got ${quoted(next)}, want ':' `);
      this.at++;
      top.key = value;
      return undefined;
    }
    top.dict.set(top.key, value, this.thread);
    top.key = undefined;
    const next = this.next();
    this.separator(next, '}', `in object, got ${quoted(next)}, want ',' or '}'`);
    return next === '}' ? this.close(top.dict) : undefined;
  }

  private separator(next: string, close: string, message: string): void {
    if (next !== ',' && next !== close) throw new Malformed(message);
    this.at++;
  }

  private close(container: Value): Value {
    this.stack.pop();
    return container;
  }

  private string(): string {
    const from = this.at;
    // Looked for one special character at a time: a pattern for the whole would need memory of the engine's for every letter.
    const special = /["\\]/g;
    special.lastIndex = from + 1;
    let match = special.exec(this.text);
    while (match?.[0] === '\\') {
      special.lastIndex = match.index + 2;
      match = special.exec(this.text);
    }
    if (match === null) throw new Malformed('unclosed string literal');
    this.at = match.index + 1;
    const raw = this.text.slice(from + 1, this.at - 1);
    this.thread.step(raw.length >> 5);
    chargeText(this.thread, raw.length);
    // What has nothing to undo is taken as it is, even where JSON forbids it.
    if (/^[^\\\x80-\uffff]*$/.test(raw)) return raw;
    const read = unquoteJson(raw, this.thread);
    if (!read.ok) throw new Malformed(read.message);
    return read.text;
  }

  private number(): Value {
    const literal = /[-0-9][-+.eE0-9]*/y;
    literal.lastIndex = this.at;
    const text = literal.exec(this.text)?.[0] ?? '';
    this.at += text.length;
    this.thread.step(text.length >> 5);
    const digits = text.startsWith('-') ? text.slice(1) : text;
    const invalid = new Malformed(`invalid number: ${text}`);
    if (digits === '' || /^0\d/.test(digits)) throw invalid;
    if (/^\d+$/.test(digits)) {
      const value = parseIntText(text, 10, this.thread);
      if (value === undefined) throw invalid;
      return value;
    }
    const value = parseFloatText(text);
    if (typeof value !== 'number') throw invalid;
    this.thread.allocate(COST.float);
    return new Float(value);
  }
}

/** One character as Go quotes it. */
function quoted(character: string): string {
  if (character === "'") return "'\\''";
  const inner = JSON.stringify(character).slice(1, -1).replace('\\"', '"');
  return `'${inner.replace(/^\\u00/, '\\x')}'`;
}
