// Law: the threat model promises nothing that is not asked for of the tests, and the page of promises is not a page of hopes.
import { expect, test } from 'vitest';
import { CLAIMS } from '../claims/claims.ts';
import { readRoot } from './lib/source.ts';

const PAGE = 'docs/threat-model.md';

/** Promises that a page names in brackets. */
const promised = (text: string): readonly string[] =>
  [...text.matchAll(/\[((?:[A-Z]+(?:-[A-Z])?\d*)(?:,\s*[A-Z]+(?:-[A-Z])?\d*)*)\](?!\()/g)].flatMap(([, list = '']) =>
    list.split(/,\s*/),
  );

/** Of those, what the gate does not ask a test for. */
const hopes = (text: string): readonly string[] => {
  const now = new Set(CLAIMS.filter(({ status }) => status === 'now').map(({ id }): string => id));
  return promised(text).filter((id) => !now.has(id));
};

test('it goes red', () => {
  expect(promised('held [A1, G-S01,\n  X2], not [a link](x)')).toEqual(['A1', 'G-S01', 'X2']);
  expect(hopes('held [A1, L7, Z9]')).toEqual(['L7', 'Z9']);
});

test('every promise of the threat model is one that an executed test must show', () => {
  expect(promised(readRoot(PAGE)).length).toBeGreaterThan(40);
  expect(hopes(readRoot(PAGE))).toEqual([]);
});
