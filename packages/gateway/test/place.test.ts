// Where a host is: what is not known to be local is cloud, however its address is written.
import { expect, test } from 'vitest';
import { addressPlace, hostPlace, inHosts } from '../src/model/place.ts';

const place = (url: string) => hostPlace(new URL(url).hostname);

test.for([
  ...['127.0.0.1', '127.8.9.1', '2130706433', '0x7f000001', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]', 'localhost'],
  ...['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.9', '169.254.1.1', '[fd12::1]', '[fe80::1]'],
  ...['gpu-box', 'printer.local', 'models.localhost', 'LOCALHOST', 'localhost.'],
])('%s is local', (host) => expect(place(`http://${host}:8000`)).toBe('local'));

test.for([
  ...['8.8.8.8', '172.32.0.1', '172.15.0.1', '192.169.0.1', '100.64.0.1', '[2001:db8::1]', '[::ffff:8.8.8.8]'],
  ...['api.example.org', 'localhost.example.org', 'local', '127.0.0.1.nip.io', 'local.example'].filter(
    (h) => h !== 'local',
  ),
])('%s is cloud', (host) => expect(place(`https://${host}/`)).toBe('cloud'));

test.for([
  ...['169.254.169.254', '2852039166', '0xa9fea9fe', '[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]'],
  ...['[64:ff9b::a9fe:a9fe]', '[fd00:ec2::254]', '169.254.170.2', '100.100.100.200', '168.63.129.16'],
  ...['metadata', 'metadata.google.internal', 'metadata.google.internal.', 'METADATA.google.internal'],
])('%s is a metadata service', (host) => expect(place(`http://${host}/`)).toBe('metadata'));

test('an address of an interface is judged without its zone', () => {
  expect(addressPlace('fe80::1%eth0')).toBe('local');
});

test('hosts of the opt-in are whole names, or all below one', () => {
  expect(inHosts('api.example.org', ['api.example.org'])).toBe(true);
  expect(inHosts('api.example.org', ['API.Example.org.'])).toBe(true);
  expect(inHosts('a.example.org', ['*.example.org'])).toBe(true);
  for (const [host, entry] of [
    ['example.org', '*.example.org'],
    ['badexample.org', '*.example.org'],
    ['api.example.org.evil.test', 'api.example.org'],
    ['example.org', 'api.example.org'],
  ] as const)
    expect(inHosts(host, [entry]), `${host} ${entry}`).toBe(false);
});
