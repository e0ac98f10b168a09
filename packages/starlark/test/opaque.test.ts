// An opaque text, such as a secret: a program makes it part of longer texts, in every way in which texts are made, and no built-in reads it. The
// table is the whole surface: what a program can do with a value it was given.
import { describe, expect, it } from 'vitest';
import {
  Builtin,
  compile,
  type Extension,
  type ExtensionType,
  json,
  math,
  STARLARK_GO_ALL,
  struct,
  timeModule,
  type Value,
} from '../src/index.ts';

const CONTENT = 'hunter2';

class Opaque implements Extension {
  readonly extension: ExtensionType = OPAQUE;
  readonly parts: readonly (string | { readonly secret: string })[];
  constructor(parts: readonly (string | { readonly secret: string })[]) {
    this.parts = parts;
  }
}

const OPAQUE: ExtensionType = {
  name: 'secret',
  text: (_self, writer) => writer.put('[REDACTED]'),
  joined: (parts) => new Opaque(parts.flatMap((part) => (typeof part === 'string' ? [part] : (part as Opaque).parts))),
};

/** Another host's type of opaque texts. */
const OTHER: ExtensionType = {
  name: 'other',
  text: (_self, writer) => writer.put('<other>'),
  joined: (_parts, thread) => thread.fail('other texts are not joined'),
};

function run(expression: string) {
  const predeclared = new Map<string, Value>([
    ['s', new Opaque([{ secret: CONTENT }])],
    ['z', new Opaque([{ secret: 'other' }])],
    ['o', { extension: OTHER }],
    ['json', json],
    ['math', math],
    ['struct', struct],
    ['time', timeModule(undefined)],
    // What a host makes of it; no program has this.
    ['shown', new Builtin('shown', (thread, _self, [value]) => shown(value, (message) => thread.fail(message)))],
  ]);
  const printed: string[] = [];
  const compiled = compile('f.star', `r = ${expression}\n`, {
    predeclared: new Set(predeclared.keys()),
    dialect: STARLARK_GO_ALL,
  });
  if (!compiled.ok) throw new TypeError(compiled.errors[0]?.message);
  const result = compiled.program.run({
    predeclared,
    print: (text) => {
      printed.push(text);
    },
    budget: { steps: 10_000, memoryBytes: 100_000, depth: 20, outputBytes: 10_000 },
  });
  return { result, printed };
}

function shown(value: Value | undefined, fail: (message: string) => never): string {
  if (!(value instanceof Opaque)) return fail('no opaque text');
  return value.parts.map((part) => (typeof part === 'string' ? part : `<${part.secret}>`)).join('');
}

