// Text of agents on a terminal: nothing may move the cursor, hide, or turn around what a person reads.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible, visibleLines } from '../src/text/visible.ts';
import { labelled, textWidth, wrap } from '../src/text/wrap.ts';

test('what would act on the terminal is shown as its number', () => {
  expect(visible('\u001b[2J\u001b[1;1Happroved')).toBe('⟨U+001B⟩[2J⟨U+001B⟩[1;1Happroved');
  expect(visible('\u009b31m')).toBe('⟨U+009B⟩31m');
  expect(visible('a\rb\bc\u0007')).toBe('a⟨U+000D⟩b⟨U+0008⟩c⟨U+0007⟩');
  expect(visible('one\ntwo\tthree')).toBe('one⏎two⇥three');
});

test('direction, joiners, tags, fillers and odd spaces are shown', () => {
  for (const char of [
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200d',
    '\u00ad',
    '\ufeff',
    '\u{e0041}',
    '\u3164',
    '\u2800',
    '\u00a0',
    '\u2028',
    '\ufe0f',
    '\ud800',
    '\ue000',
  ]) {
    expect(visible(`x${char}y`)).toMatch(/^x⟨U\+[0-9A-F]{4,5}⟩y$/);
  }
});

test('ordinary text of any language stays as it is', () => {
  const text = 'rm -rf ~/Загрузки/文書 été — “ok” ελληνικά ไทย 👍 नमस्ते';
  expect(visible(text)).toBe(text);
});

test('piles of marks are cut down, in words', () => {
  expect(visible(`a${'\u0301'.repeat(40)}b`)).toBe(`a${'\u0301'.repeat(4)}⟨more marks⟩b`);
});

test('whatever comes in, nothing that acts on a terminal goes out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const acts = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
      expect(acts.test(visible(text))).toBe(false);
      for (const line of visibleLines(text)) expect(acts.test(line)).toBe(false);
    }),
  );
});

test('wrapping loses nothing and keeps the width', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 4, max: 90 }), (text, width) => {
      const shown = visible(text);
      const lines = wrap(shown, width);
      expect(lines.join('')).toBe(shown);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
  expect(labelled('  deletes ', 'x'.repeat(50), 40)).toEqual([
    `  deletes ${'x'.repeat(30)}`,
    `          ${'x'.repeat(20)}`,
  ]);
});
