// Programs and what they come to: what they print, or the error with its place.
import { describe, expect, it } from 'vitest';
import {
  callFunction,
  compile,
  evaluate,
  fromJson,
  List,
  type RunOptions,
  STARLARK_GO_ALL,
  toJson,
} from '../src/index.ts';

const BUDGET = { steps: 1e6, memoryBytes: 1e7, depth: 100, outputBytes: 1e5 };

function run(source: string, options: Partial<RunOptions> = {}, dialect = STARLARK_GO_ALL) {
  const printed: string[] = [];
  const predeclared = new Set(options.predeclared?.keys());
  const compiled = compile('t.star', source, { dialect, predeclared });
  if (!compiled.ok) throw new Error(compiled.errors[0]?.message);
  const result = compiled.program.run({ budget: BUDGET, print: (text) => printed.push(text), ...options });
  return { printed, result, error: result.ok ? undefined : result.error };
}

const place = (source: string): string => {
  const { error } = run(source);
  return `${error?.at?.line}:${error?.at?.column} ${error?.message}`;
};

describe('programs print', () => {
  it.each([
    [
      'closures that share a variable',
      'def f():\n  n = [0]\n  def g():\n    n[0] += 1\n    return n[0]\n  return g\ng = f()\ng()\nprint(g())',
      '2',
    ],
    [
      'the last value of a comprehension’s variable',
      'fs = [lambda: i for i in range(3)]\nprint([f() for f in fs])',
      '[2, 2, 2]',
    ],
    ['defaults that are made once', 'def f(x = []):\n  x.append(1)\n  return x\nf()\nprint(f())', '[1, 1]'],
    [
      'arguments of every kind',
      'def f(a, b = 2, *args, c, d = 4, **kwargs): return [a, b, args, c, d, kwargs]\nprint(f(1, 3, 5, c = 6, e = 7))',
      '[1, 3, (5,), 6, 4, {"e": 7}]',
    ],
    [
      'arguments that are spread',
      'def f(*args, **kwargs): return (args, kwargs)\nprint(f(1, x = 4, *[2, 3], **{"y": 5}))',
      '((1, 2, 3), {"x": 4, "y": 5})',
    ],
    [
      'what breaks and continues',
      'r = []\nfor i in range(9):\n  if i == 2: continue\n  if i == 5: break\n  r.append(i)\nprint(r)',
      '[0, 1, 3, 4]',
    ],
    [
      'a return out of loops',
      'def f():\n  for i in range(3):\n    for j in {5: 6}:\n      while True:\n        return (i, j)\nprint(f())',
      '(0, 5)',
    ],
    [
      'elif',
      'def f(n):\n  if n == 0: return "a"\n  elif n == 1: return "b"\n  elif n == 2: return "c"\n  else: return "d"\nprint([f(i) for i in range(4)])',
      '["a", "b", "c", "d"]',
    ],
    ['unpacking in unpacking', '[a, (b, c)], d = [1, (2, 3)], 4\nprint(a, b, c, d)', '1 2 3 4'],
    ['an exchange', 'x, y = 1, 2\nx, y = y, x\nprint(x, y)', '2 1'],
    [
      'augmented assignment whose parts are evaluated once',
      'n = [0]\ndef i():\n  n[0] += 1\n  return 0\nl = [5]\nl[i()] += 1\nprint(l, n)',
      '[6] [1]',
    ],
    ['a list that grows where it is', 'a = [1]\nb = a\na += (2,)\nprint(b)', '[1, 2]'],
    [
      'a dict that takes in another',
      'a = {1: 2}\nb = a\na |= {3: 4}\nprint(b, {1: 0} | {1: 1})',
      '{1: 2, 3: 4} {1: 1}',
    ],
    ['None that is kept under a key', 'd = {"a": None}\nprint(d.get("a", 5), d.get("b", 5))', 'None 5'],
    [
      'ints and floats as one key',
      'd = {1: "a"}\nd[1.0] = "b"\nprint(d, 1 in {1.0: 2}, True in {1: 2})',
      '{1: "b"} True False',
    ],
    ['cycles', 'l = [1]\nl.append(l)\nd = {"d": l}\nl.append(d)\nprint(l)', '[1, [...], {"d": [...]}]'],
    [
      'floats',
      'print(1.0, 1e6, 1e-5, 0.1, 1 / 3, 2.0 // 0.3, -7.5 % 2, float("nan"), 1e300 * 1e10)',
      '1.0 1e+06 1e-05 0.1 0.3333333333333333 6.0 0.5 nan +inf',
    ],
    [
      'ints beyond 53 bits',
      'print(9007199254740991 + 2, 1 << 100, -(1 << 70) // 3, (1 << 64) & 0xff00000000000000ff)',
      '9007199254740993 1267650600228229401496703205376 -393530540239137101142 18446744073709551616',
    ],
    ['code points', 's = "a😀é"\nprint(len(s), s[1], s[-1], s[::-1], s[1:])', '3 😀 é é😀a 😀é'],
    [
      'names of JavaScript as data',
      'd = {"__proto__": 1, "constructor": 2}\ndef f(**k): return k\nprint(d["__proto__"], f(**d))',
      '1 {"__proto__": 1, "constructor": 2}',
    ],
  ])('%s', (_name, source, expected) => {
    const { printed, error } = run(`${source}\n`);
    expect(error).toBeUndefined();
    expect(printed).toEqual([expected]);
  });
});

