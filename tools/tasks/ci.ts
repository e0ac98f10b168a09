// The suites of .ci/run, those of FIRST one after another and then ROWS side by side, then the claims gate over all of them. Every
// suite runs even when an earlier one failed. The summary says what failed once more; the last line is the sum.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Counts, closingLine, NONE, readCounts, readFailures, sum } from '../lib/counts.ts';
import { inRoot, run } from '../lib/run.ts';

const results = inRoot('.cache', 'ci-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const env = { CASTELLAN_RESULTS: results };
const minute = 60_000;

/** A suite, the file it leaves its counts in, and how long it may take before it is stopped and counted as failed. */
interface Suite {
  readonly title: string;
  readonly args: readonly string[];
  readonly counts: string;
  readonly timeoutMs: number;
}

const FIRST: readonly Suite[] = [
  { title: 'check', args: ['run', 'check'], counts: 'check', timeoutMs: 5 * minute },
  { title: 'npm test', args: ['test'], counts: 'test', timeoutMs: 25 * minute },
];
/** Two rows side by side: most of them wait for clients, browsers and engines, and one after another they would take an hour. */
const ROWS: readonly (readonly Suite[])[] = [
  [
    { title: 'npm run test:long', args: ['run', 'test:long'], counts: 'long', timeoutMs: 20 * minute },
    { title: 'npm run test:fresh', args: ['run', 'test:fresh'], counts: 'fresh', timeoutMs: 8 * minute },
    { title: 'npm run test:web', args: ['run', 'test:web'], counts: 'web', timeoutMs: 16 * minute },
    // Always the same programs here: a find among new ones is a fault that was there before, and refuses nobody's change.
    {
      title: 'npm run test:fuzz',
      args: ['run', 'test:fuzz', '--', '--seed', '861009'],
      counts: 'fuzz',
      timeoutMs: 8 * minute,
    },
    { title: 'npm run test:mcp', args: ['run', 'test:mcp'], counts: 'mcp', timeoutMs: 12 * minute },
  ],
  [
    { title: 'npm run test:clients', args: ['run', 'test:clients'], counts: 'clients', timeoutMs: 42 * minute },
    // After the clients: the images hold one of them.
    { title: 'npm run test:container', args: ['run', 'test:container'], counts: 'container', timeoutMs: 14 * minute },
  ],
];

const all: { title: string; counts: Counts; failures: readonly string[] }[] = [];

/** @param output `keep`: shown whole when it is over, because another suite is showing its own meanwhile. */
async function suite({ title, args, counts, timeoutMs }: Suite, output: 'show' | 'keep'): Promise<void> {
  if (output === 'show') console.log(`\n==== ${title}`);
  const ended = await run('npm', args, { env, timeoutMs, output });
  if (output === 'keep') console.log(`\n==== ${title}\n${ended.output}`);
  const file = join(results, `${counts}.counts.json`);
  const read = readCounts(file);
  // Stopped by the time-out, or by something that no suite can count.
  const told = ended.code !== 0 && read.failed === 0 ? { ...read, failed: 1 } : read;
  all.push({ title, counts: told, failures: readFailures(file) });
}

for (const each of FIRST) await suite(each, 'show');
await Promise.all(
  ROWS.map(async (row) => {
    for (const each of row) await suite(each, 'keep');
  }),
);

console.log('\n==== claims gate');
const gate = await run(process.execPath, [inRoot('tools/claims-gate.ts')], { env });
all.push({
  title: 'claims gate',
  counts: gate.code === 0 ? { ...NONE, passed: 1 } : { ...NONE, failed: 1 },
  failures: [],
});

console.log('\n==== summary');
for (const { title, counts, failures } of all) {
  console.log(`${title.padEnd(22)} ${closingLine(counts)}`);
  for (const line of failures) console.log(`  failed: ${line}`);
}
const total = sum(all.map((each) => each.counts));
console.log(closingLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;
