// Which passwords may be chosen, and that each refusal says what to do (A8).
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonPasswords } from '../src/identity/people/common-passwords.ts';
import { MAX_PASSWORD_BYTES, passwordFault } from '../src/identity/people/password-rule.ts';

const isCommon = await commonPasswords();
const fault = (password: string, name = 'mia') => passwordFault(password, { name, isCommon });

verifies(['A8'], 'long enough, or of enough kinds: each refusal says the rule and what meets it', () => {
  for (const good of [
    'seven-Quiet-otters-row-42',
    'korrektpferdbatterie',
    'Ab3$efGh1jkl',
    'ABCdef123xyz',
    'мойдомнаберегуреки',
    '山川草木花鳥風月雪雨雲霧霜露氷炎',
    '7302 9145 8826 0417',
  ])
    expect(fault(good), good).toBeNull();
  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /0 characters/],
    ['short1A!', /8 characters/],
    ['Ab3$efGh1jk', /11 characters/],
    ['abcdefghijkz', /three of/],
    ['abcdefgh12xy', /three of/],
    ['qwertzuiopkjhgf', /three of/],
    ['aaaaaaaaaaaaaaaaaaaa', /repeats/],
    ['abcabcabcabcabcabc', /repeats/],
    ['Ab1!Ab1!Ab1!Ab1!', /repeats/],
    ['Password12345678', /many people/],
    ['QWERTYUIOP1234567890', /many people/],
    ['letmein!!!!!!!!!2026', /many people/],
    ['mia-mia-mia-2026', /name/],
  ];
  for (const [bad, why] of refused) {
    const found = fault(bad);
    expect(found?.message, bad).toMatch(why);
    expect(found?.hint.length, bad).toBeGreaterThan(10);
    if (bad !== '') expect(JSON.stringify(found), 'the password itself is never repeated').not.toContain(bad);
  }
  expect(fault('x'.repeat(8) + 'yz'.repeat(MAX_PASSWORD_BYTES))?.message).toMatch(/longer than/);
});

test('one text, however it was typed: composed and decomposed letters are the same password', () => {
  const composed = 'Bär-Öl-Süß-2026';
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 0, maxLength: 40 }), (text) => {
      const [a, b] = [text.normalize('NFC'), text.normalize('NFD')].map((each) => fault(each));
      expect(a).toEqual(b);
    }),
  );
  expect(fault(composed.normalize('NFD'))).toEqual(fault(composed));
});

test('nothing that is chosen makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.string({ maxLength: 32 }), (text, name) => {
      const found = fault(text, name);
      expect(found === null || found.hint !== '').toBe(true);
    }),
  );
});
