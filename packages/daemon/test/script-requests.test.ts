// A request of a script as a call: what stands for a secret, what does not, and what a redirect takes along.
import type { HttpHostCall, ScriptText } from '@castellan/contract';
import { redirectOf } from '@castellan/gateway';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressOf,
  argumentsOf,
  type HttpArguments,
  readArguments,
  readyOf,
  redirected,
  secretsOf,
  words,
} from '../src/scripts/run/http-arguments.ts';
import { filled, filledValue, plainText, secretsIn, withPlaces } from '../src/scripts/run/place.ts';

const VALUES = new Map([
  ['KEY', `a b&"\\/?#\${secret:OTHER}`],
  ['OTHER', 'other'],
]);
const part = fc.oneof(
  fc.string(),
  fc.constantFrom(
    `\${`,
    `\${secret:KEY}`,
    '$',
    '{',
    `\${dollar}`,
    '}',
    `\${secret:KEY|json}`,
    `$\${`,
    `\${dollar}{secret:KEY}`,
  ),
);
const texts: fc.Arbitrary<ScriptText> = fc.array(
  fc.oneof(part, fc.record({ secret: fc.constantFrom('KEY', 'OTHER'), as: fc.constantFrom('text', 'json', 'url') })),
);

test('only what the program put there stands for a secret, whatever else it says', () => {
  fc.assert(
    fc.property(texts, (given) => {
      // Neighbouring plain parts are one, as the child has it.
      const text: ScriptText[number][] = [];
      for (const each of given) {
        const last = text.at(-1);
        if (typeof each === 'string' && typeof last === 'string') text[text.length - 1] = last + each;
        else text.push(each);
      }
      const write = (value: string, as: 'text' | 'json' | 'url'): string =>
        as === 'text' ? value : as === 'json' ? JSON.stringify(value).slice(1, -1) : encodeURIComponent(value);
      const meant = text.map((each) =>
        typeof each === 'string' ? each : write(VALUES.get(each.secret) ?? '', each.as),
      );
      const place = withPlaces(text);
      expect(filled(place, VALUES)).toBe(meant.join(''));
      const named = text.flatMap((each) => (typeof each === 'string' ? [] : [each.secret]));
      expect(secretsIn(place)).toEqual([...new Set(named)].sort());
    }),
  );
});

test('what a server answered and is quoted back is no secret, in a text or an object', () => {
  const quoted = plainText(`\${secret:KEY} \${dollar}`);
  expect(secretsIn(quoted)).toEqual([]);
  const said = `\${secret:KEY} \${dollar}`;
  expect(filled(quoted, VALUES)).toBe(said);
  expect(filledValue({ [quoted]: [quoted, 1, null] }, VALUES)).toEqual({ [said]: [said, 1, null] });
});

const call = (change: Partial<HttpHostCall> = {}): HttpHostCall => ({
  kind: 'http',
  method: 'POST',
  url: ['https://api.example.org/v1/items?key=', { secret: 'KEY', as: 'text' }],
  headers: [['X-Key', ['Bearer ', { secret: 'OTHER', as: 'text' }]]],
  body: { kind: 'json', text: ['{"k":"', { secret: 'KEY', as: 'json' }, `","t":"\${secret:KEY}"}`] },
  auth: null,
  timeoutMs: 1000,
  ...change,
});
const made = (change: Partial<HttpHostCall> = {}): HttpArguments => {
  const args = argumentsOf(call(change));
  if (typeof args === 'string') throw new Error(args);
  return args;
};

test('what is decided says where secrets go and holds none; what is sent holds them where they cannot break out', () => {
  const args = made();
  expect(secretsOf(args)).toEqual(['KEY', 'OTHER']);
  expect(words(args)).toBe(`POST https://api.example.org/v1/items?key=\${secret:KEY|url}, 54 bytes, with KEY, OTHER`);
  expect(readArguments(JSON.parse(JSON.stringify(args)))).toEqual(args);
  const to = addressOf(args);
  if (!(to instanceof URL)) throw new Error(to);
  expect(to.host).toBe('api.example.org');
  const ready = readyOf(args, to, VALUES);
  if (typeof ready === 'string') throw new Error(ready);
  expect(ready.url.searchParams.get('key')).toBe(VALUES.get('KEY'));
  expect([...ready.url.searchParams]).toHaveLength(1);
  expect(ready.headers).toEqual({ 'x-key': 'Bearer other', 'content-type': 'application/json' });
  expect(JSON.parse(String(ready.body))).toEqual({ k: VALUES.get('KEY'), t: `\${secret:KEY}` });
});

