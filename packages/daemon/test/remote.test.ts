// What `remote` of config.yaml may ask for: every reason against it, before anything is opened.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema } from '@castellan/contract';
import { CERTIFIED, certificate, tempFolder, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { addressList } from '../src/http/allow-list.ts';
import { readCertificate } from '../src/http/remote/certificate.ts';
import { proxyFault } from '../src/http/remote/proxied.ts';
import { isPeoplesRoute } from '../src/http/remote/routes.ts';
import { wantedRemote } from '../src/http/remote/settings.ts';

const wanted = (remote: object) => wantedRemote(configSchema.parse({ schema: 'castellan/config/v1', remote }).remote);
const tls = { certificate: '/c.pem', key: '/k.pem' };
const on = { enabled: true, address: 'https://castellan.test' };

verifies(['N2'], 'it is off by default, and without TLS or a named proxy it is a fault', () => {
  expect(wanted({})).toEqual({ kind: 'off' });
  expect(wanted({ ...on, enabled: false, tls })).toEqual({ kind: 'off' });
  const cases: readonly (readonly [string, object])[] = [
    ['neither `tls` nor `proxy`', on],
    ['both `tls` and `proxy`', { ...on, tls, proxy: { from: ['127.0.0.1'] } }],
    ['needs `remote.address`', { enabled: true, tls }],
    ['more than a host and a port', { ...on, address: 'https://castellan.test/x', tls }],
    ['more than a host and a port', { ...on, address: 'https://mia@castellan.test', tls }],
    ['is no address and no network', { ...on, tls, allow: ['10.0.0.0/40'] }],
    ['is no address and no network', { ...on, proxy: { from: ['::/200'] } }],
    ['is everybody', { ...on, proxy: { from: ['0.0.0.0/0'] } }],
    ['is everybody', { ...on, proxy: { from: ['127.0.0.1', '::/0'] } }],
    ['is on this machine', { ...on, host: '192.168.1.5', proxy: { from: ['127.0.0.1'] } }],
    ['one private address', { ...on, host: '0.0.0.0', proxy: { from: ['10.0.0.2'] } }],
    ['one private address', { ...on, host: '203.0.113.7', proxy: { from: ['10.0.0.2'] } }],
    ['one private address', { ...on, host: 'example.org', proxy: { from: ['10.0.0.2'] } }],
  ];
  for (const [expected, remote] of cases) {
    const found = wanted(remote);
    expect(found.kind === 'fault' ? found.fault.text : found, JSON.stringify(remote)).toContain(expected);
  }
});

verifies(
  ['N2', 'N6'],
  'behind a proxy of this machine nobody else can reach it, and its name is what browsers show',
  () => {
    const settings = (remote: object) => {
      const found = wanted(remote);
      return found.kind === 'on' ? found.settings : found;
    };
    expect(settings({ ...on, proxy: { from: ['127.0.0.1', '::1'] } })).toMatchObject({
      host: '127.0.0.1',
      port: 9443,
      name: 'castellan.test',
      tls: null,
    });
    expect(settings({ ...on, host: '::1', proxy: { from: ['::1'] } })).toMatchObject({ host: '::1' });
    expect(settings({ ...on, host: '10.0.0.1', proxy: { from: ['10.0.0.2'] } })).toMatchObject({ host: '10.0.0.1' });
    const own = { ...on, address: 'https://Castellan.TEST:8443/', tls };
    expect(settings(own)).toMatchObject({ host: '0.0.0.0', name: 'castellan.test:8443', proxies: [] });
    expect(settings({ ...own, address: 'https://castellan.test:443' })).toMatchObject({ name: 'castellan.test' });
  },
);

verifies(['N2', 'N5'], 'a certificate that browsers would refuse is refused, with the reason', () => {
  const good = certificate();
  const [ended, stranger] = [certificate({ ended: true }), certificate({ name: 'other.test' })];
  const text = join(tempFolder(), 'text.pem');
  writeFileSync(text, 'no certificate');
  const now = Date.now();
  expect(readCertificate(good, CERTIFIED, now)).toEqual({
    kind: 'good',
    certificate: { cert: good.cert, key: readFileSync(good.key, 'utf8') },
  });
  expect(readCertificate(good, `${CERTIFIED}:9443`, now).kind).toBe('good');
  const cases = [
    [{ ...good, certificate: '/nowhere.pem' }, 'cannot be read (ENOENT)'],
    [{ ...good, key: 'key.pem' }, 'is not an absolute path'],
    [{ ...good, certificate: text }, 'is no certificate in PEM'],
    [{ ...good, key: text }, 'is no private key in PEM'],
    [{ ...good, key: stranger.key }, 'is not that of the certificate'],
    [ended, 'ended on'],
    [stranger, 'is not for `castellan.test`'],
  ] as const;
  for (const [pem, expected] of cases) {
    const found = readCertificate(pem, CERTIFIED, now);
    expect(found.kind === 'fault' ? found.fault.text : found).toContain(expected);
  }
  const early = readCertificate(good, CERTIFIED, now - 90 * 86_400_000);
  expect(early.kind === 'fault' ? early.fault.text : early).toContain('not valid before');
});

test('a proxy is asked for one host, over TLS', () => {
  const fault = (headers: Record<string, string | string[]>) => proxyFault({ headers }, 'castellan.test')?.text ?? null;
  expect(fault({ 'x-forwarded-proto': 'https' })).toBeNull();
  expect(fault({ 'x-forwarded-proto': 'HTTPS', 'x-forwarded-host': 'Castellan.test' })).toBeNull();
  for (const proto of [{}, { 'x-forwarded-proto': 'http' }, { 'x-forwarded-proto': ['https', 'http'] }])
    expect(fault(proto)).toContain('over TLS');
  expect(fault({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.test' })).toContain('another host');
  expect(addressList([]).has('127.0.0.1')).toBe(false);
});

verifies(['N2', 'A5'], 'pin: routes that do not exist for people from elsewhere', async () => {
  const { ROUTES } = await import('@castellan/contract');
  const missing = (Object.keys(ROUTES) as (keyof typeof ROUTES)[]).filter((name) => !isPeoplesRoute(name));
  expect(missing.toSorted()).toEqual([
    'canaryChat',
    'canaryModel',
    'canaryResponses',
    'check',
    'claudeHook',
    'codexHook',
    'events',
    'mcp',
    'mcpEnd',
    'mcpModule',
    'mcpModuleEnd',
    'mcpModuleStream',
    'mcpSocket',
    'mcpStream',
    'model',
    'modelGet',
    'moduleCallback',
    'openCodeHook',
    'outcome',
    'setUp',
    'terminalHost',
  ]);
});
