// What a host gives to a program is looked at: a mistake of the host is a fault of the host, never something that the program then has.
import { describe, expect, it } from 'vitest';
import {
  Builtin,
  callFunction,
  compile,
  type Extension,
  type ExtensionType,
  Float,
  List,
  type RunOptions,
  STARLARK_GO_ALL,
  Tuple,
  UNIVERSE,
  type Value,
} from '../src/index.ts';

const BUDGET = { steps: 100_000, memoryBytes: 1e6, depth: 50, outputBytes: 10_000 };

function run(source: string, given: Readonly<Record<string, Value>>, options: Partial<RunOptions> = {}) {
  const predeclared = new Map(Object.entries(given));
  const compiled = compile('f.star', source, {
    predeclared: new Set(predeclared.keys()),
    dialect: STARLARK_GO_ALL,
  });
  if (!compiled.ok) throw new TypeError(compiled.errors[0]?.message);
  const printed: string[] = [];
  const print = (text: string): void => {
    printed.push(text);
  };
  const result = compiled.program.run({ predeclared, budget: BUDGET, print, ...options });
  return { printed, result, error: result.ok ? undefined : result.error };
}

/** A value that TypeScript would not have let through. */
const wrong = (value: unknown): Value => value as Value;
const giving = (value: unknown): Value => new Builtin('f', () => wrong(value));

const WRONG: readonly (readonly [string, unknown])[] = [
  ['a promise', Promise.resolve('text')],
  ['undefined', undefined],
  ['a float that is no Float', 1.5],
  ['NaN', Number.NaN],
  ['a number beyond 2^53', 2 ** 53],
  ['an object', { a: 1 }],
  ['an array', [1, 2]],
  ['a Map', new Map()],
  ['a function', () => null],
  ['a symbol', Symbol('a')],
  ['what only looks like an extension', { extension: { name: 'x' } }],
];

describe('what is no value', () => {
  const type = (members: Partial<ExtensionType>): Extension => ({
    extension: { name: 'thing', text: (_self, writer) => writer.put('thing'), ...members },
  });

  it.each(WRONG)('a function gives: %s', (_what, value) => {
    const { error, printed, result } = run('print("before")\nx = f()\nprint(x)', { f: giving(value) });
    expect(error).toMatchObject({ kind: 'host', at: { line: 2 } });
    expect(error?.message).toMatch(/^the host failed: f gave /);
    expect(printed).toEqual(['before']);
    expect(result.globals.has('x')).toBe(false);
  });

  it.each(WRONG.filter(([, value]) => value !== undefined))('a type gives: %s', (_what, value) => {
    const thing = type({
      attribute: () => wrong(value),
      binary: () => wrong(value),
      call: () => wrong(value),
      size: () => 1,
      item: () => wrong(value),
      indexable: true,
    });
    for (const source of ['t.a', 't - 1', '1 - t', 't()', 't[0]', '[y for y in t]', 'list(t)', 'getattr(t, "a")']) {
      expect(run(`x = ${source}`, { t: thing }).error?.kind, source).toBe('host');
    }
    const opaque = type({ joined: () => wrong(value) });
    expect(run('x = "a" + t', { t: opaque }).error?.kind).toBe('host');
    expect(run('x = "%s" % t', { t: opaque }).error?.kind).toBe('host');
  });

  it.each(WRONG.filter(([, value]) => value !== undefined))('is predeclared, or in a module: %s', (_what, value) => {
    expect(run('x = v', { v: wrong(value) }).error?.kind).toBe('host');
    const load = () => ({ ok: true as const, globals: new Map([['v', wrong(value)]]) });
    expect(run('load("m", "v")', {}, { load }).error?.kind).toBe('host');
  });

  it('is given to a function of the program', () => {
    const made = run('def f(x): return x', {}).result;
    const f = made.globals.get('f') ?? null;
    expect(callFunction(f, [wrong({})], { budget: BUDGET })).toMatchObject({ ok: false, error: { kind: 'host' } });
    const named = [['x', wrong(1.5)]] as const;
    expect(callFunction(f, [], { budget: BUDGET }, named)).toMatchObject({ ok: false, error: { kind: 'host' } });
  });

  it('and truth and equality are bools', () => {
    const thing = type({ truth: () => wrong('yes') as boolean, equals: () => wrong({}) as boolean });
    const { result } = run('x = [bool(t), t == u, t != u]', { t: thing, u: { extension: thing.extension } });
    expect((result.globals.get('x') as List).items).toEqual([false, false, true]);
  });
});

