// `npm run check`: what must hold before anything is handed on, in under a minute. Output is shown only where it matters.
import { closingLine, freshResults, NONE, writeCounts } from '../lib/counts.ts';
import { inRoot, tool } from '../lib/run.ts';

interface Step {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly string[];
}

/** Two lanes, because the machine has at least two cores; a lane's steps run one after the other. */
const LANES: readonly (readonly Step[])[] = [
  [
    { name: 'format and lint', tool: 'biome', args: ['check', '--error-on-warnings'] },
    { name: 'types of sources', tool: 'tsc', args: ['-b'] },
    { name: 'types of tests and tools', tool: 'tsc', args: ['-p', 'tsconfig.test.json'] },
  ],
  [
    { name: 'laws', tool: 'vitest', args: ['run', 'test/laws', '--reporter=dot', '--no-isolate', '--max-workers=1'] },
    { name: 'dead code', tool: 'knip', args: ['--no-config-hints'] },
  ],
];

async function runStep(step: Step): Promise<boolean> {
  const started = performance.now();
  const { code, output } = await tool(step.tool, step.args, { output: 'keep' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`);
  if (code !== 0) console.log(`\n$ ${step.tool} ${step.args.join(' ')}\n${output}`);
  return code === 0;
}

async function runLane(steps: readonly Step[]): Promise<readonly boolean[]> {
  const results: boolean[] = [];
  for (const step of steps) results.push(await runStep(step));
  return results;
}

process.chdir(inRoot());
const results = (await Promise.all(LANES.map(runLane))).flat();
const failed = results.filter((ok) => !ok).length;
const counts = { ...NONE, passed: results.length - failed, failed };
writeCounts(freshResults('check').counts, counts);
console.log(closingLine(counts));
process.exitCode = failed === 0 ? 0 : 1;