function outcome(expression: string): string {
  const { result } = run(expression);
  if (!result.ok) return `error: ${result.error.message}`;
  const value = result.globals.get('r');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

describe('an opaque text becomes part of a longer one', () => {
  it.each([
    ['"a" + s', 'a<hunter2>'],
    ['s + "a"', '<hunter2>a'],
    ['"" + s', '<hunter2>'],
    ['s + ""', '<hunter2>'],
    ['s + s', '<hunter2><hunter2>'],
    ['s + z', '<hunter2><other>'],
    ['"a" + s + "b" + z + "c"', 'a<hunter2>b<other>c'],
    ['"x=%s" % s', 'x=<hunter2>'],
    ['"x=%s;" % (s,)', 'x=<hunter2>;'],
    ['"%s" % s', '<hunter2>'],
    ['"%s%s%%%d" % (s, "é", 3)', '<hunter2>é%3'],
    ['"x=%(k)s" % {"k": s}', 'x=<hunter2>'],
    ['"%s" % ("a" + s)', 'a<hunter2>'],
    ['"{}".format(s)', '<hunter2>'],
    ['"{{{}}}: {x!s}{1}".format(s, x = z) if False else "{{{}}}: {x!s}".format(s, x = z)', '{<hunter2>}: <other>'],
    ['"{0}{1}{0}".format(s, 1)', '<hunter2>1<hunter2>'],
    ['", ".join([s])', '<hunter2>'],
    ['", ".join(["a", s, "b"])', 'a, <hunter2>, b'],
    ['"".join((s, z))', '<hunter2><other>'],
    ['", ".join([s, ""])', '<hunter2>, '],
    ['str(s)', '<hunter2>'],
    ['"Bearer " + str(s)', 'Bearer <hunter2>'],
    ['[x for x in [s]][0] + "a"', '<hunter2>a'],
  ])('%s', (expression, text) => {
    expect(outcome(`shown(${expression})`)).toBe(text);
  });

  it('with += too, on either side', () => {
    const body = 'x = "a"\n  x += s\n  x += "b"\n  y = {"k": s}\n  y["k"] += x\n  return y["k"]';
    const compiled = outcome(`None\ndef f():\n  ${body}\nr = shown(f())`);
    expect(compiled).toBe('<hunter2>a<hunter2>b');
  });

  it('and the first opaque part decides', () => {
    expect(outcome('s + o')).toContain('parts');
    expect(outcome('o + s')).toBe('error: other texts are not joined');
    expect(outcome('"%s" % o')).toBe('error: other texts are not joined');
  });
});

const UNCHANGED: readonly (readonly [string, string])[] = [
  ['[1] + s', 'error: unknown binary op: list + secret'],
  ['s + 1', 'error: unknown binary op: secret + int'],
  ['1 + s', 'error: unknown binary op: int + secret'],
  ['s + None', 'error: unknown binary op: secret + NoneType'],
  ['s + b"a"', 'error: unknown binary op: secret + bytes'],
  ['s * 2', 'error: unknown binary op: secret * int'],
  ['2 * s', 'error: unknown binary op: int * secret'],
  ['"a" * s', 'error: unknown binary op: string * secret'],
  ['s - 1', 'error: unknown binary op: secret - int'],
  ['s | s', 'error: unknown binary op: secret | secret'],
  ['s % "a"', 'error: unknown binary op: secret % string'],
  ['-s', 'error: unknown unary op: - secret'],
  ['"%r" % s', '[REDACTED]'],
  ['"{!r}".format(s)', '[REDACTED]'],
  ['"%s" % [s]', '[[REDACTED]]'],
  ['"{}".format({"a": s})', '{"a": [REDACTED]}'],
  ['"%d" % s', 'error: %d format requires integer: cannot convert secret to int'],
  ['"%c" % s', 'error: %c format requires int or single-character string, not secret'],
  ['"%f" % s', 'error: %f format requires float, not secret'],
  ['"%(k)s" % s', 'error: format requires a mapping'],
  ['"{:x}".format(s)', 'error: format spec features not supported in replacement fields: x'],
  ['",".join(s)', 'error: join: for parameter 1: got secret, want iterable'],
  ['",".join([s, 1])', 'error: join: in list, want string, got int'],
  ['",".join([1, s])', 'error: join: in list, want string, got int'],
  ['s.join(["a"])', 'error: secret has no .join field or method'],
  ['repr(s)', '[REDACTED]'],
  ['str([s])', '[[REDACTED]]'],
  ['str({"a": s})', '{"a": [REDACTED]}'],
  ['str(struct(a = s))', 'struct(a = [REDACTED])'],
  ['repr("a" + s)', '[REDACTED]'],
  ['fail(s)', 'error: fail: [REDACTED]'],
  ['fail("x", "a" + s)', 'error: fail: x [REDACTED]'],
  ['{s: 1}', 'error: unhashable: secret'],
  ['set([s])', 'error: set: unhashable: secret'],
  ['{(s, 1): 1}', 'error: unhashable: secret'],
  ['{struct(a = s): 1}', 'error: unhashable: secret'],
  ['{"a": 1}.get(s)', 'error: get: unhashable: secret'],
  ['hash(s)', 'error: hash: got secret, want string or bytes'],
  ['s in {"a": 1}', 'false'],
  ['json.encode(s)', 'error: json.encode: cannot encode secret as JSON'],
  ['json.encode({"a": [s]})', 'error: json.encode: in dict key "a": at list index 0: cannot encode secret as JSON'],
  ['json.indent(s)', 'error: json.indent: for parameter 1: got secret, want string'],
  ['json.decode(s)', 'error: json.decode: for parameter x: got secret, want string'],
  ['s == s', 'true'],
  ['s == z', 'false'],
  ['str(s) == s', 'true'],
  ['s + "" == s + ""', 'false'],
  ['s == "hunter2"', 'false'],
  ['"hunter2" != s', 'true'],
  ['s < s', 'error: secret < secret not implemented'],
  ['s < "a"', 'error: secret < string not implemented'],
  ['sorted([s, z])', 'error: secret < secret not implemented'],
  ['max([s, z])', 'error: max: secret > secret not implemented'],
  ['s in "abc"', "error: 'in <string>' requires string as left operand, not secret"],
  ['"a" in s', 'error: unknown binary op: string in secret'],
  ['"a" not in s', 'error: unknown binary op: string in secret'],
  ['s in [s]', 'true'],
  ['s in ["hunter2"]', 'false'],
  ['len(s)', 'error: len: value of type secret has no len'],
  ['[c for c in s]', 'error: secret value is not iterable'],
  ['list(s)', 'error: list: for parameter 1: got secret, want iterable'],
  ['s[0]', 'error: unhandled index operation secret[int]'],
  ['s[0:1]', 'error: invalid slice operand secret'],
  ['s.upper()', 'error: secret has no .upper field or method'],
  ['getattr(s, "parts", 1)', '1'],
  ['dir(s)', '{"items":[],"frozen":true,"iterators":0}'],
  ['bool(s)', 'true'],
  ['int(s)', 'error: int: cannot convert secret to int'],
  ['float(s)', 'error: float got secret, want number or string'],
  ['bytes(s)', 'error: bytes: got secret, want string, bytes, or iterable of ints'],
  ['ord(s)', 'error: ord: got secret, want string or bytes'],
  ['"a".startswith(s)', 'error: startswith: got secret, want string or tuple of string'],
  ['"a".replace("a", s)', 'error: replace: for parameter 2: got secret, want string'],
  ['"a".find(s)', 'error: find: for parameter 1: got secret, want string'],
  ['"a".split(s)', 'error: split: got secret for separator, want string'],
  ['"a".count(s)', 'error: count: for parameter 1: got secret, want string'],
  ['[1].index(s)', 'error: index: value not in list'],
  ['zip(s)', 'error: zip: argument #1 is not iterable: secret'],
  ['dict(**s)', 'error: argument after ** must be a mapping, not secret'],
  ['print(*s)', 'error: argument after * must be iterable, not secret'],
  ['time.parse_duration(s)', 'error: parse_duration: for parameter 1: got secret, want a duration, string, or int'],
  ['getattr(1, s)', 'error: getattr: for parameter 2: got secret, want string'],
  ['type(s)', 'secret'],
];

describe('nothing else reads it', () => {
  it.each(UNCHANGED)('%s', (expression, says) => {
    expect(outcome(expression)).toBe(says);
  });

  it('printed, it is its text', () => {
    expect(run('print("x", s, "a" + s, [s])').printed).toEqual(['x [REDACTED] [REDACTED] [[REDACTED]]']);
  });

  it('what it costs does not tell how long it is', () => {
    const used = (parts: string) =>
      run(`None\nf = lambda s: ["%s" % s, "{}".format(s), ",".join([s]), s + "a", str(s), repr(s)]\nf(${parts})`).result
        .used;
    expect(used('z')).toEqual(used('s'));
  });
});

describe('membership in an extension', () => {
  const holds = (answer: Value): ExtensionType => ({
    name: 'holder',
    text: (_self, writer) => writer.put('holder'),
    binary: (operator, _self, _other, swapped) => (operator === 'in' && swapped ? answer : undefined),
  });
  const ask = (answer: Value, expression: string): string => {
    const predeclared = new Map<string, Value>([['h', { extension: holds(answer) }]]);
    const compiled = compile('f.star', `r = ${expression}\n`, { predeclared: new Set(predeclared.keys()) });
    if (!compiled.ok) throw new TypeError('it compiles');
    const result = compiled.program.run({
      predeclared,
      budget: { steps: 100, memoryBytes: 10_000, depth: 10, outputBytes: 0 },
    });
    return result.ok ? String(result.globals.get('r')) : result.error.message;
  };

  it('is a bool, and its opposite follows', () => {
    expect(ask(true, '"a" in h')).toBe('true');
    expect(ask(true, '"a" not in h')).toBe('false');
    expect(ask(false, '"a" not in h')).toBe('true');
    expect(ask('yes', '"a" in h')).toBe("'in' of holder gave string, want bool");
    expect(ask('yes', '"a" not in h')).toBe("'in' of holder gave string, want bool");
  });
});
