// What the chunks expect of their host: the module `assert`, and the few values that only their tests have.
import { Fault } from '../../src/eval/fault.ts';
import { json } from '../../src/library/json/json.ts';
import { math } from '../../src/library/math.ts';
import { moduleOf } from '../../src/library/module.ts';
import { struct, structOf } from '../../src/library/struct.ts';
import { timeModule } from '../../src/library/time/time.ts';
import { nearest } from '../../src/spell.ts';
import { equals, relate } from '../../src/values/compare.ts';
import { contains } from '../../src/values/contains.ts';
import { Float } from '../../src/values/float.ts';
import { freeze } from '../../src/values/freeze.ts';
import { Builtin, type Run } from '../../src/values/function.ts';
import { truth } from '../../src/values/inspect.ts';
import { List } from '../../src/values/list.ts';
import { repr, toText } from '../../src/values/text.ts';
import type { Extension, ExtensionType, Meter, Value } from '../../src/values/value.ts';

/** A host whose assertions that fail are noted in `failures`. */
export function assertModule(failures: string[]): Value {
  const say = (message: string): null => {
    failures.push(message);
    return null;
  };
  const argument = (values: readonly Value[], i: number): Value => values[i] ?? null;
  const eq: Run = (thread, _self, args) => {
    const [x, y] = [argument(args, 0), argument(args, 1)];
    if (equals(x, y, thread) || nearlyEqual(x, y)) return null;
    return say(`${repr(x, thread)} != ${repr(y, thread)}`);
  };
  const ne: Run = (thread, _self, args) =>
    equals(argument(args, 0), argument(args, 1), thread) ? say(`equal: ${repr(argument(args, 0), thread)}`) : null;
  const isTrue: Run = (thread, _self, args) =>
    truth(argument(args, 0)) ? null : say(`not true: ${toText(args[1] ?? 'assertion failed', thread)}`);
  const lt: Run = (thread, _self, args) =>
    relate('<', argument(args, 0), argument(args, 1), thread)
      ? null
      : say(`${repr(argument(args, 0), thread)} is not less than ${repr(argument(args, 1), thread)}`);
  const has: Run = (thread, _self, args) =>
    contains(argument(args, 0), argument(args, 1), thread) === true
      ? null
      : say(`${repr(argument(args, 0), thread)} does not contain ${repr(argument(args, 1), thread)}`);
  const fails: Run = (thread, _self, args) => {
    const pattern = toText(argument(args, 1), thread);
    const message = caught(thread, argument(args, 0));
    if (message === undefined) return say(`succeeded, want an error like ${pattern}`);
    return new RegExp(pattern, 's').test(message) ? null : say(`${pattern} does not match ${message}`);
  };
  const fail: Run = (thread, _self, args) => say(toText(argument(args, 0), thread));
  return moduleOf('assert', [
    ['contains', has],
    ['eq', eq],
    ['fail', fail],
    ['fails', fails],
    ['lt', lt],
    ['ne', ne],
    ['true', isTrue],
  ]);
}

function caught(thread: Meter, callee: Value): string | undefined {
  try {
    thread.call(callee, []);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Fault && (thrown.kind === 'eval' || thrown.budget === 'depth')) return thrown.message;
    throw thrown;
  }
}

/** starlark-go's tests let floats differ by one unit in the last place. */
function nearlyEqual(x: Value, y: Value): boolean {
  const numberOf = (value: Value) =>
    value instanceof Float
      ? value.value
      : typeof value === 'number' || typeof value === 'bigint'
        ? Number(value)
        : undefined;
  const [a, b] = [numberOf(x), numberOf(y)];
  if (a === undefined || b === undefined || !(x instanceof Float || y instanceof Float)) return false;
  const bits = new BigInt64Array(new Float64Array([a, b]).buffer);
  const distance = (bits[0] ?? 0n) - (bits[1] ?? 0n);
  return distance === 1n || distance === -1n;
}

export const freezing: Builtin = new Builtin('freeze', (_thread, _self, args) => {
  freeze(args[0] ?? null);
  return args[0] ?? null;
});

/** An iterable that never ends. */
class Fibonacci implements Extension {
  readonly extension: ExtensionType = {
    name: 'fib',
    text: (_self, writer) => writer.put('fib'),
    size: () => Number.POSITIVE_INFINITY,
    item: (_self, index) => {
      let [x, y] = [0, 1];
      for (let i = 0; i < index; i++) [x, y] = [y, x + y];
      return x;
    },
  };
}

class Symbol_ implements Extension {
  readonly name: string;
  readonly extension: ExtensionType;
  constructor(name: string) {
    this.name = name;
    this.extension = {
      name: 'symbol',
      text: (_self, writer) => writer.put(name),
      call: (self, _positional, named, thread) => structOf(self as Value, named, thread),
    };
  }
}

const gensym = new Builtin('gensym', (_thread, _self, _args, named) => new Symbol_(String(named[0]?.[1] ?? '')));

/** A value whose fields can be set until it is frozen, and which a list can be added to. */
class HasFields implements Extension {
  readonly fields = new Map<string, Value>();
  frozen = false;
  readonly extension: ExtensionType = {
    name: 'hasfields',
    text: (_self, writer) => writer.put('hasfields'),
    attribute: (_self, name) => this.fields.get(name),
    attributeNames: () => [...this.fields.keys()],
    setAttribute: (_self, name, value, thread) => {
      if (this.frozen) thread.fail('cannot set field on a frozen hasfields');
      const meant = nearest(name, this.fields.keys());
      if (name.startsWith('no')) thread.fail(`no .${name} field (did you mean .${meant}?)`);
      this.fields.set(name, value);
    },
    parts: () => {
      this.frozen = true;
      return [...this.fields.values()];
    },
    binary: (operator, _self, other) => (operator === '+' && other instanceof List ? 42 : undefined),
    hashText: () => '42',
  };
}

const hasfields = new Builtin('hasfields', () => new HasFields());

/** Predeclared for every chunk. */
export function predeclaredFor(failures: string[]): Map<string, Value> {
  return new Map<string, Value>([
    ['fibonacci', new Fibonacci()],
    ['struct', struct],
    ['gensym', gensym],
    ['hasfields', hasfields],
    ['freeze', freezing],
    ...['assert_eq', 'assert_ne', 'assert_'].map((name): [string, Value] => {
      const inner = assertModule(failures) as unknown as { readonly members: ReadonlyMap<string, Value> };
      const key = name === 'assert_' ? 'true' : name.slice('assert_'.length);
      return [name, inner.members.get(key) ?? null];
    }),
  ]);
}

export function modulesFor(failures: string[]): Map<string, ReadonlyMap<string, Value>> {
  const assert = new Map<string, Value>([
    ['assert', assertModule(failures)],
    ['asserts', assertModule(failures)],
    ['freeze', freezing],
  ]);
  return new Map<string, ReadonlyMap<string, Value>>([
    ['assert.star', assert],
    ['asserts.star', assert],
    ['json.star', new Map([['json', json]])],
    ['math.star', new Map([['math', math]])],
    ['time.star', new Map([['time', timeModule(() => 1_700_000_000_000_000_000n)]])],
  ]);
}
