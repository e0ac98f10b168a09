// Every suite of `npm test`. Suites that need a real client, a long time or a container have configurations of their own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      '**/*.long.test.ts',
      'test/clients/**',
      'test/container/**',
      'test/fresh/**',
      'test/web/**',
      'test/mcp/**',
    ],
    // Only what hangs ends by these: what has to be quick is measured in bench/, and a machine of CI may be many times slower.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // One more than there are processors on a small machine: most suites wait for a daemon half of their time.
    maxWorkers: 3,
  },
});
