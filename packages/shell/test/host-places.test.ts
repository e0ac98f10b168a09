// Where a host lies, in every spelling that leads there: addresses with a meaning of their own, names that carry an address.
import { expect, test } from 'vitest';
import { readHost } from '../src/host.ts';

const PLACES: readonly (readonly [string, string])[] = [
  [
    'metadata',
    'metadata metadata.google.internal instance-data 169.254.169.254 168.63.129.16 192.0.0.192 [fd20:ce::254] [::ffff:169.254.169.254] 169-254-169-254.nip.io a9fea9fe.nip.io',
  ],
  [
    'loopback',
    'localhost app.localhost localhost.localdomain ip6-localhost lvh.me x.localtest.me 127.0.0.1.nip.io app-127-0-0-1.sslip.io 7f000001.nip.io 0.0.0.0 127.1 2130706433',
  ],
  [
    'private',
    '198.18.0.1 198.19.255.255 100.64.0.1 [2001:db8::1] 192.0.0.1 192.0.2.1 240.0.0.1 255.255.255.255 10.0.0.1.nip.io app.192-168-1-1.sslip.io 10.0.0.1.xip.io [fe80::1]',
  ],
  ['unresolved', 'x.nip.io 8.8.8.8.nip.io 127.0.0.1.7f000001.nip.io printer build.internal'],
  [
    'public',
    '8.8.8.8 198.20.0.1 100.128.0.1 192.0.1.1 example.org nip.io nip.io.example.org localhost.example.org notlvh.me [2001:4860::8888]',
  ],
];
for (const [place, hosts] of PLACES)
  test.each(hosts.split(' '))(`${place}: %s`, (host) => expect(readHost(host)?.place).toBe(place));
