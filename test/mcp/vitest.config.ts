// The gateway with servers, clients and suites that others wrote. Not part of `npm test`: they are large (see README.md).
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/mcp/**/*.test.ts'],
    root: new URL('../..', import.meta.url).pathname,
    testTimeout: 180_000,
    hookTimeout: 90_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
