// The keyed digest is HMAC-SHA-256 and nothing else.
import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyedSha256 } from '../src/digest.ts';

test('it is the HMAC of the standard for every key and text', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 0, maxLength: 64 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      (key, text) => {
        expect(keyedSha256(key)(text)).toBe(`sha256:${createHmac('sha256', key).update(text).digest('hex')}`);
      },
    ),
  );
});

test('test case 2 of RFC 4231, twice with the same key', () => {
  const digest = keyedSha256(Buffer.from('Jefe'));
  const expected = 'sha256:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
  expect([digest('what do ya want for nothing?'), digest('what do ya want for nothing?')]).toEqual([
    expected,
    expected,
  ]);
});

test('a key that would have to be hashed first is refused', () => {
  expect(() => keyedSha256(new Uint8Array(65))).toThrow('longer than 64');
});
