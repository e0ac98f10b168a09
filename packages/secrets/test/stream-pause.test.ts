// A stream that somebody watches: what waits is shown after a while, and of a known secret never more than a crumb,
// however slowly it comes.
import { createDetector, createRedactor } from '@castellan/secrets';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const SECRET = 'Zq9-hunter2-Zq9';
const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const textOf = (...parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('utf8');

/** What a watcher has seen when each piece was followed by a silence. */
function watched(pieces: readonly string[], known = [{ name: 'S', value: SECRET }]): string {
  const stream = createRedactor({ known, detector: createDetector({ floor: 'likely' }) }).stream();
  return textOf(...pieces.flatMap((piece) => [stream.push(bytes(piece)), stream.pause()]), stream.end());
}

test('however a secret is cut by silences, at most two of its first characters are seen', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      const text = `login ${SECRET} done`;
      const pieces: string[] = [];
      for (let at = 0, n = 0; at < text.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1;
        pieces.push(text.slice(at, at + size));
        at += size;
      }
      const seen = watched(pieces);
      expect(seen).toMatch(/^login (?:Zq?)?(?:\[REDACTED:S\])+ done$/);
    }),
    { numRuns: 300 },
  );
});

test('one character after another, also of a form of it', () => {
  const hidden = Buffer.from(SECRET).toString('base64');
  const seen = watched([...`x ${hidden} y`]);
  expect(seen.startsWith('x ')).toBe(true);
  expect(seen).toContain('[REDACTED:S]');
  expect(seen).not.toContain(hidden.slice(0, 8));
});

test('what waited for a word to end is shown when nothing comes', () => {
  const stream = createRedactor({
    known: [{ name: 'S', value: SECRET }],
    detector: createDetector({ floor: 'likely' }),
  }).stream();
  for (const line of [
    'ready> ',
    'Do you want to proceed?\r\n ❯ 1. Yes',
    ' castellan',
    '\u001b[2K$ ls -la /tmp/some-folder',
  ]) {
    const at = stream.push(bytes(line));
    expect(textOf(at, stream.pause())).toBe(line);
  }
});

test('the beginning of our own credential is its name; what follows waits', () => {
  const own = `castellan_a_${'k3j5h7'}_${'ab12'.repeat(16)}`;
  const seen = watched([`key ${own.slice(0, 20)}`, own.slice(20, 50), own.slice(50), ' end'], []);
  expect(seen).not.toContain(own.slice(12, 40));
});

test('silences change nothing of a text without secrets', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 12 }), (pieces) => {
      expect(watched(pieces)).toBe(pieces.join(''));
    }),
    { numRuns: 200 },
  );
});
