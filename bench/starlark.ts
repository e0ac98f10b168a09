// How fast Starlark programs run, with every budget on: the six programs of bench/lib/starlark-programs.ts, each in a process of its
// own that has run the other five before, so that nothing is tuned to one program alone; and the first call in a process that has
// run nothing, compiling included, which is what a short script sees. Beside them, in the same run, the same six under Python 3,
// which is the yardstick of this machine. The figures of native starlark-go are not measured here: they were taken on a machine
// of this kind (2 cores) when nothing else ran, and the promise is to stay below their medians as they stand.
import { execFileSync, spawnSync } from 'node:child_process';
import { callFunction, compile, STANDARD } from '../packages/starlark/src/index.ts';
import { report } from './lib/spread.ts';
import { type BenchProgram, PROGRAMS } from './lib/starlark-programs.ts';

const ROUNDS = process.argv.includes('--quick') ? 5 : 15;
const PROCESSES = process.argv.includes('--quick') ? 1 : 3;
const BUDGET = { steps: 1e8, memoryBytes: 2 ** 30, depth: 200, outputBytes: 2 ** 20 };

interface Measured {
  /** From source to the result of the first call. */
  readonly first: number;
  readonly rounds: readonly number[];
  readonly result: number;
}

/** One program in this process. */
function measure(program: BenchProgram, rounds: number): Measured {
  const begin = performance.now();
  const compiled = compile(`${program.name}.star`, program.source, { dialect: { ...STANDARD, recursion: true } });
  if (!compiled.ok) throw new Error(compiled.errors.map((error) => error.message).join('; '));
  const host = { budget: BUDGET, cancelled: () => false };
  const ran = compiled.program.run(host);
  const run = ran.globals.get('run');
  if (!ran.ok || run === undefined) throw new Error(`${program.name} does not define run`);
  const call = (): number => {
    const called = callFunction(run, [], host);
    if (!called.ok) throw new Error(called.error.message);
    return Number(called.result);
  };
  const result = call();
  const first = performance.now() - begin;
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    if (call() !== result) throw new Error(`${program.name} gives another result each time`);
    times.push(performance.now() - start);
  }
  return { first, rounds: times, result };
}

function inChild(index: number, mode: 'cold' | 'warm'): Measured {
  const text = execFileSync(process.execPath, [import.meta.filename, mode, String(index)], { encoding: 'utf8' });
  return JSON.parse(text) as Measured;
}

/** The same in Python: the program on standard input, times as JSON on standard output. */
const PYTHON = `
import json, sys, time
names = {}
exec(sys.stdin.read(), names)
times = []
for _ in range(int(sys.argv[1]) + 1):
    start = time.perf_counter()
    result = names["run"]()
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps({"first": times[0], "rounds": times[1:], "result": result}))
`;

function inPython(program: BenchProgram): Measured | undefined {
  const child = spawnSync('python3', ['-I', '-c', PYTHON, String(ROUNDS)], { input: program.source, encoding: 'utf8' });
  if (child.error !== undefined) return undefined;
  if (child.status !== 0) throw new Error(`python3: ${child.stderr}`);
  return JSON.parse(child.stdout) as Measured;
}

const median = (values: readonly number[]): number =>
  Number((values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN).toFixed(1));
const least = (values: readonly number[]): number => Number(Math.min(...values).toFixed(1));

function row(program: BenchProgram, index: number) {
  const cold: number[] = [];
  const warm: number[] = [];
  const python: number[] = [];
  // In turn, so that a busy moment of the machine falls on all.
  for (let n = 0; n < PROCESSES; n += 1) {
    const first = inChild(index, 'cold');
    cold.push(first.first);
    warm.push(...inChild(index, 'warm').rounds);
    const peer = inPython(program);
    if (peer === undefined) continue;
    if (peer.result !== first.result)
      throw new Error(`${program.name}: Python gives ${peer.result}, not ${first.result}`);
    python.push(...peer.rounds);
  }
  const peer = python.length === 0 ? 'ABSENT' : median(python);
  return {
    program: program.name,
    first: median(cold),
    warm: median(warm),
    least: least(warm),
    python3: peer,
    'of python3': typeof peer === 'number' ? Number((median(warm) / peer).toFixed(2)) : 'ABSENT',
    'starlark-go': program.go.median,
    'its least': program.go.least,
  };
}

const [mode, index] = process.argv.slice(2);
const chosen = PROGRAMS[Number(index)];
if ((mode === 'cold' || mode === 'warm') && chosen !== undefined) {
  if (mode === 'warm') for (const other of PROGRAMS) if (other !== chosen) measure(other, 1);
  console.log(JSON.stringify(measure(chosen, mode === 'cold' ? 0 : ROUNDS)));
} else {
  if (spawnSync('python3', ['--version']).error !== undefined) {
    console.error('THERE IS NO python3 HERE: the yardstick of this machine is missing from the results');
  }
  const rows = PROGRAMS.map(row);
  report('starlark', rows, [
    {
      text: 'every program, warm, takes less than half of what native starlark-go took',
      kept: rows.every((each) => each.warm < each['starlark-go'] / 2),
    },
    {
      text: 'and so its first call, compiling included, takes less than starlark-go did warm',
      kept: rows.every((each) => each.first < each['starlark-go']),
    },
  ]);
}
