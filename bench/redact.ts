// How fast known secrets are found and redacted, Buffer to Buffer, over ten megabytes of tool output, as their number
// grows. Beside it, in the same run and interleaved, what a user would pick: npm's matchers, a loop of replaceAll, grep.
// `direct` is one pass over the forms all of them are given (raw, base64, percent, hex); `all` is what the product does.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDetector, createRedactor } from '../packages/secrets/src/index.ts';
import { marker, replaceBytes } from '../packages/secrets/src/replace.ts';
import { searchDirect } from '../packages/secrets/src/search.ts';
import { buildSecretSet } from '../packages/secrets/src/secret-set.ts';
import { report, spread } from './lib/spread.ts';
import { makeSecrets, makeToolOutput, PLANTED, type Planted } from './lib/tool-output.ts';

const QUICK = process.argv.includes('--quick');
const ROUNDS = QUICK ? 3 : 9;
const SIZE = 10_000_000;
/** The slow ones see less of the text; their rate is of what they saw. */
const SLOW_SIZE = QUICK ? 200_000 : 1_000_000;
const PROMISE = { megabytes: 500, build: 50, small: 20, flat: 2 };

const require = createRequire(import.meta.url);
const absent: string[] = [];

/** A peer is there for the bench alone; where it is not, that is said. */
function load<T>(name: string): T | null {
  try {
    return require(name) as T;
  } catch {
    absent.push(name);
    return null;
  }
}

interface Lane {
  readonly name: string;
  /** The time is of this alone; what it gives then says how many occurrences were replaced. */
  readonly run: (input: Buffer) => () => number;
  readonly slow?: boolean;
  readonly build: number;
}

const timed = <T>(make: () => T): readonly [T, number] => {
  const begin = performance.now();
  const made = make();
  return [made, performance.now() - begin];
};

const best = (times: readonly number[]): number => Math.min(...times);

/** The shortest of some builds: the first one also compiles. */
function builtIn(make: () => unknown): number {
  return best(Array.from({ length: 5 }, () => timed(make)[1]));
}

const marks = (output: Uint8Array): number => {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  let count = 0;
  for (let at = bytes.indexOf('[REDACTED:'); at >= 0; at = bytes.indexOf('[REDACTED:', at + 1)) count++;
  return count;
};

function ours(secrets: readonly Planted[]): readonly Lane[] {
  const direct = buildSecretSet(secrets, true);
  const redactor = createRedactor(secrets);
  return [
    {
      name: 'castellan, direct',
      run: (input) => {
        const output = replaceBytes(input, searchDirect(direct, input), marker);
        return () => marks(output);
      },
      build: builtIn(() => buildSecretSet(secrets, true)),
    },
    {
      name: 'castellan, all',
      run: (input) => {
        const output = redactor.bytes(input);
        return () => marks(output);
      },
      build: builtIn(() => buildSecretSet(secrets).grams()),
    },
  ];
}

