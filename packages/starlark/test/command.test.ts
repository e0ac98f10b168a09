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
    version: '1.2.3',
    heapBytes: 2 ** 32,
    readFile: (path) => readFileSync(path, 'utf8'),
    realPath: (path) => realpathSync(path),
    stdin: {
      isTerminal,
      pieces: async function* () {
        // As a pipe gives it: in pieces that end anywhere.
        for (let at = 0; at < input.length; at += 65_536) yield input.slice(at, at + 65_536);
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
    expect(code).toBe(66);
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
    expect(stderr).toContain(`\nhint: ${option} was ${readAmount(amount)}`);
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
    expect((await told([slow, '--dialect', 'all', '--timeout', '3'], '', false, clock)).stderr).toMatch(
      /cancelled: longer than 3 s\nhint: --timeout was 3\n$/,
    );
  });

  it('shares one budget with what it loads', async () => {
    file('costly.star', 'x = [i for i in range(9000)]\n');
    const path = file('spends.star', 'load("costly.star", "x")\ny = [i for i in range(9000)]\n');
    expect((await told([path, '--steps', '12000'])).stderr).toContain('too many steps');
    expect((await told([path, '--steps', '40000'])).code).toBe(0);
  });

  it('prints no more with what it loads than it may alone', async () => {
    const loads: string[] = [];
    for (const name of ['p1', 'p2', 'p3', 'p4']) {
      file(`${name}.star`, 'print("x" * 300)\nx = 1\n');
      loads.push(`load("${name}.star", ${name}="x")\n`);
    }
    const { code, stdout, stderr } = await told([file('chatty.star', loads.join('')), '--output', '2000']);
    expect(code).toBe(1);
    expect(stdout.length).toBe(2 * 301);
    expect(stderr).toContain('too much output');
  });

  it('has one length of source with what it loads', async () => {
    file('wordy.star', `x = 1 ${'#'.repeat(600)}\n`);
    const path = file('words.star', `load("wordy.star", "x") ${'#'.repeat(600)}\n`);
    const { code, stderr } = await told([path, '--source', '1000']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /cannot load wordy\.star: .*wordy\.star:1:1: source is longer than \d+ characters\n/,
      ),
    });
    expect((await told([path, '--source', '1k'])).code).toBe(1);
    expect((await told([path, '--source', '2k'])).code).toBe(0);
    expect((await told([path, '--source', '10'])).stderr).toContain(
      'source is longer than 10 characters\nhint: --source was 10\n',
    );
  });

  it('says in one line what is wrong with a file that it loads', async () => {
    file('broken.star', 'def f(x):\n    return x[1]\nf([])\n');
    const path = file('leans.star', 'load("broken.star", "f")\n');
    expect((await told([path])).stderr).toBe(`Traceback (most recent call last):
  ${path}:1:1: in <toplevel>
Error: cannot load broken.star: ${join(folder, 'broken.star')}:2:13: index 1 out of range: empty list
`);
  });

  it.each([
    ['while True: pass', 'hint: --dialect while,topLevelControl\n'],
    ['x = 1\nx = 2', 'hint: --dialect globalReassign\n'],
    ['def f(): f()\nf()', 'hint: --dialect recursion\n'],
    ['load("a.star", "a")', 'only a FILE loads others'],
  ])('that needs another dialect is told which: %j', async (source, hint) => {
    expect((await told(['-c', source])).stderr).toContain(hint);
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

  it('gives all globals together what the program has left', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `a${i} = a`).join('\\n');
    const row = `{"id":1,"source":"a = \\"x\\" * 5000000\\n${names}","memory":50000000}`;
    const { stdout } = await told(['--jsonl'], `${row}\n{"id":2,"source":"x = 1"}\n`);
    const [first, second] = stdout.trim().split('\n');
    expect(first?.length).toBeLessThan(20e6);
    const { globals } = JSON.parse(first ?? '') as { readonly globals: Readonly<Record<string, unknown>> };
    expect(globals.a59).toEqual({ error: 'Starlark computation cancelled: out of memory' });
    expect(JSON.parse(second ?? '')).toMatchObject({ id: 2, ok: true, globals: { x: '1' } });
  });

  it('survives whatever a line is', async () => {
    const deep = '['.repeat(200_000);
    const rows = [
      `${deep}${']'.repeat(200_000)}`,
      `{"id":${deep}${']'.repeat(200_000)},"source":"x = 1"}`,
      `{"id":"${'i'.repeat(5000)}","source":"x = 1"}`,
      `{"id":1,"source":"x = 1","dialect":${deep}${']'.repeat(200_000)}}`,
      `{"id":1,"source":"x = 1","name":"${'n'.repeat(300)}"}`,
      `{"id":1,"source":"x = 1","modules":{"${'n'.repeat(300)}":""}}`,
      `{"id":1,"source":"x = [1 for a in [1]${' for a in [1]'.repeat(20_000)}]"}`,
      `{"id":1,"source":"x = ${'y'.repeat(1_000_000)}"}`,
      `{"id":1,"source":"${' '.repeat(10_000_000)}"}`,
      `{"id":1,"source":"x = 1","steps":1e999}`,
      `{"id":1,"source":"x = 1","steps":null}`,
      `"${'a'.repeat(40_000_000)}"`,
      '\u0000',
      '{"id":"last","source":"x = 1"}',
    ];
    const { code, stdout } = await told(['--jsonl'], rows.join('\n'));
    const answers = stdout
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(code).toBe(0);
    expect(answers.map(({ ok }) => ok)).toEqual([
      ...Array.from({ length: 9 }, () => false),
      true,
      false,
      false,
      false,
      true,
    ]);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(10_000);
    expect(answers.at(-1)).toMatchObject({ id: 'last' });
    expect(answers[11]).toMatchObject({ id: null, errors: [{ kind: 'request' }] });
  });

  it('gives no line a dialect that the command line does not have', async () => {
    const row = '{"source":"while True: break","dialect":["all"]}';
    expect((await told(['--jsonl'], row)).stdout).toContain('"ok":true');
    expect((await told(['--jsonl', '--dialect', 'all'], row)).stdout).toContain('"ok":true');
    expect((await told(['--jsonl', '--dialect', 'standard'], row)).stdout).toContain('does not support while loops');
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

it('says in a session how to end it, until the words mean something else', async () => {
  for (const word of ['exit', 'quit', 'exit()', 'quit()']) {
    const { code, stdout, stderr } = await told([], `help\n${word}\n1 + 1`, true);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Ctrl-D/);
    expect(stdout).not.toContain('2');
  }
  expect((await told([], 'exit = 5\nexit\n', true)).stdout).toContain('5');
  expect((await told([], 'load("a", "b")\n', true)).stderr).toContain('cannot load a: only a FILE loads others');
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
    [['--', 'a', '--jsonl'], '`--jsonl` is one program too many'],
    [['--timeout', '3k'], '`3k` is no amount for `--timeout`'],
    [['--version=1'], '`--version` takes no value'],
  ])('%j is refused with 64', async (argv, message) => {
    const { code, stdout, stderr } = await told(argv);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`starlark: error: ${message}`);
    expect(stderr).toContain('\nhint: ');
  });

  it('asks for no more memory by itself than half of what the process has', () => {
    expect(readOptions(['x'], 2 ** 32)).toMatchObject({ limits: { memoryBytes: 2 ** 30 } });
    expect(readOptions(['x'], 2 ** 28)).toMatchObject({ limits: { memoryBytes: 2 ** 27 } });
    expect(readOptions(['x', '--memory', '1G'], 2 ** 28)).toMatchObject({ limits: { memoryBytes: 2 ** 30 } });
  });

  it('says which it is', async () => {
    expect(await told(['--version'])).toEqual({ code: 0, stdout: 'starlark 1.2.3\n', stderr: '' });
  });

  it('takes what follows `--` for a file', async () => {
    const path = file('-odd.star', 'print("odd")\n');
    expect((await told(['--', path])).stdout).toBe('odd\n');
    expect(readOptions(['--', '-c'])).toMatchObject({ job: { kind: 'file', path: '-c' } });
  });

  it('explains itself', async () => {
    const { code, stdout } = await told(['--help']);
    expect(code).toBe(0);
    for (const option of [
      '--steps',
      '--memory',
      '--depth',
      '--output',
      '--source',
      '--timeout',
      '--dialect',
      '--version',
      '--jsonl',
    ]) {
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

it('has a service that no program takes the memory of', () => {
  const door = join(import.meta.dirname, '..', 'command', 'starlark.mjs');
  const rows = [
    'l = []\nwhile True: l.append([])',
    's = "x"\nwhile True: s = s + s',
    'x = [str(i) for i in range(10000000)]',
  ];
  const input = [...rows, 'x = 1'].map((source) => `${JSON.stringify({ source, dialect: ['all'] })}\n`).join('');
  const { status, stdout } = spawnSync(process.execPath, ['--max-old-space-size=200', door, '--jsonl'], {
    input,
    encoding: 'utf8',
  });
  const answers = stdout
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
  expect(status).toBe(0);
  expect(answers.map(({ ok }) => ok)).toEqual([false, false, false, true]);
});

it('has a door', () => {
  const door = join(import.meta.dirname, '..', 'command', 'starlark.mjs');
  const path = file('door.star', 'print("in")\nfail("out")\n');
  const { status, stdout, stderr } = spawnSync(process.execPath, [door, path], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: 'in\n' });
  expect(stderr).toContain('Error in fail: fail: out');
  const version = spawnSync(process.execPath, [door, '--version'], { encoding: 'utf8' });
  expect(version.stdout).toMatch(/^starlark \d+\.\d+\.\d+\n$/);
  const lines = spawnSync(process.execPath, [door, '--jsonl'], {
    encoding: 'utf8',
    input: '{"source":"print(\\"a\u2028b\\")"}\n',
  });
  expect(JSON.parse(lines.stdout)).toMatchObject({ ok: true, prints: ['a\u2028b'] });
});
