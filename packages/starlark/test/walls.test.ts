// The walls around a program that are not its budgets: what the host gives wrongly is refused, whatever the source is like nothing is
// thrown, and what comes back is short enough to be read.
import { describe, expect, it } from 'vitest';
import {
  type Budget,
  Builtin,
  callFunction,
  compile,
  evaluate,
  fromJson,
  type Host,
  type Program,
  type RunOptions,
  STARLARK_GO_ALL,
  type StarlarkError,
  toJson,
  type Value,
} from '../src/index.ts';

const BUDGET: Budget = { steps: 1e6, memoryBytes: 64e6, depth: 200, outputBytes: 1e5 };

function compiled(source: string, predeclared: readonly string[] = [], dialect = STARLARK_GO_ALL): Program {
  const result = compile('w.star', source, { dialect, predeclared: new Set(predeclared) });
  if (!result.ok) throw new Error(result.errors[0]?.message);
  return result.program;
}

function run(source: string, options: Partial<RunOptions> = {}, dialect = STARLARK_GO_ALL) {
  return compiled(source, [...(options.predeclared?.keys() ?? [])], dialect).run({ budget: BUDGET, ...options });
}

function errorsOf(source: string): readonly StarlarkError[] {
  const result = compile('w.star', source, { dialect: STARLARK_GO_ALL });
  return result.ok ? [] : result.errors;
}

const deeply = <T>(levels: number, call: () => T): T => (levels === 0 ? call() : deeply(levels - 1, call));

describe('compiling throws nothing', () => {
  const clauses = (count: number, clause: string) => `[1 for a in[1]${clause.repeat(count)}]`;
  const nested = [
    ['clauses', clauses(20_000, ' for a in[1]')],
    ['conditions', clauses(20_000, ' if 1')],
    ['clauses within clauses', clauses(300, ' for a in[1]').replace('[1 ', `[${clauses(300, ' if 1')} `)],
  ] as const;

  it.each(nested)('%s are levels', (_name, source) => {
    expect(errorsOf(`x = ${source}\n`)).toMatchObject([{ message: 'nesting is deeper than 500 levels' }]);
    const result = evaluate('e', source, { budget: BUDGET });
    expect(result).toMatchObject({ ok: false, errors: [{ message: 'nesting is deeper than 500 levels' }] });
  });

  it('but a few hundred of them run', () => {
    expect(run(`x = ${clauses(400, ' for a in[1]')}\n`).ok).toBe(true);
  });

  it('also from deep within the host', () => {
    const source = clauses(450, ' for a in[1]');
    for (const levels of [2000, 4000, 5000, 5500, 6000, 6500, 7000]) {
      let [kind, evaluated]: string[] = [];
      try {
        deeply(levels, () => {
          // The stack that the frames of this very test take.
          kind = errorsOf(`x = ${source}\n`)[0]?.message ?? 'ok';
          evaluated = evaluate('e', source, { budget: BUDGET }).ok ? 'ok' : 'failed';
        });
      } catch (thrown) {
        // Nothing at all can be called where the stack has ended.
        expect(String(thrown)).toContain('call stack');
        expect(kind === undefined || evaluated === undefined).toBe(true);
      }
    }
  });

  it('and a source has an end', () => {
    const long = '#'.repeat(2 ** 20);
    expect(errorsOf(long)).toEqual([]);
    expect(errorsOf(`${long}#`)).toMatchObject([
      { kind: 'syntax', message: 'source is longer than 1048576 characters', at: { line: 1, column: 1 } },
    ]);
    expect(compile('w.star', `${long}#`, { maxSource: 2 ** 21 }).ok).toBe(true);
    for (const maxSource of [3, Number.NaN, -1]) {
      expect(compile('w.star', 'x = 1', { maxSource })).toMatchObject({ ok: false });
    }
    expect(evaluate('e', '1 + 1', { budget: BUDGET, maxSource: 4 })).toMatchObject({ ok: false });
  });

  it('and can be ended', () => {
    let asked = 0;
    const cancelled = () => {
      asked += 1;
      return asked > 3 && 'the time is over';
    };
    const result = compile('w.star', 'x = 1 + 1\n'.repeat(10_000), { cancelled });
    expect(result).toMatchObject({
      ok: false,
      errors: [{ kind: 'cancelled', message: 'Starlark computation cancelled: the time is over' }],
    });
    expect(compile('w.star', 'x = 1\n', { cancelled: () => true })).toMatchObject({ ok: false });
  });
});