function peers(secrets: readonly Planted[], folder: string): readonly Lane[] {
  const patterns = buildSecretSet(secrets, true).forms.map(({ bytes }) => Buffer.from(bytes).toString('utf8'));
  const lanes: Lane[] = [];
  const splice = (text: string, found: readonly (readonly [start: number, end: number])[]): (() => number) => {
    let output = '';
    let at = 0;
    let count = 0;
    for (const [start, end] of found) {
      if (start < at) continue;
      output += `${text.slice(at, start)}[REDACTED:S]`;
      at = end;
      count++;
    }
    const bytes = Buffer.from(output + text.slice(at), 'utf8');
    return () => (bytes.length > 0 ? count : 0);
  };
  type Plain = new (words: readonly string[]) => { search(text: string): [number, string[]][] };
  const Plain = load<Plain>('ahocorasick');
  if (Plain !== null) {
    const [matcher, build] = timed(() => new Plain(patterns));
    const run = (input: Buffer): (() => number) => {
      const text = input.toString('utf8');
      const found = matcher.search(text).map(([last, words]): [number, number] => {
        const size = Math.max(...words.map((word) => word.length));
        return [last + 1 - size, last + 1];
      });
      return splice(text, found);
    };
    lanes.push({ name: 'ahocorasick', run, slow: true, build });
  }
  type Greedy = new (words: readonly string[]) => { matchInText(text: string): { begin: number; end: number }[] };
  const monyone = load<{ readonly AhoCorasick: Greedy }>('@monyone/aho-corasick');
  if (monyone !== null) {
    const [matcher, build] = timed(() => new monyone.AhoCorasick(patterns));
    const run = (input: Buffer): (() => number) => {
      const text = input.toString('utf8');
      return splice(
        text,
        matcher.matchInText(text).map(({ begin, end }): [number, number] => [begin, end]),
      );
    };
    lanes.push({ name: '@monyone/aho-corasick', run, slow: true, build });
  }
  const loop = (input: Buffer): (() => number) => {
    let text = input.toString('utf8');
    for (const pattern of patterns) text = text.replaceAll(pattern, '[REDACTED:S]');
    const bytes = Buffer.from(text, 'utf8');
    return () => marks(bytes);
  };
  lanes.push({ name: 'a replaceAll loop', run: loop, slow: true, build: 0 });
  const list = join(folder, `patterns-${secrets.length}`);
  writeFileSync(list, patterns.join('\n'));
  if (spawnSync('grep', ['--version']).status === 0) {
    const file = join(folder, `input-${secrets.length}`);
    writeFileSync(file, makeToolOutput(SIZE, secrets));
    const run = (): (() => number) => {
      const { stdout } = spawnSync('grep', ['-c', '-F', '-f', list, file], { encoding: 'utf8', env: { LC_ALL: 'C' } });
      return () => Number(stdout);
    };
    lanes.push({ name: 'grep -c -F -f, with its start', run, build: 0 });
  } else absent.push('grep');
  return lanes;
}

function measure(secrets: readonly Planted[], folder: string): readonly Record<string, string | number>[] {
  const input = makeToolOutput(SIZE, secrets);
  const short = input.subarray(0, SLOW_SIZE);
  const lanes = [...ours(secrets), ...peers(secrets, folder)].map((lane) => ({
    ...lane,
    wall: [] as number[],
    cpu: [] as number[],
    found: 0,
  }));
  for (let round = -2; round < ROUNDS; round++) {
    for (const lane of lanes) {
      if (lane.slow === true && round > 2) continue;
      const text = lane.slow === true ? short : input;
      const before = process.cpuUsage();
      const [count, time] = timed(() => lane.run(text));
      const used = process.cpuUsage(before);
      if (round < 0) continue;
      lane.found = count();
      lane.wall.push(text.length / time / 1000);
      lane.cpu.push(text.length / (used.user + used.system));
    }
  }
  return lanes.map(({ name, wall, cpu, found, slow, build }) => ({
    what: `${name}, ${secrets.length} secrets`,
    'MB/s p50': spread(wall).p50,
    'MB per CPU s': name.startsWith('grep') ? Number.NaN : spread(cpu).p50,
    'build ms': Number(build.toFixed(1)),
    found: slow === true ? `${found} in ${SLOW_SIZE / 1e6} MB` : found,
  }));
}

/** One kilobyte of a tool's result, as bytes and as text. */
function smallResult(): readonly Record<string, string | number>[] {
  const secrets = makeSecrets(1000);
  const redactor = createRedactor(secrets);
  const all = makeToolOutput(2_000_000, []);
  const results = Array.from({ length: 1_500 }, (_, index) => all.subarray(index * 1_024, (index + 1) * 1_024));
  const texts = results.map((bytes) => bytes.toString('utf8'));
  const times = { bytes: [] as number[], text: [] as number[] };
  for (let round = 0; round < (QUICK ? 3 : 10); round++) {
    for (const [index, bytes] of results.entries()) {
      const [, first] = timed(() => redactor.bytes(bytes));
      const [, second] = timed(() => redactor.text(texts[index] ?? ''));
      if (round === 0) continue;
      times.bytes.push(first * 1000);
      times.text.push(second * 1000);
    }
  }
  return (['bytes', 'text'] as const).map((kind) => ({
    what: `1 KB as ${kind}, 1000 secrets`,
    'p50 µs': spread(times[kind]).p50,
    'p99 µs': spread(times[kind]).p99,
  }));
}