describe('faults say what and where', () => {
  it.each([
    ['x = 1 + "a"', '1:7 unknown binary op: int + string'],
    ['x = [1][5]', '1:8 list index 5 out of range [-1:0]'],
    ['x = {}["a"]', '1:7 key "a" not in dict'],
    ['x = 5 // 0', '1:7 floored division by zero'],
    ['x = "a".uper()', '1:8 string has no .uper field or method (did you mean .upper?)'],
    ['for x in 5: pass', '1:1 int value is not iterable'],
    ['x = 5()', '1:6 invalid call of non-function (int)'],
    ['a, b = [1]', '1:6 too few values to unpack (got 1, want 2)'],
    ['a, b = [1, 2, 3]', '1:6 too many values to unpack (got 3, want 2)'],
    ['a, b = 5', '1:6 got int in sequence assignment'],
    ['x = {1: 2, 1: 3}', '1:13 duplicate key: 1'],
    ['x = {[]: 1}', '1:8 unhashable type: list'],
    ['x = [] < {}', '1:8 list < dict not implemented'],
    ['def f(): return y\n  \nf()\ny = 1', '1:17 global variable y referenced before assignment'],
    ['def f():\n  print(y)\n  y = 1\nf()', '2:9 local variable y referenced before assignment'],
    ['def f(): pass\nf(1)', '1:1 function f accepts no arguments (1 given)'],
    ['def f(a): pass\nf(1, 2)', '1:1 function f accepts 1 positional argument (2 given)'],
    ['def f(a, b = 1): pass\nf(1, 2, 3)', '1:1 function f accepts at most 2 positional arguments (3 given)'],
    ['def f(a, b): pass\nf()', '1:1 function f missing 2 arguments (a, b)'],
    ['def f(a, *, b): pass\nf(1)', '1:1 function f missing 1 argument (b)'],
    ['def f(a): pass\nf(*[1], **5)', '2:2 argument after ** must be a mapping, not int'],
    ['def f(a): pass\nf(*5)', '2:2 argument after * must be iterable, not int'],
    ['def f(a): pass\nf(**{1: 2})', '2:2 keywords must be strings, not int'],
    ['x = 1 << 512', '1:7 shift count too large: 512'],
    ['x = 1 << -1', '1:7 negative shift count: -1'],
    ['x = [1, 2][::0]', '1:11 zero is not a valid slice step'],
    ['l = [1]\nx = l[1:2:0]', '2:5 zero is not a valid slice step'],
    ['l = [1]\nz = 0\nx = l[1:len(l):-z]', '3:16 zero is not a valid slice step'],
    ['(1).x = 2', "1:4 can't assign to .x field of int"],
    ['x = (1,)\nx[0] = 2', '2:2 tuple value does not support item assignment'],
  ])('%s', (source, expected) => {
    expect(place(`${source}\n`)).toBe(expected);
  });

  it('with the stack of calls, built-ins among them', () => {
    const { error } = run('def f(x): return x + "a"\ndef g(): return sorted([1, 2], key = f)\ng()\n');
    expect(error?.stack.map((frame) => `${frame.function} ${frame.at?.line ?? '-'}`)).toEqual([
      '<toplevel> 3',
      'g 2',
      'sorted -',
      'f 1',
    ]);
    expect(error?.at).toEqual({ file: 't.star', line: 1, column: 20 });
  });

  it('with the function that was called wrongly, as it begins, in the stack', () => {
    const { error } = run('def f(a): pass\ndef g(): f()\ng()\n');
    expect(error?.stack.map((frame) => `${frame.function} ${frame.at?.line}:${frame.at?.column}`)).toEqual([
      '<toplevel> 3:2',
      'g 2:11',
      'f 1:1',
    ]);
  });

  it('and a function that calls itself is one where the dialect has no recursion', () => {
    const { error } = run(
      'def f(n): return g(n)\ndef g(n): return f(n)\nf(1)\n',
      {},
      { ...STARLARK_GO_ALL, recursion: false },
    );
    expect(error?.message).toBe('function f called recursively');
  });
});

