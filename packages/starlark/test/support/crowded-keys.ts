// Measures what tables cost whose keys are all in one place of V8's, beside tables with as many others. Runs by itself; see crowded-keys.test.ts.
import { writeSync } from 'node:fs';
import { compile, Float, List, STARLARK_GO_ALL, type Value } from '../../src/index.ts';
import { v8Hash } from '../../src/values/v8-hash.ts';

interface Measured {
  readonly name: string;
  /** Microseconds. */
  readonly hostile: number;
  readonly ordinary: number;
}

/** What it writes, as JSON. */
export interface Crowded {
  /** Of a Map of JavaScript's. */
  readonly bare: readonly Measured[];
  /** Of programs. */
  readonly guarded: readonly Measured[];
}

const COUNT = 4000;
const PLACES = 2 ** 12 - 1;

/** Keys that V8 puts into one place of a table of up to 2^12 places, and as many that it does not. */
function keysOf(number: (i: number) => number): { hostile: number[]; ordinary: number[] } {
  const hostile: number[] = [];
  for (let i = 0; hostile.length < COUNT; i += 1) if ((v8Hash(number(i)) & PLACES) === 5) hostile.push(number(i));
  return { hostile, ordinary: hostile.map((_, i) => number(i * 37)) };
}

const KINDS = {
  'small ints': keysOf((i) => i - 2 ** 30),
  'larger ints': keysOf((i) => 2 ** 40 + i * 3),
  floats: keysOf((i) => 0.5 + i / 2 ** 30),
};

const cpu = (run: () => void): number => {
  const before = process.cpuUsage().user;
  run();
  return process.cpuUsage().user - before;
};

/** Microseconds that a run takes, of as many as take long enough to be measured; the less of two, since what comes in between is not meant. */
function timeOf(run: () => void): number {
  const some = (count: number) => () => {
    for (let i = 0; i < count; i += 1) run();
  };
  let count = 1;
  while (cpu(some(count)) < 10_000) count *= 2;
  return Math.min(cpu(some(count)), cpu(some(count))) / count;
}

const bare = Object.entries(KINDS).map(([name, { hostile, ordinary }]) => {
  const fill = (keys: readonly number[]) => () => {
    const map = new Map<number, number>();
    for (const key of keys) map.set(key, 1);
  };
  return { name, hostile: timeOf(fill(hostile)), ordinary: timeOf(fill(ordinary)) };
});

const BODIES: Readonly<Record<string, string>> = {
  'looked up': 'd = {}\n  for k in L: d[k] = 1\n  for k in L: d[k] + d.get(k)',
  'setdefault and pop': 'd = {}\n  for k in L: d.setdefault(k, 1)\n  for k in L: d.pop(k)',
  'methods of set': 's = set(L)\n  s.issubset(L)\n  s.union(L)\n  s.intersection(L)\n  s.difference(L)',
  'operators of set': 's = set(L)\n  s | s\n  s & s\n  s == set(L)',
  'in a table that shrank': [
    'd = {}',
    'for k in L: d[k] = 1',
    'for i in range(3000): d["a%d" % i] = 1',
    'for k in L[:3000]: d.pop(k)',
    'for i in range(3): [d[k] for k in L[3000:]]',
  ].join('\n  '),
};

function costOf(body: string, keys: readonly Value[]): number {
  const source = `def f():\n  ${body}\nf()\n`;
  const compiled = compile('f.star', source, { predeclared: new Set(['L']), dialect: STARLARK_GO_ALL });
  if (!compiled.ok) throw new TypeError(compiled.errors[0]?.message);
  const predeclared = new Map<string, Value>([['L', new List([...keys])]]);
  const budget = { steps: 1e8, memoryBytes: 2 ** 30, depth: 20, outputBytes: 0 };
  return timeOf(() => {
    const ran = compiled.program.run({ predeclared, budget });
    if (!ran.ok) throw new TypeError(ran.error.message);
  });
}

/** Both, again where something came in between: what is slow by itself is slow each time. */
function compared(name: string, body: string, hostile: readonly Value[], ordinary: readonly Value[]): Measured {
  for (let attempt = 0; ; attempt += 1) {
    const measured = { name, hostile: costOf(body, hostile), ordinary: costOf(body, ordinary) };
    if (measured.hostile < 8 * measured.ordinary || attempt === 4) return measured;
  }
}

const asValue = (key: number): Value => (Number.isInteger(key) ? key : new Float(key));
const big = (number: (i: bigint) => bigint): Value[] => Array.from({ length: COUNT }, (_, i) => number(BigInt(i)));
const guarded = Object.entries(BODIES).flatMap(([does, body]) => [
  ...Object.entries(KINDS).map(([kind, { hostile, ordinary }]) =>
    compared(`${kind}, ${does}`, body, hostile.map(asValue), ordinary.map(asValue)),
  ),
  compared(
    `ints beyond 2^53, ${does}`,
    body,
    big((i) => (i + 1n) << 64n),
    big((i) => 2n ** 64n + i),
  ),
]);
writeSync(1, JSON.stringify({ bare, guarded } satisfies Crowded));
