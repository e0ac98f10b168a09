// A host's function takes its arguments apart in the words of the built-ins, and what it makes is charged to the run that called it.
import { describe, expect, it } from 'vitest';
import {
  Builtin,
  Bytes,
  COST,
  countArguments,
  decodeJson,
  encodeJson,
  evaluate,
  Func,
  Range,
  type Run,
  unpack,
  unpackPositional,
  type Value,
  wantAny,
  wantBool,
  wantCallable,
  wantInt,
  wantIterable,
  wantNumber,
  wantString,
} from '../src/index.ts';

const GET = [
  { name: 'url', want: wantString },
  { name: 'timeout', want: wantNumber, optional: true },
  { name: 'follow', want: wantBool, optional: true },
];
const EACH = [wantIterable, wantCallable, wantInt];

const FUNCTIONS: Readonly<Record<string, Run>> = {
  get: (thread, _self, positional, named) => unpack(thread, 'get', positional, named, GET)[0] as Value,
  each: (thread, _self, positional, named) => {
    unpackPositional(thread, 'each', positional, named, 2, EACH);
    return null;
  },
  body: (thread, _self, positional, named) => {
    countArguments(thread, 'body', positional, named, 0, 0);
    thread.allocate(COST.bytes + 2);
    return new Bytes(new Uint8Array([104, 105]));
  },
  kind: (thread, _self, positional, named) => {
    const [value] = unpack(thread, 'kind', positional, named, [{ name: 'x', want: wantAny }]);
    if (value instanceof Bytes) return `bytes of ${value.data.length}`;
    if (value instanceof Range) return `range of ${value.length}`;
    return value instanceof Func ? `function ${value.name}` : 'another';
  },
  decode: (thread, _self, positional) => {
    const decoded = decodeJson(thread, String(positional[0]));
    return decoded.ok ? decoded.value : thread.fail(`decode: ${decoded.message}`);
  },
  encode: (thread, _self, positional) => encodeJson(thread, 'encode', positional[0] as Value),
};

const predeclared = new Map<string, Value>(
  Object.entries(FUNCTIONS).map(([name, run]) => [name, new Builtin(name, run)]),
);

function ask(expression: string) {
  return evaluate('f.star', expression, {
    predeclared,
    budget: { steps: 10_000, memoryBytes: 100_000, depth: 20, outputBytes: 100 },
  });
}

function says(expression: string): string {
  const result = ask(expression);
  if (result.ok) return String(result.result);
  return 'error' in result ? result.error.message : 'it does not compile';
}

describe('a host function', () => {
  it.each([
    ['get("a")', 'a'],
    ['get(url = "a", timeout = 1.5, follow = True)', 'a'],
    ['get()', 'get: missing argument for url'],
    ['get(1)', 'get: for parameter url: got int, want string'],
    ['get("a", timeout = "b")', 'get: for parameter "timeout": got string, want float or int'],
    ['get("a", follow = 1)', 'get: for parameter "follow": got int, want bool'],
    ['get("a", uri = 1)', 'get: unexpected keyword argument "uri" (did you mean url?)'],
    ['each([], len)', 'null'],
    ['each(1, len)', 'each: for parameter 1: got int, want iterable'],
    ['each([], 1)', 'each: for parameter 2: got int, want callable'],
    ['each([], len, "x")', 'each: for parameter 3: got string, want int'],
    ['body(1)', 'body: got 1 arguments, want 0'],
    ['str(body())', 'hi'],
    ['kind(body())', 'bytes of 2'],
    ['kind(range(3))', 'range of 3'],
    ['kind(lambda: 1)', 'function lambda'],
    ['encode(decode("[1, {\\"a\\": null}]"))', '[1,{"a":null}]'],
    ['decode("[")', 'decode: at offset 1, unexpected end of file'],
    ['encode(len)', 'encode: cannot encode builtin_function_or_method as JSON'],
  ])('%s', (expression, expected) => {
    expect(says(expression)).toBe(expected);
  });

  it('cannot decode more than the run may have', () => {
    const result = ask('decode("[" + "[]," * 2000 + "1]")');
    expect(result).toMatchObject({ ok: false, error: { kind: 'budget', budget: 'memory' } });
    expect(ask('encode(["a" * 20000] * 3)')).toMatchObject({ ok: false, error: { kind: 'budget', budget: 'memory' } });
  });
});
