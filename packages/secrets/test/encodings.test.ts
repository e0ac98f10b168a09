// The attacker chooses how a known value is written: any chain of up to three encodings, anywhere in any text. Nothing of
// it may come out.
import { createRedactor } from '@castellan/secrets';
import { describe, expect, test } from 'vitest';
import { ENCODINGS, type Encoding } from './encodings.ts';

const MARK = /\[REDACTED:[A-Za-z0-9_.-]+\]/g;

const SECRETS = [
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'p@ss w0rd&"quote\'<tag>%+\\back$lash',
  'pässwörd–日本語-🔑key',
  'correct horse battery staple',
  'a9f3c2d1e8b7465fa9f3c2d1e8b74651',
  'S3cr3t!x',
];

/** What survives of an encoded secret: its longest piece still in the output, in signs of the secret. */
function surviving(output: string, encoded: string, secret: string, signs = 6): string {
  const clean = output.replace(MARK, '\u0000');
  const each = Math.max(1, encoded.length / secret.length);
  const piece = Math.ceil(signs * each);
  for (let at = 0; at + piece <= encoded.length; at++) {
    const part = encoded.slice(at, at + piece);
    if (clean.includes(part)) return part;
  }
  return '';
}

describe.each(SECRETS)('%s', (secret) => {
  const redactor = createRedactor([{ name: 'S', value: secret }]);
  test.each(ENCODINGS.map(({ name, encode }) => [name, encode] as const))('%s', (_name, encode) => {
    const encoded = encode(secret);
    expect(surviving(redactor.text(`before ${encoded} after`), encoded, secret)).toBe('');
  });
});

/** What is promised: up to three levels; what is listed byte by byte or quoted is not broken up once more. */
function together(inner: Encoding, outer: Encoding, secret: string): boolean {
  if ((inner.levels ?? 1) + (outer.levels ?? 1) > 3) return false;
  if (inner.kind === 'listed' && outer.kind === 'listed') return false;
  const plain = inner.kind === undefined && inner.levels === undefined && inner.name !== 'hEx';
  if (outer.kind === 'split' && !plain) return false;
  if (outer.name === 'reversed') return false;
  const wide = /[^ -~]/.test(secret) || /width|NFD/.test(inner.name);
  return !(outer.name === 'base64 of UTF-16' && wide);
}

test.each(SECRETS)('every two encodings, one in the other: %s', (secret) => {
  const redactor = createRedactor([{ name: 'S', value: secret }]);
  const missed: string[] = [];
  for (const inner of ENCODINGS) {
    for (const outer of ENCODINGS) {
      if (!together(inner, outer, secret)) continue;
      const encoded = outer.encode(inner.encode(secret));
      const signs = inner.kind === undefined ? 6 : 12;
      const rest = surviving(redactor.text(`before ${encoded} after`), encoded, secret, signs);
      if (rest !== '') missed.push(`${inner.name} > ${outer.name}: ${JSON.stringify(rest)}`);
    }
  }
  expect(missed).toEqual([]);
});
