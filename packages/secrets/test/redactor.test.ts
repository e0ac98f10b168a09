// Nothing of a known value survives, whatever encoding or neighbours an attacker chooses.
import { createRedactor } from '@castellan/secrets';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const secret = `castellan_d_${'0123456789abcdef'.repeat(4)}`;

test('a raw value, in a sentence, in a map key and nested', () => {
  const redactor = createRedactor([{ name: 'MAIL', value: 'hunter2hunter2' }]);
  expect(redactor.text('it is hunter2hunter2!')).toBe('it is [REDACTED:MAIL]!');
  expect(redactor.json({ 'x-hunter2hunter2': [{ deep: 'hunter2hunter2' }] })).toEqual({
    'x-[REDACTED:MAIL]': [{ deep: '[REDACTED:MAIL]' }],
  });
});

test('base64 at every offset and inside JSON text', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 12, maxLength: 40 }),
      fc.string({ maxLength: 5 }),
      fc.string({ maxLength: 5 }),
      (value, before, after) => {
        fc.pre(value.isWellFormed() && !/[A-Za-z0-9]{8}REDACTED/.test(value));
        const redactor = createRedactor([{ name: 'S', value }]);
        const encoded = Buffer.from(before + value + after, 'utf8').toString('base64');
        expect(redactor.text(encoded)).toContain('[REDACTED:S]');
        expect(redactor.text(JSON.stringify(before + value + after))).toContain('[REDACTED:S]');
      },
    ),
  );
});

test('own credentials are recognised by shape, known or not', () => {
  const redactor = createRedactor();
  expect(redactor.text(`Authorization: Bearer ${secret}`)).toBe(
    'Authorization: Bearer [REDACTED:castellan-credential]',
  );
  expect(redactor.text(`castellan_a_abcdef12_${'ab'.repeat(32)}`)).toBe('[REDACTED:castellan-credential]');
  // A browser's session, a refresh token (two values), an API token, an invitation.
  for (const own of ['s', 't', 'i'].map((kind) => `castellan_${kind}_abcdef12_${'ab'.repeat(32)}`))
    expect(redactor.text(own)).toBe('[REDACTED:castellan-credential]');
  expect(redactor.text(`castellan_r_abcdef12_${'ab'.repeat(64)}`)).toBe('[REDACTED:castellan-credential]');
});

test('the longest value wins, and a short one is refused', () => {
  const redactor = createRedactor([
    { name: 'SHORT', value: 'abcdefgh' },
    { name: 'LONG', value: 'abcdefgh-ijkl' },
  ]);
  expect(redactor.text('abcdefgh-ijkl abcdefgh')).toBe('[REDACTED:LONG] [REDACTED:SHORT]');
  expect(redactor.learn({ name: 'X', value: 'abc' })).toBe(false);
});
