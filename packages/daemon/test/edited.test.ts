// What a person made of arguments they were shown without their secrets.
import type { JsonObject } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { restored } from '../src/approvals/index.ts';

const REAL = {
  to: 'a@b.c',
  key: 'hunter2-hunter2',
  list: ['one', 'hunter2-hunter2'],
  deep: { a: { b: 'hunter2-hunter2' } },
};
const SHOWN = { to: 'a@b.c', key: '[REDACTED:K]', list: ['one', '[REDACTED:K]'], deep: { a: { b: '[REDACTED:K]' } } };

test('what was left as it was shown is what stood there', () => {
  expect(restored({ ...SHOWN, to: 'x@y.z' }, SHOWN, REAL)).toEqual({
    kind: 'restored',
    arguments: { ...REAL, to: 'x@y.z' },
  });
  expect(restored({ key: '[REDACTED:K]', deep: { a: { b: '[REDACTED:K]', c: 1 } } }, SHOWN, REAL)).toEqual({
    kind: 'restored',
    arguments: { key: 'hunter2-hunter2', deep: { a: { b: 'hunter2-hunter2', c: 1 } } },
  });
});

test('a hidden part that was changed, moved or renamed is refused by its place', () => {
  for (const [given, path] of [
    [{ key: 'x [REDACTED:K]' }, '/key'],
    [{ to: '[REDACTED:K]' }, '/to'],
    [{ list: ['[REDACTED:K]'] }, '/list/0'],
    [{ deep: { a: { c: '[REDACTED:K]' } } }, '/deep/a/c'],
    [{ '[REDACTED:K]': 1 }, '/[REDACTED:K]'],
    [{ 'a/b~': '[REDACTED]' }, '/a~1b~0'],
    [{ key: { toString: '[REDACTED:K]' } }, '/key/toString'],
  ] as const)
    expect(restored(given as JsonObject, SHOWN, REAL), JSON.stringify(given)).toEqual({ kind: 'hidden', path });
});

test('whatever is written without a mark runs as it was written', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
      const object = JSON.parse(JSON.stringify(given)) as JsonObject;
      fc.pre(!JSON.stringify(object).includes('[REDACTED'));
      expect(restored(object, SHOWN, REAL)).toEqual({ kind: 'restored', arguments: object });
    }),
  );
});