describe('a budget that is no amount is refused', () => {
  const wrong: readonly [keyof Budget, unknown][] = (['steps', 'memoryBytes', 'depth', 'outputBytes'] as const).flatMap(
    (name) => [Number.NaN, undefined, -1, '10', null].map((value): [keyof Budget, unknown] => [name, value]),
  );

  it.each(wrong)('%s: %s', (name, value) => {
    const budget = { ...BUDGET, [name]: value } as unknown as Budget;
    const refused = { ok: false, error: { kind: 'host', message: `the budget of ${name} is no number from 0 up` } };
    let printed = 0;
    const print = () => {
      printed += 1;
    };
    const program = compiled('print(1)\nfor i in range(9): print(i)\ndef f(): return 1\n');
    expect(program.run({ budget, print })).toMatchObject(refused);
    expect(printed).toBe(0);
    expect(callFunction(null, [], { budget })).toMatchObject(refused);
    expect(fromJson('1', { budget })).toMatchObject(refused);
    expect(toJson(1, { budget })).toMatchObject(refused);
    expect(evaluate('e', '1', { budget })).toMatchObject({ ok: false, errors: [refused.error] });
  });

  it('or there is none at all', () => {
    const host = {} as unknown as Host;
    expect(callFunction(null, [], host)).toMatchObject({ ok: false, error: { kind: 'host' } });
  });

  it('and so is an amount that a host charges', () => {
    for (const [what, charge, kind] of [
      ['step', -10, 'host'],
      ['step', Number.NaN, 'host'],
      ['allocate', -10, 'host'],
      ['allocate', Number.NaN, 'budget'],
    ] as const) {
      const free = new Builtin('free', (thread) => {
        thread[what](charge);
        return null;
      });
      const result = run('free()\nfor i in range(1000000000): pass\n', { predeclared: new Map([['free', free]]) });
      expect(result).toMatchObject({ ok: false, error: { kind, at: { line: 1 } } });
    }
  });
});

describe('a call costs what it binds', () => {
  const parameters = Array.from({ length: 4000 }, (_, i) => `a${i}=0`).join(',');

  it('by defaults', () => {
    const { used } = run(`def f(${parameters}): pass\nfor i in range(100): f()\n`);
    expect(used.steps).toBeGreaterThan(40_000);
  });

  it('by variables that are never reached', () => {
    const variables = Array.from({ length: 4000 }, (_, i) => `        v${i} = 1`).join('\n');
    const { used } = run(`def f():\n    if False:\n${variables}\nfor i in range(100): f()\n`);
    expect(used.steps).toBeGreaterThan(40_000);
  });
});

describe('what is said of a fault is short', () => {
  const long = 'f'.repeat(100_000);

  it('whatever its functions are called', () => {
    const { error } = { error: undefined, ...run(`def ${long}(n): return ${long}(n)\n${long}(0)\n`) };
    expect(error).toMatchObject({ budget: 'depth' });
    expect(JSON.stringify(error).length).toBeLessThan(100_000);
    expect(error?.stack.at(-1)?.function).toBe(`${'f'.repeat(200)}…`);
  });

  it('whatever the file is called', () => {
    const result = compile(long, 'x = 1 +\n');
    expect(result).toMatchObject({ ok: false, errors: [{ at: { file: `${'f'.repeat(200)}…` } }] });
  });

  it('also before it runs', () => {
    for (const source of [`x = ${long}\n`, `x = "${long}`, `f(${long}=1, ${long}=2)\n`]) {
      for (const { message } of errorsOf(source)) expect(message.length).toBeLessThan(4200);
      expect(errorsOf(source).length).toBeGreaterThan(0);
    }
  });

  it('and is whole characters', () => {
    for (const filler of ['', 'x']) {
      const { error } = { error: undefined, ...run(`fail("${filler}" + "😀" * 40000)\n`) };
      expect(error?.message.isWellFormed()).toBe(true);
      expect(error?.message).toMatch(/😀…$/u);
      expect(error?.message.length).toBeLessThan(4200);
    }
  });
});

