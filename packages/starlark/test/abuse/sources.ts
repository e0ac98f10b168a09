// Programs whose source is the attack: it is long, deep or wide where the interpreter might count only what runs.
import type { HostileProgram } from './programs.ts';

const times = (count: number, text: (i: number) => string, between = ''): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(between);

const WIDE = times(20_000, (i) => `a${i}=0`, ',');

export const SOURCES: readonly HostileProgram[] = [
  {
    name: 'a comprehension of clauses without end',
    ends: /^nesting is deeper than 500 levels$/,
    source: `x = [1 for a in [1]${' for a in [1]'.repeat(20_000)}]\n`,
  },
  {
    name: 'a comprehension of conditions without end, on a small stack',
    ends: /^nesting is deeper than 500 levels$/,
    source: `x = [1 for a in [1]${' if 1'.repeat(3000)}]\n`,
    stackKb: 600,
  },
  {
    name: 'clauses within clauses',
    ends: /^nesting is deeper than 500 levels$/,
    source: `x = [${`[1 for a in [1]${' if 1'.repeat(300)}]`} for a in [1]${' for b in [1]'.repeat(300)}]\n`,
  },
  {
    name: 'as many clauses as there may be, called again and again',
    ends: 'depth',
    source: `def f(): return [f() for a in [1]${' for a in [1]'.repeat(490)}]\nf()\n`,
  },
  {
    name: 'a source of megabytes',
    ends: /^source is longer than 1048576 characters$/,
    source: 'x = -1\n'.repeat(900_000),
  },
  {
    name: 'as much source as there may be, which does nothing but stand there',
    ends: /was read/,
    source: `${times(40_000, () => 'x = [lambda: 1, -1, +1]\n')}fail("was read")\n`,
  },
  {
    name: 'a function of many parameters, which are given by name',
    ends: 'memory',
    source: `def f(${WIDE}): pass\nd = {"a%d" % i: i for i in range(20000)}\nwhile True: f(**d)\n`,
  },
  {
    name: 'a function of many parameters, which are not given',
    ends: 'steps',
    source: `def f(${WIDE}): pass\nwhile True: f()\n`,
  },
  {
    name: 'a function of many variables, none of which is reached',
    ends: 'steps',
    source: `def f():\n    if False:\n${times(20_000, (i) => `        v${i} = 1\n`)}while True: f()\n`,
  },
  {
    name: 'a name of hundreds of thousands of letters in each of many calls',
    ends: 'depth',
    source: `def ${'f'.repeat(200_000)}(n): return ${'f'.repeat(200_000)}(n)\n${'f'.repeat(200_000)}(0)\n`,
  },
  {
    name: 'a name of hundreds of thousands of letters that means nothing',
    ends: /^undefined: f+…$/,
    source: `x = ${'f'.repeat(500_000)}\n`,
  },
  { name: 'a fault of characters that are two', ends: /^fail: x(😀)+…$/u, source: 'fail("x" + "😀" * 40000)\n' },
];
