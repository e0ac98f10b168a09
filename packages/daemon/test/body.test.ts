// Bodies: a member said twice is found wherever it is, and nothing else is taken for one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonOf } from '../src/http/body.ts';

const read = (text: string) => jsonOf(new TextEncoder().encode(text));

test('a member said twice is a fault, at every depth and in every spelling', () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[{"x":{"b":1,"b":2}}]',
    '{"__proto__":1,"__proto__":2}',
    '{"":1,"":2}',
    '{"a\\"b":1,"a\\u0022b":2}',
  ])
    expect(read(text), text).toEqual({ kind: 'fault', message: 'the body names a member twice' });
});

test('any JSON text is read as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.boolean(), (value, pretty) => {
      const text = JSON.stringify(value, null, pretty ? 2 : 0);
      expect(read(text)).toEqual({ kind: 'json', value: JSON.parse(text) });
    }),
    { numRuns: 500 },
  );
  for (const text of ['"\\\\"', '{"a\\\\":":"}', '{"\\"":"\\\\\\":"}', ' { "a" : [ { "b" : ":" } ] } '])
    expect(read(text), text).toMatchObject({ kind: 'json' });
});
