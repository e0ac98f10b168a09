// The suite that plays a machine that has never seen us. Not part of `npm test`: it needs a package registry.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/fresh/**/*.test.ts'], pool: 'forks', maxWorkers: 1 },
});
