// The size, the name and the first words of a file.
import { expect, test } from 'vitest';
import { goesRed, holds, type Law } from './lib/go-red.ts';
import { PACKAGE_TESTS, SOURCES, sourceFile, WORKSHOP } from './lib/source.ts';

const LONGEST = 400;
const LONGEST_MEDIAN = 120;

const medianOf = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};

/** No file over the limit: a file that long has two subjects. */
const length: Law = (files) =>
  files.filter((file) => file.lines > LONGEST).map((file) => `${file.path} has ${file.lines} lines, over ${LONGEST}`);

/** A file starts with what it is and the rule it obeys. */
const header: Law = (files) =>
  files
    .filter((file) => {
      const body = file.text.replace(/^#!.*\n/, '');
      const first = /^(\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(body)?.[0] ?? '';
      return first.replaceAll(/[/*\s]/g, '').length < 15;
    })
    .map((file) => `${file.path} does not start with a comment that says what it is`);

/** Files are kebab-case. */
const names: Law = (files) =>
  files
    .filter((file) => !/(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.(test|long\.test|config|d))?\.(ts|mjs|js|tsx)$/.test(file.path))
    .map((file) => `${file.path} is not in kebab-case`);

test(`no source file is over ${LONGEST} lines`, () =>
  holds(length, [...SOURCES, ...WORKSHOP.filter((file) => !/^test\//.test(file.path))]));
test(`the median source file is at most ${LONGEST_MEDIAN} lines`, () => {
  expect(SOURCES.length).toBeGreaterThan(0);
  expect(medianOf(SOURCES.map((file) => file.lines))).toBeLessThanOrEqual(LONGEST_MEDIAN);
});
test('every file starts by saying what it is', () => holds(header, [...SOURCES, ...PACKAGE_TESTS, ...WORKSHOP]));
test('file names are kebab-case', () => holds(names, [...SOURCES, ...PACKAGE_TESTS, ...WORKSHOP]));

test('the laws go red', () => {
  goesRed(length, 'packages/policy/src/x.ts', ['a();\n'.repeat(LONGEST + 1)], ['a();\n'.repeat(LONGEST)]);
  goesRed(
    header,
    'packages/policy/src/x.ts',
    ["import { a } from './a.ts';\n// Too late to say what this is.", '//\na();', '// ok\na();', ''],
    ['// Levels, and how they are ordered.\na();', '#!/usr/bin/env node\n// The command line starts here.\na();'],
  );
  expect(names([sourceFile('packages/policy/src/decideCall.ts', '')])).not.toEqual([]);
  expect(names([sourceFile('packages/policy/src/decide-call.ts', '')])).toEqual([]);
  expect(medianOf([1, 500, 121])).toBe(121);
});
