// Where no program gets by accident: the table of an attacker who knows how addresses can be written.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressKind } from '../src/egress/address.ts';
import { askedFault, isHostOf, redirectOf, urlFault } from '../src/egress/index.ts';

const NEVER = [
  '169.254.169.254',
  '169.254.170.2',
  '168.63.129.16',
  '100.100.100.200',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '0.0.0.0',
  '::',
  '::ffff:0.0.0.0',
  '224.0.0.1',
  '239.255.255.250',
  '255.255.255.255',
  '240.0.0.1',
  'ff02::1',
  'fe80::1%eth0',
  'example.org',
  '',
];
const PRIVATE = [
  '127.0.0.1',
  '127.255.255.254',
  '0.1.2.3',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.1.1',
  '100.64.0.1',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.7',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:0:7f00:1',
  '::ffff:10.1.2.3',
  '64:ff9b::7f00:1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::7f00:1',
  '2002:7f00:1::',
  '2002:c0a8:101::1',
  '2001::7f00:1',
  '2001:db8::1',
  '2001:10::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fec0::1',
  '100::1',
  '3fff::1',
  '2606:4700::5efe:7f00:1',
  '2606:4700::200:5efe:10.0.0.1',
  '4000::1',
];
const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '192.0.1.1',
  '198.20.0.1',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:81b::200e',
  '::ffff:1.1.1.1',
  '64:ff9b::101:101',
];

test.for(NEVER)('%s is reached by nobody', (address) => expect(addressKind(address)).toBe('never'));
test.for(PRIVATE)('%s is not the open network', (address) => expect(addressKind(address)).toBe('private'));
test.for(PUBLIC)('%s is the open network', (address) => expect(addressKind(address)).toBe('public'));

test('an IPv4 address is what it is however IPv6 wraps it', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '64:ff9b::', '::FFFF:'), (address, prefix) => {
      expect(addressKind(`${prefix}${address}`)).toBe(addressKind(address));
    }),
  );
});

test('every address is of one kind, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV6(), fc.ipV4(), fc.string()), (address) => {
      expect(['public', 'private', 'never']).toContain(addressKind(address));
    }),
  );
});

test('hosts are those that were declared, with their port', () => {
  const hosts = ['example.org', '*.example.net', 'example.com:8443', '[::1]:8080'];
  const is = (url: string) => isHostOf(new URL(url), hosts);
  expect(is('https://example.org/x')).toBe(true);
  expect(is('https://EXAMPLE.org:443/x')).toBe(true);
  expect(is('http://example.org/')).toBe(true);
  expect(is('https://example.com:8443/')).toBe(true);
  expect(is('https://a.b.example.net/')).toBe(true);
  expect(is('http://[::1]:8080/')).toBe(true);
  for (const url of [
    'https://example.org:8443/',
    'https://example.com/',
    'https://example.net/',
    'https://badexample.net/',
    'https://example.org.evil.test/',
    'https://evil.test/?https://example.org/',
    'https://evil.test/#example.org',
    'http://[::1]/',
    'https://xn--exmple-cua.org/',
  ])
    expect(is(url)).toBe(false);
});

test('one request is one request', () => {
  const ask = (change: Partial<Parameters<typeof askedFault>[0]>) =>
    askedFault({ method: 'POST', url: 'https://example.org/', headers: [], hasBody: true, ...change });
  expect(ask({})).toBeNull();
  expect(ask({ headers: [['x-key', 'a b\tc']] })).toBeNull();
  for (const method of ['CONNECT', 'TRACE', 'post', 'GET / HTTP/1.1\r\nX:', ''])
    expect(ask({ method, hasBody: false })).not.toBeNull();
  expect(ask({ method: 'GET' })).not.toBeNull();
  for (const [name, value] of [
    ['host', 'evil.test'],
    ['Host', 'evil.test'],
    ['Content-Length', '3'],
    ['Transfer-Encoding', 'chunked'],
    ['TE', 'trailers'],
    ['Connection', 'upgrade'],
    ['Upgrade', 'websocket'],
    ['Proxy-Authorization', 'x'],
    ['X-Forwarded-Host', 'evil.test'],
    ['Expect', '100-continue'],
    ['a b', 'x'],
    ['a:b', 'x'],
    ['', 'x'],
    ['x', 'a\r\nHost: evil.test'],
    ['x', 'a\nb'],
    ['x', 'a\0b'],
    ['x', 'ключ'],
  ] as const)
    expect(ask({ headers: [[name, value]] })).not.toBeNull();
  expect(
    ask({
      headers: [
        ['A', '1'],
        ['a', '2'],
      ],
    }),
  ).not.toBeNull();
  expect(ask({ headers: Array.from({ length: 65 }, (_, n) => [`x-${n}`, 'v'] as const) })).not.toBeNull();
  expect(ask({ headers: [['x', 'v'.repeat(20_000)]] })).not.toBeNull();
});

test('an address is one that is read the same by everybody', () => {
  expect(urlFault('https://example.org/a?b=c#d')).toBeNull();
  for (const url of [
    'ftp://example.org/',
    'file:///etc/passwd',
    'https://user:pw@example.org/',
    'https://example.org\\@evil.test/',
    'https://exa\nmple.org/',
    ' https://example.org/',
    'https://example.org./',
    'https:///',
    'example.org',
    `https://example.org/${'a'.repeat(9000)}`,
  ])
    expect(urlFault(url)).not.toBeNull();
});

test('a redirect is followed where it is safe, and says what stays behind', () => {
  const from = (url: string, method = 'GET') => ({ method, url: new URL(url) });
  expect(redirectOf(from('https://a.test/x'), 200, '/y')).toBeNull();
  expect(redirectOf(from('https://a.test/x'), 302, undefined)).toBeNull();
  expect(redirectOf(from('https://a.test/x'), 302, '/y')).toMatchObject({ isElsewhere: false, method: 'GET' });
  expect(redirectOf(from('https://a.test/x'), 302, 'https://a.test:8443/y')).toMatchObject({ isElsewhere: true });
  expect(redirectOf(from('https://a.test/x', 'POST'), 303, '/y')).toMatchObject({ method: 'GET', keepsBody: false });
  expect(redirectOf(from('https://a.test/x', 'POST'), 301, '/y')).toMatchObject({ method: 'GET', keepsBody: false });
  expect(redirectOf(from('https://a.test/x', 'PUT'), 302, '/y')).toMatchObject({ method: 'PUT', keepsBody: true });
  expect(redirectOf(from('https://a.test/x', 'POST'), 307, '/y')).toMatchObject({ method: 'POST', keepsBody: true });
  for (const location of ['http://a.test/y', 'file:///etc/passwd', 'https://u:p@a.test/', 'https://[', 'ftp://a.test/'])
    expect(redirectOf(from('https://a.test/x'), 302, location)).toBeTypeOf('string');
});