describe('a run is by itself', () => {
  it('and costs the same each time in one process', () => {
    const program = compiled('def f(): pass\nd = {(f, len): 1, (lambda: 1,): 2}\n');
    const costs = Array.from({ length: 1200 }, () => program.run({ budget: BUDGET }).used.memoryBytes);
    expect(new Set(costs).size).toBe(1);
  });

  it('also within another of the same program', () => {
    const dialect = { ...STARLARK_GO_ALL, recursion: false };
    let inner: string | undefined;
    const options = (): RunOptions => ({ budget: { ...BUDGET, depth: 50 }, predeclared: given });
    let nested = false;
    const again: Value = new Builtin('again', () => {
      if (!nested) {
        nested = true;
        const result = program.run(options());
        inner = result.ok ? 'ok' : result.error.message;
      }
      return null;
    });
    const given = new Map([['again', again]]);
    const program = compiled(
      'n = []\ndef f():\n  again()\n  n.append(1)\n  if len(n) < 2: f()\nf()\n',
      ['again'],
      dialect,
    );
    const outer = program.run(options());
    expect(inner).toBe('function f called recursively');
    expect(outer).toMatchObject({ ok: false, error: { message: 'function f called recursively' } });
  });
});

describe('the host', () => {
  it('says why it ends a run', () => {
    const why = (cancelled: () => boolean | string | undefined) => {
      const result = run('while True: pass\n', { cancelled });
      return result.ok ? undefined : `${result.error.kind}: ${result.error.message}`;
    };
    expect(why(() => 'longer than 30 s')).toBe('cancelled: Starlark computation cancelled: longer than 30 s');
    expect(why(() => true)).toBe('cancelled: Starlark computation cancelled');
    expect(why(() => '')).toBe('cancelled: Starlark computation cancelled');
  });

  it('that fails does not tell the program how, and is told itself', () => {
    const failure = new Error('EPIPE /secret/path');
    const fail = () => {
      throw failure;
    };
    for (const [source, host] of [
      ['print(1)\n', { print: fail }],
      ['load("m", "x")\n', { load: fail }],
      ['while True: pass\n', { cancelled: fail }],
      ['f()\n', { predeclared: new Map<string, Value>([['f', new Builtin('f', fail)]]) }],
    ] as const) {
      const result = run(source, host);
      expect(result).toMatchObject({ ok: false, error: { kind: 'host', message: 'the host failed' } });
      expect(result.ok ? undefined : result.thrown).toBe(failure);
      expect(JSON.stringify(result.ok || result.error)).not.toContain('EPIPE');
    }
  });

  it('charges all that a module used to the one that loads it', () => {
    const load: RunOptions['load'] = (_module, loader) => {
      loader.charge({ steps: 100, memoryBytes: 1000, outputBytes: 60 });
      return { ok: true, globals: new Map([['x', 1]]) };
    };
    const source = 'load("a", "x")\nload("b", y="x")\n';
    const { used } = run(source, { load });
    expect(used).toMatchObject({ outputBytes: 120 });
    expect(used.steps).toBeGreaterThanOrEqual(200);
    expect(used.memoryBytes).toBeGreaterThanOrEqual(2000);
    for (const small of [{ steps: 150 }, { memoryBytes: 1500 }, { outputBytes: 100 }]) {
      expect(run(source, { load, budget: { ...BUDGET, ...small } })).toMatchObject({ error: { kind: 'budget' } });
    }
  });
});
