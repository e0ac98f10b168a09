// Universal promises of the redactor, for any secret, any text, any cut: nothing of a known value comes out, everything
// else comes out as it was, and a stream gives what the whole would have given.
import { createRedactor } from '@castellan/secrets';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENCODINGS } from './encodings.ts';

const SIGNS = [...'ABCXYZabcxyz0189!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ äß–日🔑'];
const value = fc.array(fc.constantFrom(...SIGNS), { minLength: 10, maxLength: 40 }).map((signs) => signs.join(''));
/** Text that has nothing of a secret: its letters are none of a secret's. */
const surrounding = fc.array(fc.constantFrom(...'defghij klmnop\n'), { maxLength: 60 }).map((signs) => signs.join(''));

const cut = (bytes: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] => {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
};

test('a value in any text, raw: not six signs of it come out', () => {
  fc.assert(
    fc.property(value, surrounding, surrounding, (secret, before, after) => {
      fc.pre(secret.trim().length >= 10);
      const output = createRedactor([{ name: 'S', value: secret }]).text(before + secret + after);
      expect(output).toContain('[REDACTED:S]');
      for (let at = 0; at + 6 <= secret.length; at++) {
        const piece = secret.slice(at, at + 6);
        expect(`${before}\u0000${after}`.includes(piece) || !output.includes(piece)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('a text without a secret is the same bytes, also where it is no UTF-8', () => {
  const redactor = createRedactor([{ name: 'S', value: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a' }]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(redactor.bytes(bytes)).toBe(bytes);
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(redactor.text(text)).toBe(text);
    }),
    { numRuns: 300 },
  );
});

test('bytes that are no text stay around a secret', () => {
  const redactor = createRedactor([{ name: 'S', value: 'Zq9-hunter2-Zq9' }]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (before, after) => {
      const output = redactor.bytes(Buffer.concat([before, Buffer.from(' Zq9-hunter2-Zq9 '), after]));
      expect(Buffer.from(output)).toEqual(Buffer.concat([before, Buffer.from(' [REDACTED:S] '), after]));
    }),
  );
});

test('a stream gives what the whole gives, however it is cut and whatever the encoding', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ENCODINGS),
      fc.constantFrom('ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'p@ss w0rd&"quote\'<tag>%+\\back$lash', 'S3cr3t!x'),
      surrounding,
      surrounding,
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }),
      (encoding, secret, before, after, sizes) => {
        const redactor = createRedactor([{ name: 'S', value: secret }]);
        const bytes = Buffer.from(`${before} ${encoding.encode(secret)} ${after}`, 'utf8');
        const stream = redactor.stream();
        const output = Buffer.concat([...cut(bytes, sizes).map((chunk) => stream.push(chunk)), stream.end()]);
        const whole = Buffer.from(redactor.bytes(bytes)).toString('utf8');
        // Of a dump the offset of its first line may be out before its bytes come; of the secret nothing.
        const rest = (text: string): number => text.replaceAll('[REDACTED:S]', '').length;
        if (encoding.kind === 'listed') expect(rest(output.toString('utf8')) - rest(whole)).toBeLessThanOrEqual(12);
        else expect(output.toString('utf8')).toBe(whole);
      },
    ),
    { numRuns: 400 },
  );
});

test('what cannot begin a secret is not held back', () => {
  const stream = createRedactor([{ name: 'S', value: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a' }]).stream();
  const push = (text: string): string => Buffer.from(stream.push(Buffer.from(text))).toString('utf8');
  expect(push('user@host:~$ ')).toBe('user@host:~$ ');
  expect(push('[1/3] done.\n')).toBe('[1/3] done.\n');
  expect(push('> ')).toBe('> ');
});
