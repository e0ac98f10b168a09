// What a misspelt name may have meant, also where somebody means to keep us busy.
import { expect, it } from 'vitest';
import { nearest } from '../src/spell.ts';

it.each([
  ['apend', ['append', 'extend'], 'append'],
  ['FOO_BAR', ['foobar'], 'foobar'],
  ['x', ['y'], undefined],
  ['kye', ['key'], undefined],
  ['abcd', [], undefined],
])('%s among %j is %s', (name, candidates, expected) => {
  expect(nearest(name, candidates)).toBe(expected);
});

it('looks at so many names and no more', () => {
  let seen = 0;
  const names = function* () {
    for (; ; seen++) yield 'b'.repeat(200);
  };
  expect(nearest('a'.repeat(200), names())).toBeUndefined();
  expect(seen).toBeLessThan(1000);
  expect(nearest('a'.repeat(1_000_000), ['a'.repeat(1_000_000)])).toBeUndefined();
});
