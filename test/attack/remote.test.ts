// The attacker stands outside, or is an agent on this machine that reaches the remote listener by loopback. It holds every
// credential of this machine; none of them is anything there (N2), and coming from loopback is no privilege (N6).
import { connect } from 'node:tls';
import { ROUTES, type Route, type RouteName } from '@castellan/contract';
import { CERTIFIED, certificate, type Pem, type RunningDaemon, startDaemon, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { upgrade } from '../e2e/support/live.ts';
import { exchange, lines } from '../e2e/support/raw.ts';
import { type Away, byTls, sendAway } from '../e2e/support/remote.ts';
import { until, worldOf } from '../e2e/support/world.ts';

// Daemons are started for real: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let daemon: RunningDaemon;
let away: Away;
let pem: Pem;
let credential: string;
let modelKey: string;
beforeAll(async () => {
  pem = certificate();
  const { port, remote } = await byTls(pem);
  away = { port, ca: pem.cert };
  daemon = await startDaemon({ config: { remote } });
  const it = worldOf(daemon);
  const agent = await it.connect('mallory');
  credential = agent.credential;
  const made = await daemon.request('POST', `/v1/agents/${agent.id}/model-key`, { body: {} });
  modelKey = (made.json() as { key: string }).key;
  await until('the remote listener', async () => (await it.status()).remote ?? undefined);
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** The same as the pin in packages/daemon/test/remote.test.ts: not read from what is tried here. */
const NOT_THERE: readonly string[] = [
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
];
const target = (path: string): string => path.replaceAll(/:[a-z]+/g, 'x_aaaaaa').replace('*', 'v1/messages');

verifies(
  ['N2', 'A5', 'N6'],
  'no credential of this machine is anybody there, and its routes do not exist',
  async () => {
    const routes = Object.entries(ROUTES) as [RouteName, Route][];
    expect(routes.length).toBeGreaterThan(80);
    for (const [name, { method, path, permission }] of routes) {
      for (const token of [daemon.state.token, credential, modelKey]) {
        for (const header of [{ authorization: `Bearer ${token}` }, { 'x-api-key': token }] as const) {
          const reply = await sendAway(away, method, target(path), {
            headers: { ...header },
            ...(method === 'GET' ? {} : { body: {} }),
          });
          const what = `${name} ${reply.status} ${reply.text}`;
          if (NOT_THERE.includes(name)) expect(reply.status, what).toBe(404);
          else if (permission === 'public') expect(reply.status, what).toBeLessThan(500);
          else expect([401, 429], what).toContain(reply.status);
        }
      }
    }
  },
  { timeout: 120_000 },
);

/** Nobody's bucket of this address is empty when every route was tried before. */
const upgraded = (...given: Parameters<typeof upgrade>) =>
  until('room for one more of nobody', async () => {
    const tried = await upgrade(...given);
    return tried.kind === 'refused' && tried.status === 429 ? undefined : tried;
  });

verifies(['N2', 'A4'], 'a socket there needs a ticket or a person: no local credential opens one', async () => {
  const headers = (token: string) => ({ host: `${CERTIFIED}:${away.port}`, authorization: `Bearer ${token}` });
  for (const path of ['/v1/socket', '/v1/terminals/terminal_aaaaaa/socket', '/v1/terminal-host'])
    for (const token of [daemon.state.token, credential, modelKey]) {
      const url = `wss://127.0.0.1:${away.port}${path}`;
      const result = await upgraded(url, { ca: pem.cert, servername: CERTIFIED, headers: headers(token) });
      expect(result, path).toMatchObject({ kind: 'refused', status: path === '/v1/terminal-host' ? 404 : 401 });
    }
  // A ticket of the local listener, brought here by the program that asked for it.
  const asked = await daemon.request('POST', '/v1/tickets', { body: { for: 'live' }, token: daemon.state.token });
  const { ticket } = asked.json() as { ticket: string };
  const origin = `https://${CERTIFIED}:${away.port}`;
  const url = `wss://127.0.0.1:${away.port}/v1/socket?token=${ticket}`;
  const result = await upgraded(url, {
    ca: pem.cert,
    servername: CERTIFIED,
    origin,
    headers: { host: `${CERTIFIED}:${away.port}` },
  });
  expect(result).toMatchObject({ kind: 'refused', status: 401 });
});

verifies(['N2', 'N3'], 'only its own name is a Host there, and a forwarded one is nobody’s word', async () => {
  const { port } = away;
  const hosts = [
    '127.0.0.1',
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    CERTIFIED,
    `${CERTIFIED}:1`,
    `${CERTIFIED}.evil.test:${port}`,
  ];
  for (const host of [...hosts, `${CERTIFIED}:${port}.evil.test`, `evil.test:${port}`, '', `${CERTIFIED}.:${port}`]) {
    const forwarded = { 'x-forwarded-host': `${CERTIFIED}:${port}`, 'x-forwarded-for': '127.0.0.1' };
    for (const path of ['/', '/v1/live', '/v1/status', '/assets/x.js']) {
      const reply = await sendAway({ ...away, host }, 'GET', path, { headers: forwarded });
      expect(reply.status, `${host} ${path}`).toBe(403);
    }
  }
  expect((await sendAway(away, 'GET', '/v1/live')).status).toBe(200);
});

verifies(['N2'], 'without TLS, or with an old one, nothing is said', async () => {
  const request = lines('GET /v1/live HTTP/1.1', `Host: ${CERTIFIED}:${away.port}`, 'X-Forwarded-Proto: https');
  expect((await exchange({ port: away.port }, request, { quiet: 1500 })).text).not.toContain('HTTP/1.1 200');
  const old = await new Promise<string>((resolve) => {
    const options = { port: away.port, host: '127.0.0.1', servername: CERTIFIED, ca: pem.cert } as const;
    const socket = connect({ ...options, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' });
    socket.once('secureConnect', () => resolve('agreed'));
    socket.once('error', () => resolve('refused'));
  });
  expect(old).toBe('refused');
});

verifies(['N2', 'A7'], 'nobody does the set-up from outside', async () => {
  const body = { code: 'AAAA-BBBB-CCCC', name: 'mallory', password: 'a-long-Password-of-mine-7' };
  expect((await sendAway(away, 'POST', '/v1/setup', { body })).status).toBe(404);
});
