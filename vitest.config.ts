// Every suite of `npm test`. Suites that need a real client, a long time or a container have configurations of their own.
import { defineConfig } from 'vitest/config';

const NOT_HERE = [
  '**/node_modules/**',
  '**/*.long.test.ts',
  'test/clients/**',
  'test/container/**',
  'test/fresh/**',
  'test/web/**',
  'test/mcp/**',
];
/** They replace modules, for everybody in their process (test/laws/together.test.ts). */
const ALONE = ['packages/agents/test/connection/crash.test.ts', 'packages/facts/test/ready.test.ts'];

export default defineConfig({
  test: {
    // Only what hangs ends by these: what has to be quick is measured in bench/, and a machine of CI may be many times slower.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // One more than there are processors on a small machine: most suites wait for a daemon half of their time.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...NOT_HERE, ...ALONE],
          // A process for each of 460 files, and reading everything once more in it, is half of the time that they take.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
