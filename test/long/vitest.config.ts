// What takes long wherever it lies (`*.long.test.ts`): attackers who take their time, daemons killed again and again, every
// rule's story. Not part of `npm test`, which people wait for.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.long.test.ts', 'test/**/*.long.test.ts'],
    root: new URL('../..', import.meta.url).pathname,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    maxWorkers: 3,
  },
});
