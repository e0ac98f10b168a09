// Every format finds what its vendor's documentation describes, exactly, and not what is almost that.
import { createDetector } from '@castellan/secrets';
import { describe, expect, test } from 'vitest';
import { base62, crc32 } from '../../src/detect/checks.ts';
import { NAMED_FORMATS, TOKEN_FORMATS } from '../../src/detect/formats/all.ts';
import { almost, drawn, madeUp } from './made-up.ts';

const LEAST_FORMATS = 200;

const detector = createDetector({ floor: 'possible' });
const exits = createDetector();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const found = (text: string) => detector.find(bytes(text));

const header = btoa(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).replaceAll('=', '');
const pem = btoa(`-----BEGIN ${'PRIVATE'} KEY-----\n${drawn(64, 'pem')}\n`);

/** A token whose inner form holds too. */
function whole(shape: string, check: string | undefined, seed: string): string {
  const token = madeUp(shape, seed);
  if (check === 'github-crc32') {
    const body = token.slice(token.indexOf('_') + 1, -6);
    return `${token.slice(0, -6)}${base62(crc32(body), 6)}`;
  }
  if (check === 'jwt') return `${header}${token.slice(token.indexOf('.')).replace('.eyJ', `.${header.slice(0, 3)}`)}`;
  return check === 'base64-pem' ? pem : token;
}

test('there are enough formats, each with a name of its own and a source', () => {
  const all = [...TOKEN_FORMATS, ...NAMED_FORMATS];
  expect(all.length).toBeGreaterThanOrEqual(LEAST_FORMATS);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const { id, source, shapes } of all) {
    expect(id).toMatch(/^[a-z0-9][a-z0-9-]{2,60}$/);
    expect(source, id).toMatch(/^[a-z0-9.-]+\.[a-z]+(\/|$)|^[a-z]+\.[a-z.]+/);
    expect(shapes.length, id).toBeGreaterThan(0);
  }
});

describe('tokens that say what they are', () => {
  test.each(TOKEN_FORMATS.map((format) => [format.id, format] as const))('%s', (id, format) => {
    for (const shape of format.shapes) {
      const token = whole(shape, format.check, id + shape);
      const text = `see "${token}" there`;
      const lead = format.leadIsName === true ? token.slice(0, shape.indexOf('{')) : '';
      const start = text.indexOf(token) + lead.length;
      const [finding] = found(text).filter(
        (each) => each.start <= start && each.end >= start + token.length - lead.length,
      );
      expect(finding, `${shape}: ${token}`).toMatchObject({ by: 'format' });

      const near = almost(shape, id + shape);
      if (near === null || format.check === 'base64-pem') continue;
      const names = found(`see ${near}! there`).filter(({ name }) => name === id);
      expect(names, `${shape}: ${near}`).toEqual([]);
    }
  });
});

describe('values that only their name gives away', () => {
  test.each(NAMED_FORMATS.map((format) => [format.id, format] as const))('%s', (id, format) => {
    for (const shape of format.shapes) {
      const value = madeUp(shape, id + shape);
      const text = `${(format.words[0] ?? '').toUpperCase()}_TOKEN = "${value}"`;
      const start = text.indexOf(value);
      const findings = exits.find(bytes(text));
      expect(
        findings.some((each) => each.start === start && each.end === start + value.length),
        text,
      ).toBe(true);
      // The same value beside a name that names nothing is left alone.
      const alone = exits.find(bytes(`widget = "${value}"`)).filter(({ name }) => name === id);
      expect(alone).toEqual([]);
    }
  });
});

test('a checksum that does not hold lowers the confidence and hides nothing', () => {
  const token = madeUp('ghp_{w36}', 'checksum');
  const body = token.slice(4, -6);
  const sure = `ghp_${body}${base62(crc32(body), 6)}`;
  expect(found(sure)[0]).toMatchObject({ name: 'github-token', confidence: 'certain' });
  expect(found(token)[0]).toMatchObject({ name: 'github-token', confidence: 'likely' });
});
