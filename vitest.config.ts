// Every suite of `npm test`. Suites that need a real client, a long time or a container have configurations of their own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/clients/**', 'test/fresh/**', 'test/web/**', 'test/mcp/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
