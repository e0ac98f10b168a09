// Addresses as they are, however they are written.
import { verifies } from '@castellan/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressList, addressText, clientAddress, networkFault, reachOf } from '../src/http/allow-list.ts';

verifies(['A9'], 'an address is in a network or not, in IPv4 and IPv6, mapped or not', () => {
  const list = addressList(['192.0.2.7', '10.0.0.0/8', 'fd00::/8', '2001:db8::1', '::ffff:198.51.100.0/120']);
  const cases: readonly (readonly [string, boolean])[] = [
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['::ffff:192.0.2.7', true],
    ['::ffff:c000:207', true],
    ['10.255.0.1', true],
    ['11.0.0.1', false],
    ['fd12::1', true],
    ['FD12::1%eth0', true],
    ['fe80::1', false],
    ['2001:db8::1', true],
    ['2001:db8::2', false],
    ['198.51.100.9', true],
    ['198.51.101.9', false],
    ['::10.0.0.1', false],
    ['10.1', false],
    ['012.0.0.1', false],
    ['0x0a.0.0.1', false],
    ['167772161', false],
    ['10.0.0.1 ', false],
    ['', false],
    ['localhost', false],
  ];
  for (const [address, expected] of cases) expect(list.has(address), address).toBe(expected);
  expect(addressList([]).has('10.0.0.1')).toBe(false);
});

test('every address of a network is in it, and its neighbours are not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 32 }), (number, bits) => {
      const text = (n: number): string => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.');
      const size = 2 ** (32 - bits);
      const base = Math.floor(number / size) * size;
      const list = addressList([`${text(base)}/${bits}`]);
      expect([list.has(text(base)), list.has(text(base + size - 1)), list.has(`::ffff:${text(number)}`)]).toEqual([
        true,
        true,
        true,
      ]);
      if (base > 0) expect(list.has(text(base - 1))).toBe(false);
      if (base + size < 2 ** 32) expect(list.has(text(base + size))).toBe(false);
    }),
  );
});

test('what is no network is said to be none', () => {
  for (const good of ['0.0.0.0/0', '::/0', '127.0.0.1', '::1/128']) expect(networkFault(good), good).toBeNull();
  for (const bad of ['10.0.0.0/33', 'fd00::/129', '10.0.0/8', '10.0.0.0/', '300.1.1.1', '010.0.0.1', ':', ''])
    expect(networkFault(bad), bad).toContain('no network');
});

verifies(
  ['A9'],
  'behind a proxy it is the address the proxy saw that counts, not what somebody wrote before it',
  () => {
    const proxies = addressList(['127.0.0.1', '::1', '10.0.0.0/8']);
    const cases: readonly (readonly [string, string | undefined, string])[] = [
      ['127.0.0.1', '203.0.113.9', '203.0.113.9'],
      ['127.0.0.1', '192.0.2.7, 203.0.113.9', '203.0.113.9'],
      ['127.0.0.1', '192.0.2.7, 203.0.113.9, 10.1.1.1', '203.0.113.9'],
      ['::ffff:127.0.0.1', '203.0.113.9', '203.0.113.9'],
      ['203.0.113.9', '192.0.2.7', '203.0.113.9'],
      ['127.0.0.1', undefined, '127.0.0.1'],
      ['127.0.0.1', '10.2.2.2', '10.2.2.2'],
      ['127.0.0.1', 'localhost', 'unknown'],
      ['127.0.0.1', '192.0.2.7, unknown', 'unknown'],
      ['127.0.0.1', '192.0.2.7,', 'unknown'],
      ['127.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
    ];
    for (const [peer, forwarded, expected] of cases)
      expect(clientAddress(peer, forwarded, proxies), `${peer} ${forwarded}`).toBe(expected);
  },
);

test('who can reach what is bound', () => {
  expect(['127.0.0.1', '::1', '127.9.9.9'].map(reachOf)).toEqual(['loopback', 'loopback', 'loopback']);
  expect(['0.0.0.0', '::'].map(reachOf)).toEqual(['any', 'any']);
  expect(['10.0.0.1', '192.168.1.2', '100.64.1.1', 'fd00::1', 'fe80::1'].map(reachOf)).toEqual(
    Array.from({ length: 5 }, () => 'private'),
  );
  expect(['8.8.8.8', '2001:4860::1', 'example.org'].map(reachOf)).toEqual(['public', 'public', 'public']);
  expect(addressText('::ffff:127.0.0.1')).toBe('127.0.0.1');
});
