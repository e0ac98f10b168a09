// Each layer has tests that attack it alone, and the guide names exactly those. What cites I5 and stands nowhere would be a layer that
// nobody is told of.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { LAYERS, type Layer } from './support/layers.ts';

/** A list of claims with I5 in it, whatever function is given it. */
const cites = (text: string): boolean => /\[\s*(?:'[\w-]+',\s*)*'I5'/.test(text);

/** Every test below `test/` that says it shows I5. */
const citing = readdirSync(inRoot('test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules') && name !== 'isolation/layers.test.ts')
  .map((name) => `test/${name.replaceAll('\\', '/')}`)
  .filter((path) => cites(readFileSync(inRoot(path), 'utf8')))
  .toSorted();

const named = (layers: readonly Layer[]): readonly string[] =>
  layers.flatMap(({ attacks }) => Object.keys(attacks)).toSorted();

/** The paths of tests that a page names in its table of layers. */
const inGuide = (page: string): readonly string[] =>
  [...page.matchAll(/`(test\/[\w./-]+\.test\.ts)`/g)].map(([, path = '']) => path);

test('it goes red', () => {
  expect(cites("verifies(\n  ['I2', 'I5'],\n  'x'")).toBe(true);
  expect(cites("verifies(['I2'], 'I5')")).toBe(false);
  expect(inGuide('| a | `test/isolation/x.test.ts`, `test/y` |')).toEqual(['test/isolation/x.test.ts']);
});

test('every test that attacks a layer alone stands in the table, and the table names no other', () => {
  expect(citing.length).toBeGreaterThanOrEqual(LAYERS.length);
  expect(named(LAYERS)).toEqual(citing);
  for (const { name, attacks } of LAYERS) expect(Object.values(attacks).flat().length, name).toBeGreaterThanOrEqual(2);
});

test('the guide shows each layer with exactly the tests that hold it', () => {
  const guide = readFileSync(inRoot('docs', 'guide', 'isolation.md'), 'utf8');
  const rows = guide.split('\n').filter((line) => line.startsWith('| '));
  for (const { name, without, attacks } of LAYERS) {
    const row = rows.find((line) => line.startsWith(`| ${name} |`)) ?? '';
    expect(row, `a row for \`${name}\` in docs/guide/isolation.md`).toContain(without);
    expect(inGuide(row).toSorted(), name).toEqual(Object.keys(attacks).toSorted());
  }
  // Whatever else the page names is there.
  for (const path of inGuide(guide))
    expect(readdirSync(inRoot(join(path, '..'))), path).toContain(path.split('/').at(-1));
});
