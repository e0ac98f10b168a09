// `npm run test:fuzz -- [--seconds 120] [--seed N]`: random programs and hidden commands against the real shell, in a
// sandbox. Each run takes another seed and says which, so that what it finds can be found again.
import { join } from 'node:path';
import { closingLine, freshResults, NONE, sum, writeCounts } from '../lib/counts.ts';
import { inRoot, run } from '../lib/run.ts';

const given = process.argv.slice(2);
const option = (name: string, fallback: string): string => {
  const at = given.indexOf(`--${name}`);
  return at < 0 ? fallback : (given[at + 1] ?? fallback);
};
const seed = option('seed', String(Date.now() % 1_000_000));
const RUNS = [['bash.ts', '--seconds', option('seconds', '120'), '--seed', seed], ['hidden.ts']] as const;

const files = freshResults('fuzz');
let counts = NONE;
for (const [file, ...args] of RUNS) {
  console.log(`\n== test/fuzz/${[file, ...args].join(' ')}`);
  const { code } = await run(process.execPath, [inRoot(join('test', 'fuzz', file)), ...args]);
  counts = sum([counts, code === 0 ? { ...NONE, passed: 1 } : { ...NONE, failed: 1 }]);
}
writeCounts(files.counts, counts);
console.log(closingLine(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
