// People come in from elsewhere by a listener of their own: over TLS, once an account exists, and only while that holds (N2).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import {
  bareEnvironment,
  CERTIFIED,
  certificate,
  inRoot,
  PERSON,
  type RunningDaemon,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { mustOpen, upgrade } from './support/live.ts';
import { inPairs, refusedStart } from './support/refused-start.ts';
import { type Away, byProxy, byTls, sendAway } from './support/remote.ts';
import { ofKind, until, worldOf } from './support/world.ts';

// Daemons are started for real: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const remoteOf = async (daemon: RunningDaemon): Promise<string | null> =>
  ((await daemon.request('GET', '/v1/status')).json() as { remote: string | null }).remote;
const opened = (daemon: RunningDaemon): Promise<string> =>
  until('the remote listener', async () => (await remoteOf(daemon)) ?? undefined);
const alarmOf = async (daemon: RunningDaemon) =>
  (await worldOf(daemon).status()).alarms.find(({ kind }) => kind === 'remote-closed');
const rewrite = (daemon: RunningDaemon, config: object): void =>
  writeFileSync(join(daemon.home, 'config.yaml'), JSON.stringify({ schema: 'castellan/config/v1', ...config }));

const signIn = async (away: Away, more: Readonly<Record<string, string>> = {}) => {
  const reply = await sendAway(away, 'POST', '/v1/sign-in', { body: PERSON, headers: more });
  const lines = reply.headers['set-cookie'] ?? [];
  const cookie = lines.find((line) => line.startsWith('__Host-castellan_session='))?.split(';')[0] ?? '';
  return { reply, lines, cookie, csrf: (reply.json() as { csrf?: string }).csrf ?? '' };
};

verifies(['N2', 'A10', 'W2'], 'a person signs in over TLS, sees the page, and follows what happens', async () => {
  const pem = certificate();
  const { port, remote } = await byTls(pem);
  await using daemon = await startDaemon({ config: { remote } });
  expect(await opened(daemon)).toBe(`https://${CERTIFIED}:${port}`);
  const away = { port, ca: pem.cert };
  const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  const env = { ...bareEnvironment(tempFolder()), CASTELLAN_HOME: daemon.home };
  const shown = await runProcess(process.execPath, [program, 'status'], { env });
  expect(shown.stdout).toContain(`  remote   https://${CERTIFIED}:${port}, for people who sign in\n`);
  // What is no credential there is told what would be one: none of this machine is.
  const nobody = await sendAway(away, 'GET', '/v1/me', { headers: { authorization: `Bearer ${daemon.state.token}` } });
  expect(nobody.json()).toMatchObject({ error: 'not_authenticated', hint: 'sign in, or send an API token' });
  const page = await sendAway(away, 'GET', '/');
  expect(page.status).toBeLessThan(504);
  expect(page.headers['strict-transport-security']).toBe('max-age=31536000');
  const { reply, lines, cookie, csrf } = await signIn(away);
  expect(reply.status, reply.text).toBe(200);
  expect(lines.join()).toMatch(
    /__Host-castellan_session=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure/,
  );
  const origin = `https://${CERTIFIED}:${port}`;
  const own = { cookie, 'x-castellan-csrf': csrf };
  const me = await sendAway(away, 'GET', '/v1/me', { headers: own });
  expect(me.status, me.text).toBe(200);
  expect(me.headers['strict-transport-security']).toBe('max-age=31536000');
  const ticket = await sendAway(away, 'POST', '/v1/tickets', { body: { for: 'live' }, headers: { ...own, origin } });
  const token = (ticket.json() as { ticket: string }).ticket;
  const url = `wss://127.0.0.1:${port}/v1/socket?token=${token}`;
  const socket = await mustOpen(
    upgrade(url, { ca: pem.cert, servername: CERTIFIED, origin, headers: { host: `${CERTIFIED}:${port}` } }),
  );
  await socket.event('hello');
  // Not wanted any more: everybody who came that way goes.
  rewrite(daemon, { remote: { enabled: false } });
  await socket.ended;
  await until('closed', async () => ((await remoteOf(daemon)) === null ? true : undefined));
  await expect(sendAway(away, 'GET', '/v1/live')).rejects.toThrow();
});

verifies(['N2', 'A7'], 'before an account exists it stays closed, says so, and opens when there is one', async () => {
  const pem = certificate();
  const { port, remote } = await byTls(pem);
  const home = join(tempFolder(), 'state');
  const fresh = await startDaemon({ home, config: { remote }, setup: false });
  await expect(sendAway({ port, ca: pem.cert }, 'GET', '/v1/setup')).rejects.toThrow();
  await fresh.stop();
  // The same folder: the testkit does the set-up now.
  await using daemon = await startDaemon({ home });
  await opened(daemon);
  expect((await sendAway({ port, ca: pem.cert }, 'GET', '/v1/setup')).json()).toMatchObject({ needed: false });
  const alarms = ofKind(await worldOf(daemon).records(), 'alarm').filter(({ alarm }) => alarm.kind === 'remote-closed');
  expect(alarms[0]?.alarm).toMatchObject({ text: expect.stringContaining('not set up yet') });
  await until('the end of the alarm', async () => ((await alarmOf(daemon)) === undefined ? true : undefined));
});

