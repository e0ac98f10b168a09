// The suite that drives the real clients. Not part of `npm test`: it needs them installed (see README.md).
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/clients/**/*.test.ts'],
    root: new URL('../..', import.meta.url).pathname,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
