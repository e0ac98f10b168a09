// The pages in real Chromium against the real daemon. Two files at a time, each with a browser and daemons of its own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/web/**/*.test.ts'],
    // Only what hangs ends by these: how fast a page is stands in bench/, and a machine of CI may be many times slower.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