/** What the daemon looks through at every call: records and ids without a secret, as text and as a value. */
function smallClean(): readonly Record<string, string | number>[] {
  const id = (kind: string, n: number): string => `${kind}_${(0x9e37_79b9 * (n + 1)).toString(16).padEnd(20, '7')}`;
  const values = Array.from({ length: 200 }, (_, n) => ({
    kind: 'attempt',
    at: 1_795_361_566_765 + n,
    call: id('call', n),
    agent: id('agent', 1),
    session: id('session', n % 7),
    tool: 'create_issue',
    cwd: '/home/user/projects/shop/packages/checkout',
    arguments: {
      title: 'the cart forgets its second line',
      body: 'See `total()`: it adds before it rounds.',
      labels: ['bug'],
    },
    digest: `sha256:${id('', n).slice(1).repeat(4).slice(0, 64)}`,
    verdict: { outcome: 'allow', reasons: [{ source: 'safe-call', text: '`create_issue` is a safe tool' }] },
  }));
  const shorts = values.flatMap(({ call, session, tool }) => [call, session, tool]);
  return [0, 10, 100, 1000].flatMap((count) => {
    const redactor = createRedactor({ known: makeSecrets(count), detector: createDetector() });
    const lanes = [
      { what: 'a record of 600 B', each: values.map((value) => JSON.stringify(value)), run: redactor.text },
      { what: 'the same as a value', each: values, run: redactor.json },
      { what: 'an id or a word', each: shorts, run: redactor.text },
    ] as const;
    return lanes.map(({ what, each, run }) => {
      const times: number[] = [];
      for (let round = 0; round < (QUICK ? 30 : 150); round++) {
        const [, time] = timed(() => {
          for (const one of each) (run as (input: unknown) => unknown)(one);
        });
        times.push((time * 1000) / each.length);
      }
      return { what: `${what}, clean, ${count} secrets and the detector`, 'p50 µs': spread(times).p50 };
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'castellan-bench-redact-'));
try {
  const bySize = [10, 100, 1000].map((count) => measure(makeSecrets(count), folder));
  const small = smallResult();
  const clean = smallClean();
  const rate = (rows: readonly Record<string, string | number>[] | undefined): number =>
    Number(rows?.[0]?.['MB per CPU s'] ?? 0);
  const many = bySize[2] ?? [];
  const build = Number(many[0]?.['build ms']);
  const buildAll = Number(many[1]?.['build ms']);
  const micros = Number(small[0]?.['p50 µs']);
  const found = bySize.every((rows) => rows[0]?.found === PLANTED && rows[1]?.found === PLANTED);
  // Debian has the library and no program of it; a binding of our own for a bench would be a native dependency.
  absent.push('vectorscan');
  for (const name of new Set(absent)) console.log(`ABSENT ${name}: not measured`);
  console.log(`grep: ${execFileSync('sh', ['-c', 'grep --version | head -1'], { encoding: 'utf8' }).trim()}`);
  report(
    'redact',
    [...bySize.flat(), ...small, ...clean],
    [
      { text: `all ${PLANTED} planted secrets found, whatever their number`, kept: found },
      {
        text: `1,000 secrets in their common forms at ${PROMISE.megabytes} MB per CPU second: ${rate(many)}`,
        kept: rate(many) >= PROMISE.megabytes,
      },
      {
        text: `nearly flat: 10 secrets at most ${PROMISE.flat} times as fast as 1,000`,
        kept: rate(bySize[0]) <= PROMISE.flat * rate(many),
      },
      { text: `built in ${PROMISE.build} ms: ${build} ms; every form: ${buildAll} ms`, kept: build <= PROMISE.build },
      { text: `a result of 1 KB in ${PROMISE.small} µs: ${micros} µs`, kept: micros <= PROMISE.small },
    ],
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
