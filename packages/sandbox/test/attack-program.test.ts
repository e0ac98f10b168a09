// Programs that want more than they may have: of memory, time, output, depth. Each ends with an error of its own or is killed, within what a
// child may hold, and the pool goes on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScriptPool } from '../src/index.ts';
import { NEVER, NOBODY, openPool, specOf, told } from './support/pools.ts';

let pool: ScriptPool;
beforeAll(async () => {
  pool = await openPool({ warm: 2 });
});
afterAll(() => pool[Symbol.asyncDispose]());

const LIMITS = { seconds: 20, steps: 20_000_000 };
const run = (source: string, limits: object = {}) =>
  pool.run(specOf(source, { limits: { ...LIMITS, ...limits } }), NOBODY, NEVER);

/** Each of these ended a host that ran it within itself, or would. */
const BOMBS: Readonly<Record<string, string>> = {
  'a list that doubles': 'def main():\n  a = [1]\n  for i in range(60): a = a + a\n  return len(a)',
  'a list that is put in itself': 'def main():\n  a = []\n  for i in range(60): a.extend(a or [1])\n  return len(a)',
  'a string that doubles': 'def main():\n  s = "x"\n  for i in range(60): s = s + s\n  return len(s)',
  'a string that doubles and is looked at':
    'def main():\n  s = "ab"\n  for i in range(60):\n    s = s + s\n    if s[len(s) // 2] == "c": return 1\n  return len(s)',
  'a string that is repeated': 'result = "x" * 999999999999',
  'a list that is repeated': 'result = [0] * 99999999999',
  'a dict without end': 'def main():\n  d = {}\n  for i in range(100000000): d[i] = i\n  return 1',
  'a set without end': 'def main():\n  d = set()\n  for i in range(100000000): d.add(str(i))\n  return 1',
  'numbers without end': 'def main():\n  n = 3\n  for i in range(60): n = n * n\n  return 1',
  'a shift': 'result = len(str(1 << 99999999))',
  'bytes that double': 'def main():\n  b = b"xxxxxxxxxxxxxxxx"\n  for i in range(60): b = b * 4\n  return 1',
  'a range as a list': 'result = len(list(range(999999999999)))',
  'a text of what shares itself': 'def main():\n  a = ["x"]\n  for i in range(80): a = [a, a]\n  return len(str(a))',
  'JSON of what shares itself':
    'def main():\n  a = ["x"]\n  for i in range(80): a = [a, a]\n  return len(json.encode(a))',
  'a result that shares itself': 'def main():\n  a = ["x"]\n  for i in range(60): a = [a, a]\n  return a',
  'a replacement': 'def main():\n  s = "a" * 100000\n  return len(s.replace("a", s))',
  'a join': 'def main():\n  s = "a" * 1000000\n  return len(s.join(["b"] * 1000000))',
  'a format': 'def main():\n  s = "%s" * 100000\n  return len(s % tuple(["y" * 10000] * 100000))',
  'names of arguments':
    'def f(**k):\n  return k\ndef main():\n  d = {}\n  for i in range(10000000): d["k" + str(i)] = i\n  return len(f(**d))',
  closures:
    'def main():\n  a = []\n  def f(x):\n    return lambda: x\n  for i in range(100000000): a.append(f(i))\n  return 1',
  'nested data': 'def main():\n  a = []\n  for i in range(100000000): a = [a]\n  return a',
  'deep JSON': 'result = json.decode("[" * 10000000)',
  slices: 'def main():\n  s = "é" * 1000000\n  a = []\n  for i in range(100000000): a.append(s[i % 7:])\n  return 1',
  prints: 'def main():\n  for i in range(100000000): print("x" * 10)\n  return 1',
  sorting: 'def main():\n  a = list(range(1000000, 0, -1))\n  for i in range(10000): a = sorted(a)\n  return 1',
  'a search without a match':
    'def main():\n  s = "a" * 1000000\n  n = "a" * 500000 + "b"\n  c = 0\n  for i in range(100000): c += s.find(n)\n  return c',
  'colliding numbers': 'def main():\n  d = {}\n  for i in range(10000000): d[(i + 1) << 64] = 1\n  return 1',
  'a loop in loops': 'def main():\n  n = 0\n  r = range(100000)\n  for a in r:\n    for b in r: n += 1\n  return n',
};

describe('a bomb ends its own run', () => {
  it.each(Object.entries(BOMBS))('%s', async (_name, source) => {
    expect(told(await run(source))).toMatch(
      /^(?:memory|steps|output|time)_exceeded: |^program_failed: .*(?:too large|too long|excessive|repeat|range|deep|exceed)|^result_invalid: /,
    );
  });

  it('and the pool has another child for the next', async () => {
    expect(told(await run('result = 1'))).toBe(1);
  });
});

describe('a source', () => {
  it.each([
    ['of clauses', `x = [1 for a in[1]${' for a in[1]'.repeat(9000)}]`],
    ['of brackets', `x = ${'('.repeat(60_000)}`],
    ['of operators', `x = ${'-'.repeat(60_000)}1`],
    ['of lambdas', `x = ${'lambda: '.repeat(15_000)}1`],
    ['of statements', 'x = 1\n'.repeat(20_000)],
    ['of one name', `x = ${'y'.repeat(130_000)}`],
    ['of blocks', Array.from({ length: 400 }, (_, at) => `${' '.repeat(at)}def f():\n`).join('')],
    ['of zeroes', '\0'.repeat(1000)],
  ])('%s that is hard to read is faulty or runs', async (_name, source) => {
    const inspection = await pool.inspect(source);
    expect(inspection.kind).toBe('faulty');
    expect(told(await run(source))).toMatch(/^(?:script_invalid|memory_exceeded|depth_exceeded|failed): /);
  });
});

describe('recursion', () => {
  it.each([
    [
      'by its own name',
      'def f(n):\n  return f(n + 1)\ndef main():\n  return f(0)',
      /program_failed: .*recursive|depth_exceeded/,
    ],
    [
      'by a list of functions',
      'def f(fs):\n  return fs[0](fs)\ndef main():\n  return f([f])',
      /program_failed: .*recursive|depth_exceeded/,
    ],
    [
      'through sorted',
      'def f(x):\n  return sorted([x, x], key = lambda y: g[0](y))\ng = [f]\ndef main():\n  return f(1)',
      /recursive|depth_exceeded/,
    ],
  ])('%s ends', async (_name, source, expected) => {
    expect(told(await run(source))).toMatch(expected);
  });
});
