// Measures how much memory a program keeps alive, beside what it was charged for that. Runs by itself, with --expose-gc; see kept-memory.test.ts.
import { writeSync } from 'node:fs';
import { compile, json, STARLARK_GO_ALL, struct, timeModule, type Value } from '../../src/index.ts';
import { SHAPES } from './shapes.ts';

const GIVEN = new Map<string, Value>([
  ['json', json],
  ['struct', struct],
  ['time', timeModule(() => 1_700_000_000_000_000_000n)],
]);
const CHARGED = 6e6;

/** What it writes of each program, as JSON; bytes. */
export interface Kept {
  readonly source: string;
  readonly kept: number;
  readonly charged: number;
}

declare const gc: () => void;

function live(): number {
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Runs the program with so much that it is charged about `CHARGED`. */
function measure(source: string): Kept {
  const compiled = compile('shape.star', source, {
    predeclared: new Set([...GIVEN.keys(), 'N']),
    dialect: STARLARK_GO_ALL,
  });
  if (!compiled.ok) throw new TypeError(`${source}: ${compiled.errors[0]?.message}`);
  const run = (count: number) => {
    const ran = compiled.program.run({
      predeclared: new Map([...GIVEN, ['N', count]]),
      budget: { steps: 1e9, memoryBytes: 2 ** 31, depth: 100, outputBytes: 0 },
    });
    if (!ran.ok) throw new TypeError(`${source}: ${ran.error.message}`);
    return ran;
  };
  // What is compiled and learnt when it runs first is not the program's.
  const charge = (run(2000).used.memoryBytes - run(1000).used.memoryBytes) / 1000;
  const before = live();
  const ran = run(Math.floor(CHARGED / charge));
  const kept = live() - before;
  // What it made is alive until here, since it is asked something.
  if (ran.globals.get('x') === undefined) throw new TypeError(`${source} makes no x`);
  return { source, kept, charged: ran.used.memoryBytes };
}

writeSync(1, JSON.stringify(SHAPES.map(measure)));
