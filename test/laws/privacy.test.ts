// Law: the Privacy page names each place where the daemon keeps something, and every file that may open a connection exists.
import { expect, test } from 'vitest';
import { statePaths } from '../../packages/daemon/src/state/paths.ts';
import { DOORS } from '../../tools/docs/privacy/doors.ts';
import { KEPT } from '../../tools/docs/privacy/files.ts';
import { filesBelow } from './lib/source.ts';

/** Folders that only hold what is listed by itself. */
const AROUND: ReadonlySet<string> = new Set(['home', 'daemon']);

const untold = (keys: readonly string[], told: readonly string[]): readonly string[] =>
  keys.filter((key) => !AROUND.has(key) && !told.includes(key));

test('the law goes red', () => {
  expect(untold(['home', 'ledger', 'new'], ['ledger'])).toEqual(['new']);
});

test('every place of the state folder is told of, and nothing that is not there', () => {
  const keys = Object.keys(statePaths('/state'));
  const told = KEPT.map(({ key }) => key);
  expect(keys.length).toBeGreaterThan(10);
  expect(untold(keys, told), 'add it to tools/docs/privacy/files.ts').toEqual([]);
  expect(told.filter((key) => !keys.includes(key))).toEqual([]);
});

test('every door is a file', () => {
  const files = filesBelow('packages', /\.(ts|tsx|mjs)$/);
  expect(DOORS.filter(({ file }) => !files.some((path) => file.test(path))).map(({ file }) => file.source)).toEqual([]);
});
