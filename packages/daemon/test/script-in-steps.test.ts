// Looked through in steps, and as well as at once.
import { createRedactor } from '@castellan/secrets';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesWithout, namesTaken, valueWithout } from '../src/exits/index.ts';

const KEY = 'pK4vR8zQ1mX7bT2nW9sL';
const redactor = createRedactor([{ name: 'KEY', value: KEY }]);
const piece = fc.oneof(fc.string(), fc.constantFrom(KEY, Buffer.from(`ab${KEY}`).toString('base64'), '\\"', ' '));

test('a text is given back as one look at it would, wherever a step ends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece), fc.integer({ min: 0, max: 40_000 }), async (pieces, before) => {
      const bytes = Buffer.from(' '.repeat(before) + pieces.join(''));
      expect((await bytesWithout(redactor, bytes)).equals(redactor.bytes(bytes))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('which secrets were taken out is told, and not what somebody wrote himself', async () => {
  const before = Buffer.from(`${KEY} [REDACTED:OTHER]`);
  expect(namesTaken(before, await bytesWithout(redactor, before))).toEqual(['KEY']);
  expect(namesTaken(before, before)).toEqual([]);
});

test.for([
  [
    ['a', KEY],
    ['a', '[REDACTED:KEY]'],
  ],
  [
    { [KEY]: 1, b: { c: [KEY] } },
    { '[REDACTED:KEY]': 1, b: { c: ['[REDACTED:KEY]'] } },
  ],
  [
    [1, null, true, 'x'],
    [1, null, true, 'x'],
  ],
] as const)('a value keeps its shape: %j', async ([given, shown]) => {
  expect(await valueWithout(redactor, given)).toEqual(shown);
});

test('a secret that is cut over neighbouring texts is in neither, and not in both', async () => {
  for (const value of [
    [KEY.slice(0, 9), KEY.slice(9)],
    { a: KEY.slice(0, 5), b: [KEY.slice(5, 12), { c: KEY.slice(12) }] },
    [...KEY],
  ])
    expect(JSON.stringify(await valueWithout(redactor, value)).replace(/[^\w]/g, '')).not.toContain(KEY);
});

test('a number that is a secret is none', async () => {
  const digits = createRedactor([{ name: 'PIN', value: '9174625083' }]);
  expect(JSON.stringify(await valueWithout(digits, { a: 9_174_625_083, b: 12 }))).not.toContain('9174625083');
});

test('ids that follow each other are no secret', async () => {
  const { createGuard } = await import('../src/exits/index.ts');
  const ids = Array.from({ length: 20 }, (_, n) => `a${n}F9kQ${n * 7}z`);
  expect(await valueWithout(createGuard().redactor, ids)).toEqual(ids);
});