verifies(
  ['N2', 'N5'],
  'a configuration that cannot be had is one clear line at start, and nothing is half-started',
  async () => {
    const on = { enabled: true, host: '127.0.0.1', port: 0, address: `https://${CERTIFIED}` };
    // Every other fault is read off the same two functions: packages/daemon/test/remote.test.ts.
    const cases: readonly (readonly [string, object])[] = [
      ['neither `tls` nor `proxy`', on],
      ['cannot be read (ENOENT)', { ...on, tls: { certificate: '/nowhere/cert.pem', key: '/nowhere/key.pem' } }],
    ];
    await inPairs(cases, async ([expected, remote]) => {
      const home = join(tempFolder(), 'state');
      const { stderr, stdout, code } = await refusedStart({ home, config: { remote } });
      expect(stderr, expected).toMatch(/^castellan: error: [^\n]+\n(hint: [^\n]+\n)+$/);
      expect(stderr).toContain(expected);
      expect(stdout, expected).toBe('');
      expect(code, expected).toBe(64);
    });
  },
);

verifies(
  ['N2'],
  'a change that cannot be had leaves it as it was, with an alarm; a renewed certificate is taken',
  async () => {
    const pem = certificate();
    const { port, remote } = await byTls(pem);
    await using daemon = await startDaemon({ config: { remote } });
    await opened(daemon);
    const away = { port, ca: pem.cert };
    rewrite(daemon, { remote: { ...remote, tls: null } });
    const alarm = await until('an alarm', () => alarmOf(daemon));
    expect(alarm.text).toContain('open as it was before');
    expect((await sendAway(away, 'GET', '/v1/live')).status).toBe(200);
    rewrite(daemon, { remote });
    await until('the end of the alarm', async () => ((await alarmOf(daemon)) === undefined ? true : undefined));
    const next = certificate();
    writeFileSync(pem.key, 'half written');
    rewrite(daemon, { remote, deny: ['x/y'] });
    expect((await until('an alarm', () => alarmOf(daemon))).text).toContain('is no private key in PEM');
    expect((await sendAway(away, 'GET', '/v1/live')).status, 'the good one still serves').toBe(200);
    writeFileSync(pem.certificate, next.cert);
    writeFileSync(pem.key, readFileSync(next.key));
    // Nothing tells the daemon: it looks.
    const renewed = await until('the renewed one', async () =>
      sendAway({ port, ca: next.cert }, 'GET', '/v1/live').catch(() => undefined),
    );
    expect(renewed.status).toBe(200);
    await expect(sendAway(away, 'GET', '/v1/live')).rejects.toThrow();
  },
);

verifies(['N2', 'N6', 'A9'], 'behind a proxy: only the proxy connects, only what came over TLS goes on', async () => {
  const { port, remote } = await byProxy(['127.0.0.9']);
  await using daemon = await startDaemon({ config: { remote } });
  expect(await opened(daemon)).toBe(`https://${CERTIFIED}`);
  const proxy = { port, ca: null, host: CERTIFIED, from: '127.0.0.9' };
  const tls = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' };
  expect((await sendAway(proxy, 'GET', '/v1/live', { headers: tls })).status).toBe(200);
  for (const headers of [
    {},
    { 'x-forwarded-for': '203.0.113.9' },
    { ...tls, 'x-forwarded-proto': 'http' },
    { ...tls, 'x-forwarded-proto': 'https, http' },
    { ...tls, 'x-forwarded-host': 'evil.test' },
  ]) {
    const reply = await sendAway(proxy, 'GET', '/v1/live', { headers });
    expect([reply.status, reply.headers.connection], JSON.stringify(headers)).toEqual([403, 'close']);
  }
  // Another program of this machine says it is the proxy.
  await expect(sendAway({ ...proxy, from: '127.0.0.1' }, 'GET', '/v1/live', { headers: tls })).rejects.toThrow();
  const { reply } = await signIn(proxy, tls);
  expect(reply.status, reply.text).toBe(200);
  const records = await until('the record', async () => {
    const found = ofKind(await worldOf(daemon).records(), 'refusal').filter(({ what }) =>
      what.startsWith('remote from'),
    );
    return found.length > 0 ? found : undefined;
  });
  expect(records[0]).toMatchObject({ who: 'nobody', what: 'remote from 127.0.0.1', text: 'not the proxy' });
  const signIns = ofKind(await worldOf(daemon).records(), 'sign-in');
  expect(signIns.at(-1), 'the address the proxy saw').toMatchObject({ address: '203.0.113.9' });
});

verifies(
  ['A9'],
  'who is not in the list is let go before anything is read, and with a proxy before anything is done',
  async () => {
    const pem = certificate();
    const { port, remote } = await byTls(pem, { allow: ['127.0.0.5', 'fd00::/8'] });
    await using daemon = await startDaemon({ config: { remote } });
    await opened(daemon);
    const away = { port, ca: pem.cert };
    expect((await sendAway({ ...away, from: '127.0.0.5' }, 'GET', '/v1/live')).status).toBe(200);
    await expect(sendAway(away, 'GET', '/v1/live')).rejects.toThrow();
    // Not even a handshake.
    const seen = await new Promise<string>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', servername: CERTIFIED, ca: pem.cert });
      socket.once('secureConnect', () => resolve('a handshake'));
      socket.once('error', () => resolve('nothing'));
      socket.once('close', () => resolve('nothing'));
    });
    expect(seen).toBe('nothing');

    const proxied = await byProxy(['127.0.0.1'], { allow: ['203.0.113.0/24'] });
    await using other = await startDaemon({ config: { remote: proxied.remote } });
    await opened(other);
    const proxy = { port: proxied.port, ca: null, host: CERTIFIED };
    const from = (address: string) =>
      sendAway(proxy, 'GET', '/v1/live', { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': address } });
    expect((await from('203.0.113.9')).status).toBe(200);
    for (const address of ['198.51.100.1', '203.0.113.9, 198.51.100.1', '', 'unknown', '127.0.0.1'])
      expect((await from(address)).status, address).toBe(403);
    expect((await from('198.51.100.1, 203.0.113.9')).status, 'what stands before it is anybody’s word').toBe(200);
  },
);
