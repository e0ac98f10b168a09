// `node test/fuzz/bombs.ts`: each bomb alone at growing lengths, to see which construct is slow and how it grows: doubled, it
// should take about twice as long. Exits with 1 where the longest takes longer than promised.
import { createFacts } from '@castellan/facts';
import { analyseCommand } from '@castellan/shell';
import { BOMBS } from './lib/inputs.ts';

const LENGTHS = [8192, 16_384, 32_768, 65_536] as const;
const WORST_MS = 50;
const cwd = '/home/user/project';
const facts = createFacts({ home: '/home/user', stateFolder: '/home/user/.config/castellan' });
const measure = (input: string): number => {
  const begin = performance.now();
  analyseCommand(input, { cwd, workspace: cwd, facts });
  return performance.now() - begin;
};

/** The largest that is no longer than that; one that does not grow stays as it is. */
function ofLength(bomb: (size: number) => string, length: number): string {
  let [low, high] = [1, 2];
  while (high < length && bomb(high).length <= length) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (bomb(middle).length <= length) low = middle;
    else high = middle;
  }
  return bomb(low);
}

const rows = BOMBS.map((bomb) => {
  const inputs = LENGTHS.map((length) => ofLength(bomb, length));
  const times = inputs.map((input) => Math.min(measure(input), measure(input), measure(input)));
  return { input: bomb(3).slice(0, 60), times, worst: Math.max(...times) };
}).sort((a, b) => b.worst - a.worst);
process.stdout.write(`milliseconds (best of three) at ${LENGTHS.join(', ')} characters\n`);
for (const { input, times } of rows.slice(0, 40))
  process.stdout.write(`${times.map((ms) => ms.toFixed(1).padStart(8)).join('')}  ${JSON.stringify(input)}\n`);
if ((rows[0]?.worst ?? 0) > WORST_MS) process.exitCode = 1;
