// The hostile program that keeps as much alive as it can for what it is charged. A budget of memory bounds the heap only if nothing is ever kept
// that was not charged; measured for every way in which a program makes values, in a process of its own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Kept } from './support/kept-memory.ts';

const child = spawnSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'support', 'kept-memory.ts')], {
  encoding: 'utf8',
  maxBuffer: 2 ** 24,
});
const measured = JSON.parse(child.stdout) as readonly Kept[];

it('all ways of making values are measured, and what is measured is kept', () => {
  expect(measured.length).toBeGreaterThan(150);
  const sum = (of: (each: Kept) => number) => measured.reduce((total, each) => total + of(each), 0);
  // Not of each: the engine may let go of something older in the middle of one.
  expect(sum(({ kept }) => kept)).toBeGreaterThan(0.3 * sum(({ charged }) => charged));
});

it.each(measured)('$source', ({ kept, charged }) => {
  expect(kept / charged).toBeLessThan(1);
});
