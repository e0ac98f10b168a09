// A row of the page of faults is shown by a test, and a test of a fault stands in a row.
import { expect, test } from 'vitest';
import { faultTests } from '../../tools/docs/faults.ts';
import { FAULTS } from '../faults/faults.ts';

const tests = faultTests();

test('every fault that we speak of is shown by a test that runs', () => {
  expect(FAULTS.length).toBeGreaterThan(10);
  const shown = new Set(tests.map(({ id }) => id));
  expect(FAULTS.filter(({ id }) => !shown.has(id)).map(({ id }) => id)).toEqual([]);
});

test('every test of a fault names a row, and is found where the page looks', () => {
  expect(tests.length).toBeGreaterThan(15);
  const known = new Set<string>(FAULTS.map(({ id }) => id));
  expect(tests.filter(({ id, title }) => !known.has(id) || title === '')).toEqual([]);
});

test('rows are told apart', () => {
  expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
});
