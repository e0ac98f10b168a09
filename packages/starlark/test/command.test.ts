// Stories of the command `starlark`: what is typed, what is said where, and the exit code.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../command/main.ts';
import { readAmount, readOptions } from '../command/options.ts';
import type { World } from '../command/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'starlark-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function told(
  argv: readonly string[],
  input = '',
  isTerminal = false,
  clock: () => number = () => 0,
): Promise<Told> {
  let [stdout, stderr] = ['', ''];
  const typed = input.split('\n');
  const world: World = {
    argv,
    readFile: (path) => readFileSync(path, 'utf8'),
    realPath: (path) => realpathSync(path),
    stdin: {
      isTerminal,
      readAll: async () => input,
      lines: async function* () {
        yield* input.split('\n');
      },
      ask: async (prompt) => {
        stdout += prompt;
        return typed.shift();
      },
    },
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    clock,
  };
  const code = await main(world);
  return { code, stdout, stderr };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('a file', () => {
  it('is run, and what it prints goes to standard output', async () => {
    const path = file('hello.star', 'print("hello", 1 + 1)\n');
    expect(await told([path])).toEqual({ code: 0, stdout: 'hello 2\n', stderr: '' });
  });

  it('that fails is told with the calls that led there, and 1', async () => {
    const path = file('fails.star', 'def f(x):\n    return x[1]\n\nprint("first")\nf([])\n');
    expect(await told([path])).toEqual({
      code: 1,
      stdout: 'first\n',
      stderr: `Traceback (most recent call last):
  ${path}:5:2: in <toplevel>
  ${path}:2:13: in f
Error: index 1 out of range: empty list
`,
    });
  });

  it('that is no Starlark is told where', async () => {
    const path = file('wrong.star', 'x = = 1\n');
    const { code, stderr } = await told([path]);
    expect(code).toBe(1);
    expect(stderr).toBe(`${path}:1:5: got '=', want primary expression\n`);
  });

  it('that is not there is told', async () => {
    const { code, stderr } = await told([join(folder, 'none.star')]);
    expect(code).toBe(1);
    expect(stderr).toContain('(ENOENT)\nhint: ');
  });

  it('loads files of its folder, once, and says where a cycle is', async () => {
    mkdirSync(join(folder, 'lib'));
    file('lib/a.star', 'load("b.star", "b")\nprint("a")\na = b + 1\n');
    file('lib/b.star', 'print("b")\nb = 1\n');
    const path = file('loads.star', 'load("lib/a.star", "a")\nload("lib/b.star", "b")\nprint(a, b)\n');
    expect((await told([path])).stdout).toBe('b\na\n2 1\n');
    const cycle = file('cycle.star', 'load("cycle2.star", "x")\n');
    file('cycle2.star', 'load("cycle.star", "y")\n');
    expect((await told([cycle])).stderr).toContain('cycle in load graph');
  });

  it('cannot load what is outside its folder, also not by a link', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'starlark-outside-'));
    writeFileSync(join(outside, 'secret.star'), 'secret = 1\n');
    symlinkSync(join(outside, 'secret.star'), join(folder, 'link.star'));
    for (const name of [join(outside, 'secret.star'), `../${outside.split('/').at(-1)}/secret.star`, 'link.star']) {
      const path = file('escape.star', `load(${JSON.stringify(name)}, "secret")\nprint(secret)\n`);
      const { code, stdout, stderr } = await told([path]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/outside the folder|not a relative path/);
    }
    rmSync(outside, { recursive: true });
  });

  it.each([
    ['--steps', '1000', 'too many steps'],
    ['--memory', '64k', 'out of memory'],
    ['--output', '100', 'too much output'],
  ])('ends at %s %s', async (option, amount, message) => {
    const path = file(
      'greedy.star',
      'l = []\ndef f():\n    for i in range(1000000):\n        l.append(i)\n        print(i)\nf()\n',
    );
    const { code, stderr } = await told([path, option, amount]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  it('ends at --depth and --timeout', async () => {
    const path = file('deep.star', 'def f():\n    f()\nf()\n');
    expect((await told([path, '--dialect=recursion', '--depth', '10'])).stderr).toContain('Starlark stack overflow');
    let now = 0;
    const clock = () => {
      now += 1000;
      return now;
    };
    const slow = file('slow.star', 'while True:\n    pass\n');
    expect((await told([slow, '--dialect', 'all', '--timeout', '3'], '', false, clock)).stderr).toContain('cancelled');
  });

  it('shares one budget with what it loads', async () => {
    file('costly.star', 'x = [i for i in range(9000)]\n');
    const path = file('spends.star', 'load("costly.star", "x")\ny = [i for i in range(9000)]\n');
    expect((await told([path, '--steps', '12000'])).stderr).toContain('too many steps');
    expect((await told([path, '--steps', '40000'])).code).toBe(0);
  });
});

describe('--jsonl', () => {
  it('answers each line in its order, also those that are wrong', async () => {
    const rows = [
      '{"id":1,"source":"x = [1]\\nprint(x, \\"é\\")\\n__proto__ = 2"}',
      '{"id":"b","source":"x = 1\\nx()"}',
      'nonsense',
      '{"id":3}',
      '{"id":4,"source":"load(\\"m\\", \\"y\\")\\nz = y","modules":{"m":"y = 3"}}',
      '{"id":5,"source":"while True: pass","dialect":["all"],"steps":100}',
      '{"id":6,"source":"x = 1\\nx = y\\n"}',
    ];
    const { code, stdout } = await told(['--jsonl'], `${rows.join('\n')}\n`);
    expect(code).toBe(0);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(answers.map(({ id, ok }) => [id, ok])).toEqual([
      [1, true],
      ['b', false],
      [null, false],
      [3, false],
      [4, true],
      [5, false],
      [6, false],
    ]);
    expect(answers[0]?.prints).toEqual(['[1] é']);
    expect(Object.entries(answers[0]?.globals ?? {})).toEqual([
      ['x', '[1]'],
      ['__proto__', '2'],
    ]);
    expect(answers[1]).toMatchObject({
      globals: { x: '1' },
      errors: [
        {
          kind: 'eval',
          message: 'invalid call of non-function (int)',
          at: { file: 'program.star', line: 2, column: 2 },
          stack: [{ function: '<toplevel>', at: { line: 2, column: 2 } }],
        },
      ],
    });
    expect(answers[4]?.globals).toEqual({ z: '3' });
    expect(answers[5]).toMatchObject({ errors: [{ kind: 'budget', budget: 'steps' }] });
    expect(answers[6]?.errors).toMatchObject([
      { kind: 'resolve', at: { line: 2 } },
      { kind: 'resolve', at: { line: 2 } },
    ]);
  });

  it('gives no line more than the command line allows', async () => {
    const row = '{"id":1,"source":"x = [i for i in range(100000)]","steps":1000000000}';
    expect((await told(['--jsonl', '--steps', '1000'], row)).stdout).toContain('"budget":"steps"');
  });
});

it('is a session at a terminal', async () => {
  const typed = [
    'x = 2',
    'x + 1',
    'def f(a):',
    '  return a * x',
    '',
    'f("ab")',
    '[1,',
    '2]',
    '1 // 0',
    'None',
    'x = 3',
    'x',
  ];
  const { code, stdout, stderr } = await told([], typed.join('\n'), true);
  expect(code).toBe(0);
  expect(
    stdout
      .replaceAll(/>>> |\.\.\. /g, '')
      .trim()
      .split('\n')
      .slice(1),
  ).toEqual(['3', '"abab"', '[1, 2]', '3']);
  expect(stderr).toContain('floored division by zero');
});

it('runs what comes on standard input, or as an argument', async () => {
  expect((await told(['-'], 'print(1)', true)).stdout).toBe('1\n');
  expect((await told([], 'print(2)')).stdout).toBe('2\n');
  expect((await told(['-c', 'print(json.encode([math.pi]))'])).stdout).toBe('[3.141592653589793]\n');
});

describe('the command line', () => {
  it.each([
    [['--bogus'], 'no option `--bogus`'],
    [['--steps'], '`--steps` needs a value'],
    [['--steps', 'many'], '`many` is no amount for `--steps`'],
    [['--dialect', 'python'], 'no dialect option `python`'],
    [['a', 'b'], '`b` is one program too many'],
  ])('%j is refused with 64', async (argv, message) => {
    const { code, stdout, stderr } = await told(argv);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`starlark: error: ${message}`);
    expect(stderr).toContain('\nhint: ');
  });

  it('explains itself', async () => {
    const { code, stdout } = await told(['--help']);
    expect(code).toBe(0);
    for (const option of ['--steps', '--memory', '--depth', '--output', '--timeout', '--dialect', '--jsonl']) {
      expect(stdout).toContain(option);
    }
  });

  it('reads amounts', () => {
    expect(['5', '1e6', '2k', '1.5M', '1G', 'x', '-1', '1kk'].map(readAmount)).toEqual([
      5,
      1e6,
      2048,
      1.5 * 2 ** 20,
      2 ** 30,
      undefined,
      undefined,
      undefined,
    ]);
    expect(readOptions(['--dialect=set,toplevelcontrol', 'x'])).toMatchObject({
      dialect: { topLevelControl: true, while: false },
    });
  });
});

it('has a door', () => {
  const door = join(import.meta.dirname, '..', 'command', 'starlark.mjs');
  const path = file('door.star', 'print("in")\nfail("out")\n');
  const { status, stdout, stderr } = spawnSync(process.execPath, [door, path], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: 'in\n' });
  expect(stderr).toContain('Error in fail: fail: out');
  const lines = spawnSync(process.execPath, [door, '--jsonl'], {
    encoding: 'utf8',
    input: '{"source":"print(\\"a\u2028b\\")"}\n',
  });
  expect(JSON.parse(lines.stdout)).toMatchObject({ ok: true, prints: ['a\u2028b'] });
});
