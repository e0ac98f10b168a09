// What a confined run costs: started for it, or by a child that waits; how soon a runaway is dead after its limit; and what hostile programs
// and hostile children do to the process that runs them: its memory and its event loop. In the same run, an empty Node and an empty Python
// process, since starting one is most of a cold run, and the same event loop with nothing to do, since a busy machine stalls that too.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  createScriptPool,
  type ScriptPool,
  type ScriptPoolOptions,
  type ScriptRunSpec,
} from '../packages/sandbox/src/index.ts';
import { scriptChild } from './lib/script-child.ts';
import { report, spread } from './lib/spread.ts';

const ROUNDS = process.argv.includes('--quick') ? 7 : 25;
const HOSTILE = join(import.meta.dirname, '../packages/sandbox/test/children/hostile.mjs');
const program = await scriptChild();
process.once('exit', () => rmSync(dirname(program), { recursive: true, force: true }));

const LIMITS = { seconds: 10, steps: 1_000_000_000, memoryBytes: 67_108_864, outputBytes: 262_144, calls: 50 };
const SPIN = 'def main():\n  for i in range(1000000000): pass';
/** What a short script does: a function, a loop, a dict, a text. */
const SHORT = `
def main(n):
    seen = {}
    for i in range(n):
        seen["k%d" % (i % 7)] = seen.get("k%d" % (i % 7), 0) + i
    return sorted(seen.items())
`;

const specOf = (source: string, more: Partial<ScriptRunSpec> = {}): ScriptRunSpec => ({
  name: 'bench',
  source,
  loads: [],
  args: [],
  limits: LIMITS,
  secrets: [],
  reachesOut: true,
  ...more,
});
const open = (options: Partial<ScriptPoolOptions>): ScriptPool =>
  createScriptPool({ concurrency: 4, warm: 0, now: () => performance.now(), program, ...options });
const run = (pool: ScriptPool, spec: ScriptRunSpec) =>
  pool.run(spec, async () => ({ kind: 'value', value: 0 }), new AbortController().signal);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Processes of this one that still are. */
const children = (): number =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).length;

async function timesOf(pool: ScriptPool, spec: ScriptRunSpec, before: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    await before();
    const start = performance.now();
    const outcome = await run(pool, spec);
    if (!outcome.result.ok) throw new Error(outcome.result.error.message);
    // The first finds out what holds here.
    if (round > 0) times.push(performance.now() - start);
  }
  return times;
}

/** From the limit to the moment when nothing of the child is there. */
async function killTimes(pool: ScriptPool): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < Math.ceil(ROUNDS / 4); round += 1) {
    const outcome = await run(pool, specOf(SPIN, { limits: { ...LIMITS, seconds: 1 } }));
    const told = performance.now();
    while (children() > 0) await new Promise(setImmediate);
    times.push(outcome.used.wallMs - 1000 + (performance.now() - told));
  }
  return times;
}

interface Strain {
  readonly memoryMb: number;
  /** By the clock: on a busy machine it is others who are served. */
  readonly stallMs: number;
  /** Of the processor: what this event loop itself did meanwhile. */
  readonly busyMs: number;
}

/** How far memory rises while something is done, and the longest time in which nothing else could be done here. */
async function strainOf(work: () => Promise<unknown>): Promise<Strain> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  let stall = 0;
  let busy = 0;
  let last = performance.now();
  let lastUsed = process.threadCpuUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    stall = Math.max(stall, now - last - 2);
    last = now;
    const used = process.threadCpuUsage(lastUsed);
    lastUsed = process.threadCpuUsage();
    busy = Math.max(busy, (used.user + used.system) / 1000);
    most = Math.max(most, process.memoryUsage.rss());
  }, 2);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return {
    memoryMb: Number(((most - before) / 1e6).toFixed(1)),
    stallMs: Number(stall.toFixed(1)),
    busyMs: Number(busy.toFixed(1)),
  };
}