describe('what is nearly a value becomes one', () => {
  it('a bigint that is small, and −0', () => {
    const { printed } = run('print(f() == 5, {f(): 1}[5], g(), type(f()))', { f: giving(5n), g: giving(-0) });
    expect(printed).toEqual(['True 1 0 int']);
  });

  it.each([
    ['by a function', 'x = f()', { f: giving('\ud800ba') }],
    ['predeclared', 'x = v', { v: '\ud800ba' }],
    [
      'by a type that is told',
      'x = str(v)',
      { v: { extension: { name: 't', text: (_self, writer) => writer.put('\ud800ba') } satisfies ExtensionType } },
    ],
  ] as const)('half a surrogate pair, %s', (_how, source, given) => {
    const { printed, result } = run(`${source}\nd = {x: 1}\nd[b"a"] = 2\nprint(len(d), len(x + "\\U0001F600"))`, given);
    expect(printed).toEqual(['2 4']);
    expect(result.globals.get('x')).toBe('\ufffdba');
  });
});

describe('two types of extensions of one name', () => {
  it('are two types', () => {
    const thing = (): Extension => ({
      extension: { name: 't', text: (_self, writer) => writer.put('t'), hashText: () => 'k', equals: () => false },
    });
    const given = { a: thing(), b: thing() };
    expect(run('d = {a: 1}\nd[b] = 2\nprint(len(d), a == b, len({(a,): 1, (b,): 2}))', given).printed).toEqual([
      '2 False 2',
    ]);
  });

  it('and what hashes to no text is no key', () => {
    const type: ExtensionType = {
      name: 't',
      text: (_self, writer) => writer.put('t'),
      hashText: () => wrong(1) as string,
    };
    expect(run('d = {a: 1}', { a: { extension: type } }).error?.kind).toBe('host');
  });
});

describe('what is predeclared', () => {
  it('is frozen, so that nothing of one program is there for the next', () => {
    const given = { a: new List([new List([1])]), t: new Tuple([new List([new Float(1)])]) };
    expect(run('a.append(2)', given).error?.message).toBe('append: cannot append to frozen list');
    expect(run('a[0].append(2)', given).error?.message).toBe('append: cannot append to frozen list');
    expect(run('t[0].append(2)', given).error?.message).toBe('append: cannot append to frozen list');
    expect(run('print(a, t)', given).printed).toEqual(['[[1]] ([1.0],)']);
  });

  it('and so is what is loaded', () => {
    const load = () => ({ ok: true as const, globals: new Map([['a', new List([])]]) });
    const { error } = run('load("m", "a")\na.append(1)', {}, { load });
    expect(error?.message).toBe('append: cannot append to frozen list');
  });

  it('but not what a session has bound', () => {
    const session = new Map<string, Value>([['a', new List([])]]);
    const compiled = compile('f.star', 'a.append(1)', { bound: new Set(['a']), dialect: STARLARK_GO_ALL });
    if (!compiled.ok) throw new TypeError(compiled.errors[0]?.message);
    expect(compiled.program.run({ session, budget: BUDGET }).ok).toBe(true);
    expect((session.get('a') as List).items).toEqual([1]);
  });
});

it('what all programs have, no host can change', () => {
  const mine = UNIVERSE as Map<string, Value>;
  const len = mine.get('len') as Builtin;
  mine.set('len', 5);
  expect(run('print(len([]))', {}).printed).toEqual(['0']);
  mine.set('len', len);
  expect(() => Object.assign(len, { run: () => 7 })).toThrow(TypeError);
});
