// Canaries: they look real to whoever looks for credentials, and are found in any dress.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { CANARY_RANDOM_BYTES, createDetector, createRedactor, plantedFile } from '../src/index.ts';

for (const kind of ['env', 'aws', 'ssh-key'] as const)
  test(`${kind}: the file looks like one that holds a credential, and its value is found in any dress`, () => {
    const { value, text } = plantedFile(kind, randomBytes(CANARY_RANDOM_BYTES));
    expect(text).toContain(value);
    expect(
      createDetector().find(Buffer.from(text)).length,
      'whoever looks for credentials takes the bait',
    ).toBeGreaterThan(0);
    const redactor = createRedactor({ known: [{ name: 'bait', value }] });
    const dresses = [
      text,
      Buffer.from(text).toString('base64'),
      Buffer.from(value).toString('hex'),
      JSON.stringify(text),
    ];
    for (const dress of dresses) expect(redactor.mentions(dress)).toEqual(['bait']);
    expect(redactor.mentions(plantedFile(kind, randomBytes(CANARY_RANDOM_BYTES)).text)).toEqual([]);
  });

test('one that could be guessed is refused', () => {
  expect(() => plantedFile('env', new Uint8Array(CANARY_RANDOM_BYTES - 1))).toThrow(RangeError);
});
