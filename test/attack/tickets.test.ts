// The attacker wants a live socket: with a ticket seen in a log, one guessed, one used before, one of somebody else's terminal, or
// with nothing but the cookie that the browser sends along with every upgrade.
import { type RunningDaemon, startDaemon, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { mustOpen, openPage, socketUrl, ticketOf, upgrade } from '../e2e/support/live.ts';
import { type Browser, browser, originOf, program } from '../e2e/support/people.ts';
import { exchange, lines } from '../e2e/support/raw.ts';
import { type TestAgent, worldOf } from '../e2e/support/world.ts';

// Daemons are started for real: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let daemon: RunningDaemon;
let mia: Browser;
let agent: TestAgent;
beforeAll(async () => {
  daemon = await startDaemon();
  mia = await browser(daemon);
  agent = await worldOf(daemon).connect('mallory');
});
afterAll(() => daemon[Symbol.asyncDispose]());

const live = (token: string) => socketUrl(daemon, `/v1/socket?token=${token}`);
const own = () => ({ origin: originOf(daemon) });

verifies(['A4'], 'a ticket opens one socket, once, where it was asked for', async () => {
  const ticket = await ticketOf(mia.send);
  expect(ticket).toMatch(/^castellan_k_[0-9a-f]{16}_[0-9a-f]{64}$/);
  const first = await mustOpen(upgrade(live(ticket), own()));
  await first.event('hello');
  expect(await upgrade(live(ticket), own())).toMatchObject({ kind: 'refused', status: 401 });
  await first.close();
  for (const [asked, path] of [
    [{ for: 'live' }, '/v1/terminals/terminal_aaaaaa/socket'],
    [{ for: 'terminal', terminal: 'terminal_bbbbbb' }, '/v1/terminals/terminal_aaaaaa/socket'],
    [{ for: 'terminal', terminal: 'terminal_aaaaaa' }, '/v1/socket'],
    [{ for: 'live' }, '/v1/terminal-host'],
  ] as const) {
    const other = await ticketOf(mia.send, asked);
    const result = await upgrade(socketUrl(daemon, `${path}?token=${other}`), own());
    expect(result, path).toMatchObject({ kind: 'refused' });
    if (asked.for === 'live' && path !== '/v1/terminal-host')
      expect(await upgrade(live(other), own()), 'spent at the wrong door').toMatchObject({ status: 401 });
  }
});

verifies(['A4', 'A1'], 'what is no ticket opens nothing: guesses, every other credential, none', async () => {
  const { access } = await program(daemon);
  const good = await ticketOf(mia.send);
  const guesses = [
    '',
    'x',
    `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`,
    `castellan_k_${'0'.repeat(16)}_${'0'.repeat(64)}`,
    daemon.state.token,
    agent.credential,
    access,
    mia.cookie,
    mia.csrf,
  ];
  for (const guess of guesses) {
    const result = await upgrade(live(encodeURIComponent(guess)), own());
    // Longer than any ticket: no such query.
    expect(result, guess.slice(0, 14)).toMatchObject({ kind: 'refused', status: guess.length > 200 ? 404 : 401 });
  }
  for (const path of [
    `/v1/socket?token=${good}&token=x`,
    `/v1/socket?token=x&token=${good}`,
    `/v1/socket?token=${good}&other=1`,
    `/v1/socket?Token=${good}`,
    `/v1/socket/?token=${good}`,
    `/v1//socket?token=${good}`,
    `/v1/sockets?token=${good}`,
    `/V1/socket?token=${good}`,
  ])
    expect(await upgrade(socketUrl(daemon, path), own()), path.slice(0, 14)).toMatchObject({ kind: 'refused' });
  const kept = await mustOpen(upgrade(live(good), own()));
  await kept.close();
});

verifies(['A4', 'A10', 'N3'], 'a cookie opens no socket, nor does a ticket from any page but ours', async () => {
  const cookie = `castellan_session=${mia.cookie}`;
  for (const headers of [{ cookie }, { cookie, 'x-castellan-csrf': mia.csrf }])
    for (const origin of [originOf(daemon), undefined])
      expect(
        await upgrade(socketUrl(daemon, '/v1/socket'), { headers, ...(origin === undefined ? {} : { origin }) }),
        `${origin}`,
      ).toMatchObject({ kind: 'refused', status: 401 });
  const { port } = daemon.state;
  const origins = [
    'null',
    'https://evil.test',
    'http://127.0.0.1:3000',
    `https://127.0.0.1:${port}`,
    `http://localhost:${port}`,
  ];
  for (const origin of [...origins, '', undefined]) {
    const ticket = await ticketOf(mia.send);
    const result = await upgrade(live(ticket), origin === undefined ? {} : { headers: { origin } });
    expect(result, `${origin}`).toMatchObject({ kind: 'refused', status: 403 });
  }
  for (const headers of [{ host: `evil.test:${port}` }, { host: 'evil.test' }, { 'sec-fetch-site': 'same-site' }]) {
    const result = await upgrade(live(await ticketOf(mia.send)), { ...own(), headers });
    expect(result, JSON.stringify(headers)).toMatchObject({ kind: 'refused', status: 403 });
  }
  // A program sends its header, and is in no page.
  const { access } = await program(daemon);
  const headers = { authorization: `Bearer ${access}` };
  const byHeader = await mustOpen(upgrade(socketUrl(daemon, '/v1/socket'), { headers }));
  await byHeader.close();
  expect(await upgrade(socketUrl(daemon, '/v1/socket'), { headers, ...own() })).toMatchObject({ status: 403 });
});

verifies(['A4', 'A5'], 'an agent gets no ticket and no socket', async () => {
  const headers = { authorization: `Bearer ${agent.credential}` };
  const asked = await daemon.request('POST', '/v1/tickets', { body: { for: 'live' }, token: agent.credential });
  expect(asked.status).toBe(403);
  for (const path of ['/v1/socket', '/v1/terminals/terminal_aaaaaa/socket', '/v1/terminal-host'])
    expect(await upgrade(socketUrl(daemon, path), { headers }), path).toMatchObject({ kind: 'refused', status: 403 });
});

verifies(['A4'], 'a ticket is written down nowhere, and shown to nobody but whoever asked', async () => {
  const ticket = await ticketOf(mia.send);
  const page = await openPage(daemon, mia.send);
  expect(JSON.stringify(await worldOf(daemon).records())).not.toContain(ticket);
  expect(daemon.output()).not.toContain('castellan_k_');
  expect(JSON.stringify(page.messages)).not.toContain('castellan_k_');
  await page.close();
});

verifies(['A4', 'K2'], 'a broken handshake is refused, and the daemon goes on', async () => {
  const { port } = daemon.state;
  const head = async () => [
    `GET /v1/socket?token=${await ticketOf(mia.send)} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Origin: ${originOf(daemon)}`,
    'Connection: Upgrade',
  ];
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  for (const extra of [
    ['Upgrade: websocket'],
    ['Upgrade: websocket', key, 'Sec-WebSocket-Version: 7'],
    ['Upgrade: websocket', 'Sec-WebSocket-Key: short', 'Sec-WebSocket-Version: 13'],
    ['Upgrade: websocket, h2c', key, 'Sec-WebSocket-Version: 13'],
    ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
  ]) {
    const answer = await exchange({ port }, lines(...(await head()), ...extra), { quiet: 800 });
    expect(answer.statuses[0], extra.join()).toBeGreaterThanOrEqual(400);
  }
  const post = await exchange(
    { port },
    lines(
      ...(await head()).map((line) => line.replace(/^GET/, 'POST')),
      'Upgrade: websocket',
      key,
      'Sec-WebSocket-Version: 13',
      'Content-Length: 0',
    ),
    { quiet: 800 },
  );
  expect(post.statuses[0]).toBeGreaterThanOrEqual(400);
  expect((await mia.send('GET', '/v1/live')).status).toBe(200);
});
