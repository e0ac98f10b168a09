// Whoever runs scripts and dies: a program that never ends is under way, and a child waits.
import { createScriptPool } from '../../src/index.ts';
import { NEVER, specOf } from './pools.ts';

const [, , program = '', isolation] = process.argv;
const pool = createScriptPool({
  concurrency: 1,
  warm: 1,
  now: () => performance.now(),
  program,
  isolation: isolation === 'limits only' ? 'limits only' : 'strongest',
});
const spec = specOf('def main():\n  time.now()\n  for i in range(1000000000): pass', {
  limits: { seconds: 300, steps: 1_000_000_000 },
});
await pool.run(
  spec,
  async () => {
    process.stdout.write('it runs\n');
    return { kind: 'value', value: 0 };
  },
  NEVER,
);
