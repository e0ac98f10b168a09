// What keeps a watched terminal harmless: modes that are undone, output that waits within bounds.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backlog } from '../src/terminal/backlog.ts';
import { TerminalModes } from '../src/terminal/modes.ts';

const E = '\u001b';
const seen = (...pieces: readonly string[]): TerminalModes => {
  const modes = new TerminalModes();
  for (const piece of pieces) modes.see(piece);
  return modes;
};

test('what was switched on is switched off, the last one first, and on again', () => {
  const modes = seen(`${E}[?1049h${E}[?25l${E}[?1000;1006h text ${E}[>1u${E}[>4;2m`);
  expect(modes.undo()).toBe(`${E}[?1006l${E}[?1000l${E}[?25h${E}[?1049l${E}[<1u${E}[>4;0m${E}[0m`);
  expect(modes.redo()).toBe(`${E}[?1049h${E}[?25l${E}[?1000h${E}[?1006h${E}[>1u${E}[>4;2m`);
});

test('what the program switched off itself needs nothing', () => {
  const modes = seen(`${E}[?2004h${E}[?25l${E}[>1u${E}[>4;2mx${E}[?2004l${E}[?25h${E}[<u${E}[>4m`);
  expect([modes.isChanged, modes.undo(), modes.redo()]).toEqual([false, '', '']);
});

test('a sequence may be cut anywhere', () => {
  const text = `a${E}[?1049hb${E}[?25lc${E}[>3ud`;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length }), fc.integer({ min: 0, max: text.length }), (one, two) => {
      const [low, high] = [Math.min(one, two), Math.max(one, two)];
      const modes = seen(text.slice(0, low), text.slice(low, high), text.slice(high));
      expect(modes.undo()).toBe(seen(text).undo());
    }),
  );
});

test('what waits comes whole and in order while there is room', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 20 })),
      fc.integer({ min: 2, max: 9 }),
      (pieces, size) => {
        const backlog = new Backlog(10_000, 0);
        for (const piece of pieces) backlog.push(piece);
        let got = '';
        while (!backlog.isEmpty) {
          const piece = backlog.take(size);
          expect(piece.isWellFormed()).toBe(true);
          got += piece;
        }
        expect(got).toBe(pieces.join(''));
      },
    ),
  );
});

test('a flood is cut at its old end, says so, and never grows', () => {
  const backlog = new Backlog(1000, 0);
  for (let n = 0; n < 5000; n += 1) backlog.push(`line ${n} 🔑\n`);
  const got = backlog.take(10_000);
  expect(got).toContain('[some output was left out]');
  expect(got.length).toBeLessThan(1100);
  expect(got.isWellFormed()).toBe(true);
  expect(got.endsWith('line 4999 🔑\n')).toBe(true);
  expect(backlog.isEmpty).toBe(true);
});

test('somebody who knows nothing is given the last of it again', () => {
  const backlog = new Backlog(1000, 8);
  backlog.push('0123456789');
  backlog.take(100);
  backlog.push('new');
  backlog.again();
  expect(backlog.take(100)).toBe('23456789new');
});
