// What holds for every input: no crash, true spans, one finding over each place, the same finding in any surroundings, and a
// cost that grows as the input does, however hostile it is. Cost is counted in bytes looked at, never in time.
import { createDetector } from '@castellan/secrets';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TOKEN_FORMATS } from '../../src/detect/formats/all.ts';
import { drawn, madeUp } from './made-up.ts';

const detector = createDetector({ floor: 'possible' });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const PIECES = [
  ...[
    'token',
    'password=',
    '"',
    "'",
    '`',
    '\\"',
    '\\',
    '=',
    ':',
    ',',
    '://',
    '@',
    '-----BEGIN',
    '-----END ',
    'PRIVATE KEY-----',
  ],
  ...[
    'kind: Secret\n',
    'data:\n',
    '  a: ',
    '---\n',
    'curl ',
    ' -u ',
    ' -p',
    'Cookie: ',
    ';',
    '\n',
    ' ',
    '<key>',
    '</key>',
    '&',
    '%3D',
  ],
  ...[
    'ghp_',
    'eyJ',
    '.',
    '_',
    '-',
    '|',
    '>',
    '(',
    ')',
    'value',
    'Authorization: Basic ',
    'login x password ',
    '\u{1f511}',
    '\0',
  ],
];
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES),
      fc.string({ maxLength: 40 }),
      fc.integer({ min: 1, max: 60 }).map((n) => drawn(n, `${n}`)),
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(''));

test('any bytes are searched without a crash, and every span is true', () => {
  fc.assert(
    fc.property(fc.oneof(soup.map(bytes), fc.uint8Array({ maxLength: 2000 })), (input) => {
      const before = input.slice();
      let last = 0;
      for (const { start, end, name } of detector.find(input)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(input.length);
        expect(name).toMatch(/^[a-z0-9-]+$/);
        last = end;
      }
      expect(input).toEqual(before);
      expect(detector.find(input)).toEqual(detector.find(input));
    }),
    { numRuns: 400 },
  );
});

const SURE = TOKEN_FORMATS.filter(({ check, needsName }) => check === undefined && needsName === undefined);

test('a token that is found is found again whatever stands round it', () => {
  const around = fc.string({ maxLength: 60 }).map((text) => text.replace(/[^ -~]/g, ''));
  fc.assert(
    fc.property(fc.constantFrom(...SURE), fc.nat(1000), around, around, ({ id, shapes }, seed, before, after) => {
      const token = madeUp(shapes[seed % shapes.length] ?? '', `${id}${seed}`);
      const alone = detector.find(bytes(token));
      fc.pre(alone.some(({ start, end }) => start === 0 && end === token.length));
      const text = `${before}\n${token}\n${after}`;
      const start = before.length + 1;
      const covered = detector
        .find(bytes(text))
        .some((each) => each.start <= start && each.end >= start + token.length);
      expect(covered, text).toBe(true);
    }),
    { numRuns: 400 },
  );
});

/** How many bytes a search looked at. */
function looksAt(text: string): number {
  let looks = 0;
  const input = new Proxy(bytes(text), {
    get: (target, key) => {
      if (typeof key === 'string' && key !== 'length') looks++;
      return Reflect.get(target, key, target);
    },
  });
  detector.find(input);
  return looks;
}

const HOSTILE: readonly string[] = [
  'a',
  'token=',
  'token="',
  "password='",
  'token token ',
  'keykeykey_',
  'passwordpassword',
  '://',
  'a://b:',
  'a://b:c@',
  '-----BEGIN ',
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----BEGIN RSA PRIVATE KEY-----\nAAAA',
  'kind: Secret\n',
  'kind: Secret\ndata:\n  a: AAAAAAAAAAAAAAAA\n',
  'curl -u a:b ',
  'curl -u "a:b ',
  'mysql -p ',
  'Cookie: a=b; ',
  'cookie: cookie=',
  'eyJ',
  'eyJhbGciOiJI.eyJ',
  'ghp_',
  'xoxb-',
  'sk-proj-',
  'fm2_AAAA',
  '0.atlasv1.',
  'aaaaaaaaaaaaaa.atlasv1.',
  'authorization: Basic ',
  'secret:\\"',
  'token = |\n',
  'x&token=y&',
  '%3Dtoken%3D',
  'LS0tLS1CRUdJTi',
  'hooks.slack.com/services/',
];
const SIZE = 20_000;
const MOST_LOOKS_PER_BYTE = 800;

test.each(HOSTILE)('the cost of %j over and over grows as its length does', (piece) => {
  const once = looksAt(piece.repeat(Math.ceil(SIZE / piece.length)));
  const fourfold = looksAt(piece.repeat(Math.ceil((4 * SIZE) / piece.length)));
  expect(once).toBeGreaterThanOrEqual(SIZE);
  expect(once / SIZE).toBeLessThan(MOST_LOOKS_PER_BYTE);
  expect(fourfold / once).toBeLessThan(5);
});