test('a value with a line break, a colon or another host in it changes nothing about the request', () => {
  const to = new URL('https://api.example.org/');
  const bad = new Map([
    ['KEY', 'x\r\nHost: evil.test'],
    ['OTHER', 'a:b'],
  ]);
  expect(
    readyOf(made({ url: ['https://api.example.org/'], headers: [['x', [{ secret: 'KEY', as: 'text' }]]] }), to, bad),
  ).toBe('with its secrets it is no request that can be sent');
  const auth = { user: [{ secret: 'OTHER', as: 'text' as const }], password: ['p'] };
  expect(readyOf(made({ url: ['https://api.example.org/'], headers: [], auth }), to, bad)).toContain(
    'that can be sent',
  );
  // Put into the host by a person who changed the arguments, or by whoever got that far.
  const moved = { ...made(), url: `https://\${secret:OTHER}.example.org/` };
  expect(readyOf(moved, to, new Map([['OTHER', 'evil']]))).toContain('that can be sent');
});

test('basic sign-in is made here, once', () => {
  const auth = { user: ['mia'], password: [{ secret: 'OTHER', as: 'text' as const }] };
  const ready = readyOf(made({ url: ['https://a.test/'], headers: [], auth }), new URL('https://a.test/'), VALUES);
  expect(ready).toMatchObject({ headers: { authorization: `Basic ${Buffer.from('mia:other').toString('base64')}` } });
  expect(argumentsOf(call({ auth, headers: [['Authorization', ['x']]] }))).toContain('both');
  expect(
    argumentsOf(
      call({
        headers: [
          ['A', ['x']],
          ['a', ['y']],
        ],
      }),
    ),
  ).toContain('twice');
});

test('a redirect to another host takes no secret along; what it names in its address stands for none', () => {
  const from = made({
    headers: [
      ['x-key', [{ secret: 'OTHER', as: 'text' }]],
      ['cookie', ['a=b']],
      ['accept', ['*/*']],
    ],
  });
  const to = (status: number, location: string) => {
    const next = redirectOf({ method: 'POST', url: new URL('https://api.example.org/v1') }, status, location);
    if (next === null || typeof next === 'string') throw new Error(String(next));
    return redirected(from, next);
  };
  expect(to(302, `https://other.example/?q=\${secret:KEY}`)).toEqual({
    method: 'GET',
    url: `https://other.example/?q=\${dollar}{secret:KEY}`,
    headers: { accept: '*/*' },
  });
  expect(to(307, 'https://other.example/')).toContain('holds a secret');
  expect(to(307, '/v2')).toMatchObject({ method: 'POST', headers: { 'x-key': `\${secret:OTHER}` }, body: from.body });
  expect(to(303, '/v2')).toEqual({
    method: 'GET',
    url: 'https://api.example.org/v2',
    headers: { 'x-key': `\${secret:OTHER}`, cookie: 'a=b', accept: '*/*' },
  });
});

test('how long a secret is is told by nothing that fails: with any value the same requests go and the same do not', () => {
  const to = new URL('https://api.example.org');
  const place = { secret: 'KEY', as: 'text' } as const;
  const values = ['a'.repeat(8), 'a'.repeat(600), `%/é${'b'.repeat(90)}`];
  for (const filler of [0, 5_000, 6_000, 6_100, 6_200, 7_900, 8_100, 12_000, 12_500, 16_000]) {
    const asked = [
      made({
        url: [`https://api.example.org/?${'a'.repeat(Math.min(filler, 8_000))}`, place],
        body: null,
        headers: [],
      }),
      made({ url: ['https://api.example.org/'], headers: [['x-a', ['b'.repeat(filler), place]]] }),
      made({ url: ['https://api.example.org/'], headers: [], auth: { user: ['u'.repeat(filler)], password: [place] } }),
      made({
        url: ['https://api.example.org/'],
        headers: [],
        body: { kind: 'text', text: ['c'.repeat(filler * 65), place] },
      }),
    ];
    for (const args of asked) {
      const told = values.map((value) => {
        const ready = readyOf(args, to, new Map([['KEY', value]]));
        return typeof ready === 'string' ? ready : 'goes';
      });
      // A sign that no header may hold is told, and which one is not.
      const [first, second, third] = told;
      expect(second).toBe(first);
      expect([first, 'with its secrets it is no request that can be sent']).toContain(third);
    }
  }
});

test('what a value breaks is one and the same line', () => {
  const to = new URL('https://api.example.org');
  const told = [
    readyOf(
      made({ auth: { user: [{ secret: 'OTHER', as: 'text' }], password: ['x'] } }),
      to,
      new Map([
        ['OTHER', 'a:b'],
        ['KEY', 'k'],
      ]),
    ),
    readyOf(
      made(),
      to,
      new Map([
        ['OTHER', 'a\nb'],
        ['KEY', 'k'],
      ]),
    ),
    readyOf(
      made(),
      to,
      new Map([
        ['OTHER', 'x'.repeat(5_000)],
        ['KEY', 'k'],
      ]),
    ),
  ];
  expect(new Set(told)).toEqual(new Set(['with its secrets it is no request that can be sent']));
});