const DEEDS = [
  ...['lines without end', 'empty lines without end', 'bytes without end', 'a million members', 'a million levels'],
  ...[
    'a line byte by byte',
    'a frame that never ends',
    'the pipe from its parent',
    'ready without end',
    'calls without end',
  ],
  ...['to fill the heap', 'to fill a map', 'to fill buffers', 'to double a text', 'a result without end'],
];
const BOMBS: Readonly<Record<string, string>> = {
  'a list that doubles': 'def main():\n  a = [1]\n  for i in range(60): a = a + a',
  'a dict without end': 'def main():\n  d = {}\n  for i in range(100000000): d[i] = i',
  'a text that doubles':
    'def main():\n  s = "ab"\n  for i in range(60):\n    s = s + s\n    if s[len(s) // 2] == "c": return 1',
  'prints without end': 'def main():\n  for i in range(100000000): print("x" * 100)',
  'the largest result': 'result = "x" * 260000',
};

const empty: number[] = [];
const python: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  let start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  empty.push(performance.now() - start);
  start = performance.now();
  if (spawnSync('python3', ['-I', '-c', 'pass']).error === undefined) python.push(performance.now() - start);
}

const cold = open({});
const coldTimes = await timesOf(cold, specOf('result = 1'), async () => {});
const kills = await killTimes(cold);
const isolation = cold.isolation;
await cold[Symbol.asyncDispose]();

const warm = open({ warm: 1 });
warm.warmUp();
const rest = (): Promise<void> => pause(500);
const pooled = await timesOf(warm, specOf('result = 1'), rest);
const short = await timesOf(warm, specOf(SHORT, { args: [1000] }), rest);
await warm[Symbol.asyncDispose]();

const strains: Record<string, Strain> = {};
const idle = await strainOf(() => pause(2000));
const hostile = open({ program: HOSTILE, warm: 1 });
await run(hostile, specOf('lies'));
for (const deed of DEEDS)
  strains[`child: ${deed}`] = await strainOf(() =>
    run(hostile, specOf(deed, { limits: { ...LIMITS, seconds: 2, outputBytes: 4_194_304 } })),
  );
await hostile[Symbol.asyncDispose]();
const bombed = open({ warm: 1 });
await run(bombed, specOf('result = 1'));
for (const [name, source] of Object.entries(BOMBS))
  strains[`program: ${name}`] = await strainOf(() => run(bombed, specOf(source)));
await bombed[Symbol.asyncDispose]();

const worst = (key: keyof Strain): number => Math.max(...Object.values(strains).map((each) => each[key]));
const coldMs = spread(coldTimes).p50;
const pooledMs = spread(pooled).p50;
const killMs = spread(kills);
report(
  'scripts',
  [
    { what: 'empty Node process, ms', ...spread(empty) },
    { what: 'empty python3 process, ms', ...(python.length === 0 ? { p50: 'ABSENT' } : spread(python)) },
    { what: `cold run of \`result = 1\`, ms (${isolation})`, ...spread(coldTimes) },
    { what: 'pooled run of `result = 1`, ms', ...spread(pooled) },
    { what: 'pooled run of a loop of 1000, ms', ...spread(short) },
    { what: 'runaway: from its limit until it is gone, ms', ...killMs },
    { what: 'nothing at all', ...idle },
    ...Object.entries(strains).map(([what, strain]) => ({ what, ...strain })),
  ],
  [
    { text: `a cold run within 80 ms: ${coldMs}`, kept: coldMs <= 80 },
    { text: `a pooled run within 5 ms: ${pooledMs}`, kept: pooledMs <= 5 },
    { text: `a runaway is gone within 50 ms of its limit: ${killMs.p99}`, kept: killMs.p99 <= 50 },
    { text: `nothing hostile raises memory by more than 20 MB: ${worst('memoryMb')}`, kept: worst('memoryMb') <= 20 },
    // By what it did itself: the clock would tell how busy the machine was.
    {
      text: `nothing hostile holds the event loop for more than 50 ms: ${worst('busyMs')}`,
      kept: worst('busyMs') <= 50,
    },
  ],
);
