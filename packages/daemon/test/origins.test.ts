// The whole matrix of Host, Origin and Sec-Fetch-Site, for every listener and every kind of route: spelt out as what a browser
// sends and what must come of it, not as the code decides it.
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { isOwnHost, isOwnPage, type Listener, type Pages } from '../src/http/origins.ts';

const LOCAL: Listener = { kind: 'loopback', port: 9999 };
const UNIX: Listener = { kind: 'unix' };
const REMOTE: Listener = { kind: 'remote', host: 'castellan.test:9443' };
const PLAIN: Listener = { kind: 'remote', host: 'castellan.test' };

verifies(['N3', 'N2'], 'each listener has its own names and no other', () => {
  const cases: readonly (readonly [Listener, string | undefined, boolean])[] = [
    [LOCAL, '127.0.0.1:9999', true],
    [LOCAL, 'localhost:9999', true],
    [LOCAL, 'LocalHost:9999', true],
    [LOCAL, '[::1]:9999', true],
    [LOCAL, '127.0.0.1', false],
    [LOCAL, '127.0.0.1:9998', false],
    [LOCAL, 'castellan.test:9443', false],
    [LOCAL, 'evil.test:9999', false],
    [LOCAL, 'localhost', false],
    [LOCAL, 'castellan', false],
    [LOCAL, '', false],
    [LOCAL, undefined, false],
    [UNIX, 'localhost', true],
    [UNIX, 'castellan', true],
    [UNIX, '127.0.0.1:9999', false],
    [UNIX, undefined, false],
    [REMOTE, 'castellan.test:9443', true],
    [REMOTE, 'Castellan.Test:9443', true],
    [REMOTE, 'castellan.test', false],
    [REMOTE, 'localhost:9443', false],
    [REMOTE, '127.0.0.1:9443', false],
    [REMOTE, 'castellan.test:9443.evil.test', false],
    [PLAIN, 'castellan.test', true],
    [PLAIN, 'castellan.test:443', false],
    [PLAIN, 'castellan.test:9443', false],
    [PLAIN, '', false],
    [PLAIN, undefined, false],
  ];
  for (const [listener, host, expected] of cases)
    expect(isOwnHost({ listener, headers: { host } }), `${listener.kind} ${host}`).toBe(expected);
});

/** What a browser sends, by who asks. */
const ASKERS = {
  'a program': {},
  'an address typed in': { site: 'none', mode: 'navigate' },
  'our page, reading': { site: 'same-origin', mode: 'cors' },
  'our page, changing': { site: 'same-origin', mode: 'cors', origin: 'own' },
  'our page, in an old browser': { origin: 'own' },
  'a link in another page': { site: 'cross-site', mode: 'navigate' },
  'a link in a page of another port': { site: 'same-site', mode: 'navigate' },
  'a form of another page': { site: 'cross-site', mode: 'navigate', origin: 'https://evil.test' },
  'a sandboxed frame': { site: 'cross-site', mode: 'cors', origin: 'null' },
  'a file': { origin: 'null' },
  'a redirect through us': { site: 'cross-site', mode: 'cors', origin: 'own' },
  'an image of another page': { site: 'cross-site', mode: 'no-cors' },
  'a fetch of a page of another port': { site: 'same-site', mode: 'cors', origin: 'port' },
  'a fetch of another page': { site: 'cross-site', mode: 'cors', origin: 'https://evil.test' },
  'a fetch in an old browser': { origin: 'https://evil.test' },
  'our name over the other scheme': { site: 'same-origin', mode: 'cors', origin: 'scheme' },
  'our name by another of its spellings': { site: 'cross-site', mode: 'cors', origin: 'sibling' },
  'a header that is empty': { origin: '' },
  'a site nobody knows': { site: 'nearby', mode: 'cors' },
  'two sites': { site: ['same-origin', 'cross-site'], mode: 'cors' },
} as const satisfies Record<string, { site?: unknown; mode?: string; origin?: string }>;
type Asker = keyof typeof ASKERS;

const MAY: Readonly<Record<Pages, readonly Asker[]>> = {
  none: ['a program', 'an address typed in'],
  own: ['a program', 'an address typed in', 'our page, reading', 'our page, changing', 'our page, in an old browser'],
  navigation: [
    'a program',
    'an address typed in',
    'our page, reading',
    'our page, changing',
    'our page, in an old browser',
    'a link in another page',
    'a link in a page of another port',
  ],
  program: ['a program', 'an address typed in', 'our page, in an old browser'],
};

const WHERE = [
  [
    LOCAL,
    '127.0.0.1:9999',
    'http://127.0.0.1:9999',
    'http://127.0.0.1:3000',
    'https://127.0.0.1:9999',
    'http://localhost:9999',
  ],
  [
    LOCAL,
    'localhost:9999',
    'http://localhost:9999',
    'http://localhost:3000',
    'https://localhost:9999',
    'http://127.0.0.1:9999',
  ],
  [LOCAL, '[::1]:9999', 'http://[::1]:9999', 'http://[::1]:3000', 'https://[::1]:9999', 'http://localhost:9999'],
  [
    REMOTE,
    'castellan.test:9443',
    'https://castellan.test:9443',
    'https://castellan.test',
    'http://castellan.test:9443',
    'https://castellan.test.:9443',
  ],
  [
    PLAIN,
    'castellan.test',
    'https://castellan.test',
    'https://castellan.test:8443',
    'http://castellan.test',
    'https://www.castellan.test',
  ],
] as const;

verifies(['N3', 'N2', 'A10'], 'who may ask what, on every listener', () => {
  let looked = 0;
  for (const [listener, host, own, port, scheme, sibling] of WHERE)
    for (const pages of ['none', 'own', 'navigation', 'program'] as const)
      for (const [asker, sent] of Object.entries(ASKERS) as [
        Asker,
        { site?: string; mode?: string; origin?: string },
      ][]) {
        const named: Readonly<Record<string, string>> = { own, port, scheme, sibling };
        const origin = sent.origin === undefined ? undefined : (named[sent.origin] ?? sent.origin);
        const headers = { host, origin, 'sec-fetch-site': sent.site, 'sec-fetch-mode': sent.mode };
        expect(isOwnPage({ listener, headers }, pages), `${host} ${pages} ${asker}`).toBe(MAY[pages].includes(asker));
        looked += 1;
      }
  expect(looked).toBe(5 * 4 * 20);
});

verifies(['N3'], 'no page of ours is on the Unix socket, so no page may ask there', () => {
  for (const headers of [
    { host: 'localhost', origin: 'http://localhost' },
    { host: 'castellan', 'sec-fetch-site': 'same-origin' },
  ])
    expect(isOwnPage({ listener: UNIX, headers }, 'own')).toBe(false);
  expect(isOwnPage({ listener: UNIX, headers: { host: 'castellan' } }, 'none')).toBe(true);
});
