// The text of a value: `str` and `repr`. Written with an explicit stack, because a value may be nested as deeply as the program likes,
// and with the budget asked for every piece, because a value that shares its parts may have a text beyond any memory.
import { Bytes } from './bytes.ts';
import { COST, LONGEST_STRING } from './cost.ts';
import { Dict } from './dict.ts';
import { extensionOf } from './extension.ts';
import { Float } from './float.ts';
import { floatText } from './float-text.ts';
import { Builtin, Func } from './function.ts';
import { typeName } from './inspect.ts';
import { intText } from './int.ts';
import { List, Tuple } from './list.ts';
import { quote, quoteBytes } from './quote.ts';
import { Range } from './range.ts';
import { SetValue } from './set.ts';
import type { Meter, TextWriter, Value } from './value.ts';

/** What `str(x)` says: a string is itself, everything else its `repr`. */
export function toText(value: Value, meter: Meter): string {
  return typeof value === 'string' ? value : repr(value, meter);
}

/** A text of 17 digits: what V8 keeps a byte of for each. */
const SHORT = COST.string + 16;

/** What `repr(x)` says. */
export function repr(value: Value, meter: Meter): string {
  if (typeof value === 'number') {
    meter.allocate(SHORT);
    return String(value);
  }
  const writer = new Writer(meter);
  writer.repr(value);
  return writer.text;
}

/** A container whose text is being written. */
interface Open {
  readonly value: Value;
  readonly items: readonly Value[];
  readonly close: string;
  /** Items come in pairs, `key: value`. */
  readonly pairs: boolean;
  next: number;
}

/** As many extensions (struct in struct in …) as may be within each other: these do call one another. */
const EXTENSION_DEPTH = 100;

class Writer implements TextWriter {
  text: string;
  private readonly meter: Meter;
  /** Lists and dicts whose text is being written: what is met again inside itself is a cycle. */
  private readonly path: Set<Value>;
  private depth: number;

  constructor(meter: Meter) {
    this.text = '';
    this.meter = meter;
    this.path = new Set();
    this.depth = 0;
  }

  /** What a type of the host's writes. */
  put(text: string): void {
    this.add(text.isWellFormed() ? text : text.toWellFormed());
  }

  private add(text: string): void {
    // V8 ties the pieces together before it copies them, with a node for each.
    this.meter.allocate(COST.string + COST.unit * text.length);
    if (this.text.length + text.length > LONGEST_STRING) this.meter.fail('text is too long');
    this.text += text;
  }

  repr(value: Value): void {
    const stack: Open[] = [];
    this.open(value, stack);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (top.next >= top.items.length) {
        this.add(top.close);
        this.path.delete(top.value);
        stack.pop();
        continue;
      }
      if (top.next > 0) this.add(top.pairs && top.next % 2 === 1 ? ': ' : ', ');
      this.open(top.items[top.next++] as Value, stack);
    }
  }

  /** Writes a value, or as much of a container as comes before its items. */
  private open(value: Value, stack: Open[]): void {
    this.meter.step(1);
    const plain = this.plainText(value);
    if (plain !== undefined) {
      this.add(plain);
    } else if (value instanceof List) {
      this.enter(value, () => value.items.slice(), value.items.length, '[', ']', stack);
    } else if (value instanceof Dict) {
      this.enter(value, () => pairsOf(value), 2 * value.size, '{', '}', stack);
    } else if (value instanceof Tuple) {
      this.add('(');
      stack.push({ value, items: value.items, close: value.items.length === 1 ? ',)' : ')', pairs: false, next: 0 });
    } else if (value instanceof SetValue) {
      this.meter.allocate(COST.item * value.size);
      this.add('set([');
      stack.push({ value, items: value.keys(), close: '])', pairs: false, next: 0 });
    } else this.told(value);
  }

  /** What its type says of it. */
  private told(value: Value): void {
    const extension = extensionOf(value);
    if (extension === undefined) return;
    this.depth += 1;
    if (this.depth > EXTENSION_DEPTH) this.meter.fail('value is nested too deeply');
    extension.extension.text(extension, this);
    this.depth -= 1;
  }

  /** The text of what has no parts. */
  private plainText(value: Value): string | undefined {
    if (typeof value === 'string') {
      // Quoting takes time and memory of its own.
      this.meter.step(value.length >> 6);
      this.meter.allocate(COST.unit * value.length);
      return quote(value);
    }
    if (typeof value === 'number') return String(value);
    if (typeof value === 'bigint') return intText(value, this.meter);
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (value === null) return 'None';
    if (value instanceof Float) return floatText(value.value);
    if (value instanceof Func) return `<function ${value.name}>`;
    if (value instanceof Builtin) {
      const bound = value.bound ? `method ${value.name} of ${typeName(value.self)} value` : `function ${value.name}`;
      return `<built-in ${bound}>`;
    }
    if (value instanceof Range) return rangeText(value);
    if (!(value instanceof Bytes)) return undefined;
    this.meter.allocate(COST.unit * 4 * value.data.length);
    return quoteBytes(value.data);
  }

  private enter(
    value: List | Dict,
    items: () => readonly Value[],
    size: number,
    open: string,
    close: string,
    stack: Open[],
  ): void {
    if (this.path.has(value)) {
      this.add(`${open}...${close}`);
      return;
    }
    this.meter.allocate(COST.item * size + COST.entry);
    this.add(open);
    this.path.add(value);
    stack.push({ value, items: items(), close, pairs: value instanceof Dict, next: 0 });
  }
}

function pairsOf(dict: Dict): Value[] {
  const pairs: Value[] = [];
  for (const [key, value] of dict.entries) pairs.push(dict.original(key), value);
  return pairs;
}

function rangeText(range: Range): string {
  if (range.step !== 1) return `range(${range.start}, ${range.stop}, ${range.step})`;
  return range.start !== 0 ? `range(${range.start}, ${range.stop})` : `range(${range.stop})`;
}
