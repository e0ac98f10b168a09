// Addresses as an attacker writes them: whatever the spelling, the host a connection would reach and where it lies.
import { declaredEffectSchema } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { analyseEffects } from '../../src/effects/analyse-effects.ts';
import { call, FACTS } from '../fixtures.ts';

const connect = declaredEffectSchema.parse({ kind: 'connect', from: 'u', as: 'url' });
const reached = (u: string): string => {
  const [first] = analyseEffects(call('m', 't', { u }), [connect], FACTS);
  return `${first?.target} ${first?.place} ${first?.certainty}`;
};

verifies(['G-C01', 'G-C08'], 'loopback and the addresses that give out credentials, in every spelling', () => {
  const loopback = '127.0.0.1:80 loopback certain';
  const metadata = '169.254.169.254:80 metadata certain';
  const rows: readonly (readonly [string, string])[] = [
    ['http://0177.0.0.1', loopback],
    ['http://0x7f.1', loopback],
    ['http://2130706433', loopback],
    ['http://127.1', loopback],
    ['http://017700000001', loopback],
    ['http://[0:0:0:0:0:ffff:127.0.0.1]', loopback],
    ['http:\\\\127.0.0.1\\x', loopback],
    ['\thttp://127.0.0.1\n', loopback],
    ['http://[::127.0.0.1]', '[::7f00:1]:80 loopback certain'],
    ['http://[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]:80 loopback certain'],
    ['http://localhost.', 'localhost:80 loopback certain'],
    ['http://0.0.0.0', '0.0.0.0:80 loopback certain'],
    ['http://0xA9FEA9FE', metadata],
    ['http://169.254.169.254.', metadata],
    ['http://[::ffff:a9fe:a9fe]', metadata],
    ['http://user@169.254.169.254/', metadata],
    ['http://good.example\\@169.254.169.254', 'good.example:80 public certain'],
    ['http://[2002:a9fe:a9fe::]', '[2002:a9fe:a9fe::]:80 metadata certain'],
    ['http://100.100.100.200', '100.100.100.200:80 metadata certain'],
    ['http://169.254.170.2/v2', '169.254.170.2:80 metadata certain'],
    ['http://100.64.0.1', '100.64.0.1:80 private certain'],
    ['http://exa\u00admple.com', 'example.com:80 public certain'],
    ['http://e%78ample.com', 'example.com:80 public certain'],
    ['http://аррӏе.com', 'xn--80ak6aa92e.com:80 public certain'],
    ['http://host.docker.internal', 'host.docker.internal:80 unresolved certain'],
    ['http://[fe80::1%25eth0]', 'http://[fe80::1%25eth0] unresolved unknown'],
  ];
  for (const [url, expected] of rows) expect([url, reached(url)]).toEqual([url, expected]);
});
