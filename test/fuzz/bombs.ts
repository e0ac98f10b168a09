// `node test/fuzz/bombs.ts`: each bomb alone at growing sizes, to see which construct is slow and how it grows.
import { createFacts } from '@castellan/facts';
import { analyseCommand } from '@castellan/shell';
import { BOMBS } from './lib/inputs.ts';

const SIZES = [10, 50, 100, 400] as const;
const cwd = '/home/user/project';
const facts = createFacts({ home: '/home/user', stateFolder: '/home/user/.config/castellan' });
const measure = (input: string): number => {
  const begin = performance.now();
  analyseCommand(input, { cwd, workspace: cwd, facts });
  return performance.now() - begin;
};

const rows = BOMBS.map((bomb) => {
  const inputs = SIZES.map((size) => bomb(size));
  const times = inputs.map((input) => Math.min(measure(input), measure(input)));
  return { input: bomb(3).slice(0, 60), times, worst: Math.max(...times) };
}).sort((a, b) => b.worst - a.worst);
process.stdout.write(`milliseconds at size ${SIZES.join(', ')}\n`);
for (const { input, times } of rows.slice(0, 40))
  process.stdout.write(`${times.map((ms) => ms.toFixed(1).padStart(8)).join('')}  ${JSON.stringify(input)}\n`);
