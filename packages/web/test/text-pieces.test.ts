// Marked and hidden parts of a command: nothing is lost, nothing hides.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldedAt, piecesOf } from '../src/kit/text-pieces.ts';

const span = (start: number, end: number, hue: 'calm' | 'warn' | 'bad' = 'bad') => ({ start, end, title: 'x', hue });

test('the pieces put together are the text, whatever is marked', () => {
  const spans = fc.array(
    fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => span(Math.min(a, b), Math.max(a, b))),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), spans, (text, marked) => {
      const pieces = piecesOf(text, marked);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    }),
  );
});

test('what cannot be seen is spelt out, line breaks aside', () => {
  const hidden = piecesOf('a\u202eb\u200bc\nd\te\u00a0f', []).flatMap(({ hidden }) => hidden ?? []);
  expect(hidden).toEqual(['U+202E', 'U+200B', 'U+00A0']);
});

test('where spans overlap the worst one shows', () => {
  const [, second] = piecesOf('rm -rf x', [span(0, 8, 'calm'), span(7, 8, 'bad')]);
  expect(second?.marked?.hue).toBe('bad');
});

test('a long text is folded, by characters or by lines, and never inside of a character', () => {
  expect(foldedAt('short')).toBe(5);
  expect(foldedAt('x'.repeat(5000))).toBe(600);
  expect(foldedAt('\n'.repeat(5000))).toBeLessThan(20);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 590, maxLength: 640 }), (text) => {
      const end = foldedAt(text);
      expect(end).toBeGreaterThan(0);
      expect(text.slice(0, end).isWellFormed()).toBe(true);
    }),
  );
});