/** A bit of everything that can be under way when a budget ends. */
const MIXED = `
def key(x): return [y for y in range(x % 3)]
def work(l, d):
    for x in l:
        for k, v in d.items():
            d[k] = v + len(sorted([3, 1, 2], key = key))
    return {str(k): [v] * 2 for k, v in d.items()}
l = [1, 2, 3]
d = {"a": 1, "b": 2}
print("%s %r" % (work(l, d), "é" * 10), 2 << 70, 1.5 + 1)
l.append(4)
d["c"] = 3
`;

describe('budgets', () => {
  const whole = run(MIXED).result;

  it('let a program run whose budget is what it uses, and no other', () => {
    expect(whole.ok).toBe(true);
    expect(run(MIXED).result.used).toEqual(whole.used);
    const { steps, memoryBytes } = whole.used;
    expect(run(MIXED, { budget: { ...BUDGET, steps, memoryBytes } }).result.ok).toBe(true);
  });

  it('end it at every point with a place', () => {
    for (let steps = 0; steps < whole.used.steps; steps += 1) {
      const { error } = run(MIXED, { budget: { ...BUDGET, steps } });
      expect(error).toMatchObject({ kind: 'budget', budget: 'steps', at: { file: 't.star' } });
    }
    for (let memoryBytes = 0; memoryBytes < whole.used.memoryBytes; memoryBytes += 97) {
      const { error } = run(MIXED, { budget: { ...BUDGET, memoryBytes } });
      expect(error).toMatchObject({ kind: 'budget', budget: 'memory', at: { file: 't.star' } });
    }
  });

  it('of output and depth have names of their own', () => {
    expect(run('print("x" * 100)\n', { budget: { ...BUDGET, outputBytes: 50 } }).error?.budget).toBe('output');
    expect(run('def f(): f()\nf()\n', { budget: { ...BUDGET, depth: 10 } }).error?.budget).toBe('depth');
  });

  it('and the host can end the run', () => {
    let asked = 0;
    const cancelled = () => {
      asked += 1;
      return asked > 3;
    };
    expect(run('while True: pass\n', { cancelled }).error?.kind).toBe('cancelled');
  });
});

describe('hosts', () => {
  it('get globals that are frozen, and call functions with a budget of their own', () => {
    const { result } = run('l = [1]\ndef add(x):\n  l.append(x)\ndef double(x): return x * 2\n');
    const call = (name: string) => callFunction(result.globals.get(name) ?? null, [21], { budget: BUDGET });
    expect(call('double')).toMatchObject({ ok: true, result: 42 });
    expect(call('add')).toMatchObject({ ok: false, error: { message: 'append: cannot append to frozen list' } });
  });

  it('load files, and a function keeps the globals of its own', () => {
    const other = run('n = 5\ndef f(): return n\n').result;
    const load = (module: string) =>
      module === 'other'
        ? { ok: true as const, globals: other.globals }
        : { ok: false as const, message: 'no such file' };
    expect(run('load("other", "f", m = "n")\nn = 1\nprint(f(), m)\n', { load }).printed).toEqual(['5 5']);
    expect(run('load("x", "f")\n', { load }).error?.message).toBe('cannot load x: no such file');
    expect(run('load("other", "g")\n', { load }).error?.message).toBe('load: name g not found in module other');
  });

  it('keep a session from piece to piece', () => {
    const session = new Map(run('l = [1]\n').result.globals);
    session.set('l', new List([1]));
    const compiled = compile('u.star', 'l.append(2)\nm = l\n', { dialect: STARLARK_GO_ALL, bound: new Set(['l']) });
    if (!compiled.ok) throw new Error('does not compile');
    const result = compiled.program.run({ budget: BUDGET, session });
    expect(result).toMatchObject({ ok: true });
    expect(evaluate('v.star', 'm + l', { budget: BUDGET, session: result.globals })).toMatchObject({
      ok: true,
      result: { items: [1, 2, 1, 2] },
    });
  });

  it('give and take JSON', () => {
    const value = fromJson('{"a": [1, 2.5, null, true, "é"]}', { budget: BUDGET });
    if (!value.ok) throw new Error(value.error.message);
    expect(toJson(value.result, { budget: BUDGET })).toMatchObject({ ok: true, text: '{"a":[1,2.5,null,true,"é"]}' });
    expect(fromJson('{', { budget: BUDGET }).ok).toBe(false);
    const { result } = run('def f(): pass\nl = []\nl.append(l)\n');
    expect(toJson(result.globals.get('f') ?? null, { budget: BUDGET }).ok).toBe(false);
    expect(toJson(result.globals.get('l') ?? null, { budget: BUDGET }).ok).toBe(false);
  });

  it('say what a program loads before it runs', () => {
    const compiled = compile('t.star', 'load("a.star", "x")\nload("b.star", y = "z")\n');
    if (!compiled.ok) throw new Error('does not compile');
    expect(compiled.program.loads).toMatchObject([
      { module: 'a.star', at: { line: 1, column: 6 } },
      { module: 'b.star', at: { line: 2, column: 6 } },
    ]);
  });
});
