// Scenarios that need more than this checkout: real coding agents (`npm run test:clients`), a machine that has never seen
// us and a package registry (`npm run test:fresh`). One at a time, because clients, downloads and disks are slow.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/clients/**/*.test.ts', 'test/fresh/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
  },
});
