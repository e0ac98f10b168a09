// What happens is on every open page at once, and a page that was away is told what it missed (W3).
import { type RunningDaemon, startDaemon, startMcpHttpServer, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { mustOpen, openPage, socketUrl, ticketOf, upgrade } from './support/live.ts';
import { addModule, connectMcp, stdioClient, textOf } from './support/mcp.ts';
import { view } from './support/modules.ts';
import { type Browser, browser, originOf, program, somebody } from './support/people.ts';
import { MAIL, SEND, type TestAgent, until, type World, worldOf } from './support/world.ts';

// Daemons are started for real: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let daemon: RunningDaemon;
let it: World;
let agent: TestAgent;
let mia: Browser;
beforeAll(async () => {
  daemon = await startDaemon();
  it = worldOf(daemon);
  agent = await it.connect();
  mia = await browser(daemon);
});
afterAll(() => daemon[Symbol.asyncDispose]());

const ask = (to: string) => agent.pre(SEND, { to, subject: 's', body: 'b' }, { server: MAIL });

verifies(['W3', 'A4'], 'an approval is told to every page, and who answered it to the others', async () => {
  const pages = [await openPage(daemon, mia.send), await openPage(daemon, mia.send)];
  const asked = ask('w3@b.c');
  const [first] = await Promise.all(
    pages.map((page) => page.event('approval', ({ approval }) => approval.state.kind === 'pending')),
  );
  const waiting = (await it.waiting()).find(({ id }) => id === first?.approval.id);
  if (waiting === undefined) throw new Error('nothing waits');
  await it.deny(waiting, 'no');
  for (const page of pages) {
    const { approval } = await page.event('approval', (event) => event.approval.state.kind === 'denied');
    expect(approval).toMatchObject({ id: waiting.id, state: { kind: 'denied', by: 'person:mia' } });
    const numbers = page.messages.map(({ seq }) => seq);
    expect(page.messages[0]?.event.kind).toBe('hello');
    expect(numbers, 'one after the other').toEqual(numbers.map((_, n) => (numbers[0] ?? 0) + n));
  }
  expect((await asked).verdict).toBe('deny');
  for (const page of pages) await page.close();
});

verifies(
  ['W3'],
  'a page that was away is told what it missed, and where that is no longer known, everything',
  async () => {
    const page = await openPage(daemon, mia.send);
    await until('a greeting', () => page.messages[0]);
    const last = page.messages.at(-1);
    if (last === undefined) throw new Error('no message');
    await page.close();
    const asked = ask('away@b.c');
    const [waiting] = await it.waiting();
    const again = await openPage(daemon, mia.send, last);
    const { approval } = await again.event('approval');
    expect(approval.id).toBe(waiting?.id);
    expect(again.messages.map(({ event }) => event.kind)).not.toContain('hello');
    expect(again.messages[0]).toMatchObject({ epoch: last.epoch, seq: last.seq + 1 });
    await again.close();
    for (const seen of [
      { epoch: 'other', seq: last.seq },
      { epoch: last.epoch, seq: 1e9 },
    ]) {
      const anew = await openPage(daemon, mia.send, seen);
      const hello = await anew.event('hello');
      expect(hello.approvals.map(({ id }) => id)).toContain(waiting?.id);
      await anew.close();
    }
    if (waiting !== undefined) await it.deny(waiting);
    await asked;
  },
);

verifies(['W3'], 'a page is told that what it shows was changed elsewhere', async () => {
  const page = await openPage(daemon, mia.send);
  const made = await it.daemon.request('POST', '/v1/grants', {
    body: { agent: agent.id, module: 'mail', tool: 'send', scope: 'session', minutes: 5 },
  });
  const other = await it.connect('another');
  await page.event('changed', ({ what }) => what === 'agents');
  expect(other.id).toBeTruthy();
  if (made.status === 200) await page.event('changed', ({ what }) => what === 'grants');
  await somebody(daemon, mia.send, 'zoe', 'viewer');
  await page.event('changed', ({ what }) => what === 'people');
  await it.daemon.request('POST', '/v1/secrets', { body: { name: 'live-secret', value: 'a-secret-value-12345' } });
  await page.event('changed', ({ what }) => what === 'secrets');
  await page.close();
});

verifies(
  ['A4', 'A10'],
  'a socket ends with the sign-in that opened it, with the account, and with a role that may not',
  async () => {
    const eve = await somebody(daemon, mia.send, 'eve', 'viewer');
    const first = await openPage(daemon, eve.browser.send);
    const byToken = await program(daemon, { name: eve.name, password: eve.password });
    const headers = { authorization: `Bearer ${byToken.access}` };
    const second = await mustOpen(upgrade(socketUrl(daemon, '/v1/socket'), { headers }));
    const left = await ticketOf(eve.browser.send);
    expect((await eve.browser.send('POST', '/v1/sign-out')).status).toBe(200);
    expect(await first.ended).toMatchObject({ code: 4001 });
    expect(second.socket.readyState, 'another sign-in of the same person goes on').toBe(second.socket.OPEN);
    const url = socketUrl(daemon, `/v1/socket?token=${left}`);
    expect(await upgrade(url, { origin: originOf(daemon) }), 'its ticket ended too').toMatchObject({ status: 401 });
    const disabled = await mia.send('PATCH', `/v1/users/${eve.id}`, { body: { disabled: true } });
    expect(disabled.status, disabled.text).toBe(200);
    expect(await second.ended).toMatchObject({ code: 4001 });
  },
);

verifies(['W3'], 'a daemon that stops says so, and the next one greets anew', async () => {
  const own = await startDaemon();
  const ann = await browser(own);
  const page = await openPage(own, ann.send);
  await page.event('hello');
  await own.stop();
  expect(page.messages.at(-1)?.event.kind).toBe('bye');
  expect((await page.ended).code).toBe(1001);
});

verifies(
  ['W3', 'M6'],
  'a server that comes to want a sign-in is told to every page, and so is one that ends',
  async () => {
    let wants = false;
    await using server = await startMcpHttpServer({
      instead(_request, response) {
        if (wants) response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
        return wants;
      },
    });
    const start = { kind: 'mcp-http', url: server.url, headers: {}, oauth: 'auto' } as const;
    await addModule(it, 'away', { ...start, scopes: [], timeoutSeconds: 20, concurrency: 4 }, ['echo']);
    await using connected = await stdioClient(await connectMcp(it));
    const echo = () => connected.client.callTool({ name: 'away__echo', arguments: { text: 'hello' } });
    expect(textOf(await echo())).toBe('hello');
    const page = await openPage(daemon, mia.send);
    const told = () => page.messages.filter(({ event }) => event.kind === 'changed' && event.what === 'modules').length;
    const stateNow = async () => (await view(it, 'away')).state;

    expect((await it.daemon.request('POST', '/v1/modules/away/restart', { body: {} })).status).toBe(200);
    await until('its end is told', () => (told() > 0 ? true : undefined));
    expect(await stateNow()).toBe('stopped');

    const before = told();
    wants = true;
    expect((await echo()).isError).toBe(true);
    await until('that it wants a sign-in is told', () => (told() > before ? true : undefined));
    expect(await stateNow()).toBe('needs-sign-in');
    await page.close();
  },
);
