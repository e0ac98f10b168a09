// `node --expose-gc test/fuzz/time.ts [--inputs 100000] [--seed 1]`: the worst of many inputs. Exits with 1 when one takes
// longer than promised.
import { timeInputs } from './lib/time-run.ts';

const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const WORST_MS = 50;

const seed = option('seed', 1);
const result = timeInputs({ seed, inputs: option('inputs', 100_000), cwd: '/home/user/project' });
const worst = result.slowest[0]?.ms ?? 0;
say(
  `seed ${seed}: ${result.inputs} inputs; p50 ${(result.p50 * 1000).toFixed(0)} µs, p99 ${result.p99.toFixed(2)} ms, p99.99 ${result.p9999.toFixed(1)} ms, worst ${worst.toFixed(1)} ms (best of three); heap ${result.heapGrowth.toFixed(1)} MiB more than after a tenth`,
);
for (const { ms, first, length, input } of result.slowest.slice(0, 10))
  say(`${ms.toFixed(1)} ms (first ${first.toFixed(1)}), ${length} characters: ${JSON.stringify(input.slice(0, 140))}`);
for (const input of result.faults.slice(0, 5)) say(`FAULT: ${JSON.stringify(input.slice(0, 200))}`);
if (worst > WORST_MS || result.faults.length > 0) process.exitCode = 1;
