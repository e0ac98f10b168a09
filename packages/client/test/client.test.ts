// The client against a real socket: every route, every way an answer can fail to come.
import { ROUTES, type Route } from '@castellan/contract';
import { expect, test } from 'vitest';
import { createClient, routePath, socketTransport } from '../src/index.ts';
import { fakeDaemon, json } from './fake-daemon.ts';

const token = `castellan_d_${'0'.repeat(64)}`;

test('every route has a method that asks with the route’s method and path', async () => {
  await using daemon = await fakeDaemon((_, response) =>
    json(response, 403, { error: 'not_permitted', message: 'no' }),
  );
  const client = createClient({ transport: socketTransport({ socketPath: daemon.socketPath, token }) });
  // Streams, sockets, pages, and what models and MCP clients speak in their own words.
  const apart =
    /^(events|exportLedger|model|modelGet|socket|terminalSocket|terminalHost|moduleCallback|metrics|mcp.*)$/;
  const names = Object.keys(ROUTES).filter((name) => !apart.test(name));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const method = client[name as keyof typeof client] as (input: unknown) => Promise<{ ok: boolean }>;
    const answer = await method({ params: { id: 'x_1', name: 'x_1', digest: 'x_1', step: 'x_1' }, body: {} });
    const route: Route = ROUTES[name as keyof typeof ROUTES];
    expect(answer).toMatchObject({ ok: false, error: { kind: 'api', status: 403 } });
    expect(daemon.seen.at(-1)).toMatchObject({
      method: route.method,
      url: route.path.replaceAll(/:(id|name|digest|step)/g, 'x_1'),
      authorization: `Bearer ${token}`,
    });
  }
});

test('a parameter or a query can never become another path', () => {
  expect(routePath(ROUTES.approval, { params: { id: '../grants?x=1#' } })).toBe('/v1/approvals/..%2Fgrants%3Fx%3D1%23');
  expect(routePath(ROUTES.ledger, { query: { limit: 5, q: 'a&b=c', before: undefined } })).toBe(
    '/v1/ledger?limit=5&q=a%26b%3Dc',
  );
});

test('connections are kept', async () => {
  await using daemon = await fakeDaemon((_, response) => json(response, 200, { live: true }));
  const transport = socketTransport({ socketPath: daemon.socketPath, token });
  const client = createClient({ transport });
  for (let i = 0; i < 5; i++) expect(await client.live()).toEqual({ ok: true, value: { live: true } });
  expect(daemon.connections()).toBe(1);
  transport.close();
});

test('a reset of a kept connection is tried again for a question, never for a change', async () => {
  let calls = 0;
  await using daemon = await fakeDaemon((_, response, raw) => {
    calls++;
    if (calls % 2 === 0) raw.socket.destroy();
    else json(response, 200, { live: true });
  });
  const client = createClient({ transport: socketTransport({ socketPath: daemon.socketPath, token }) });
  expect((await client.live()).ok).toBe(true);
  expect((await client.live()).ok).toBe(true);
  expect(calls).toBe(3);
  const stopped = await client.stop();
  expect(stopped).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
  expect(calls).toBe(4);
});

test('an answer of the wrong shape is not believed', async () => {
  await using daemon = await fakeDaemon((_, response) => json(response, 200, { live: 'yes' }));
  const client = createClient({ transport: socketTransport({ socketPath: daemon.socketPath, token }) });
  expect(await client.live()).toMatchObject({ ok: false, error: { kind: 'unintelligible' } });
});

test('an error without our shape, and text that is not JSON, are not believed either', async () => {
  await using daemon = await fakeDaemon((request, response) => {
    if (request.url === '/v1/live') json(response, 500, { oops: 1 });
    else response.end('<html>');
  });
  const client = createClient({ transport: socketTransport({ socketPath: daemon.socketPath, token }) });
  expect(await client.live()).toMatchObject({ ok: false, error: { kind: 'unintelligible' } });
  expect(await client.status()).toMatchObject({ ok: false, error: { kind: 'unintelligible' } });
});

test('a connection that breaks half-way is a failure, never a short answer', async () => {
  await using daemon = await fakeDaemon((_, response, raw) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"live":true}', () => raw.socket.destroy());
  });
  const client = createClient({ transport: socketTransport({ socketPath: daemon.socketPath, token }) });
  expect(await client.live()).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
});

test('nobody there: says so and what to do', async () => {
  const client = createClient({ transport: socketTransport({ socketPath: '/nowhere/d.sock', token }) });
  expect(await client.live()).toEqual({
    ok: false,
    error: {
      kind: 'unreachable',
      message: 'the daemon cannot be reached: its socket does not exist',
      hint: 'start it with `castellan up`, or look at `castellan status`',
    },
  });
});

const TURNED_AWAY = { error: 'not_authenticated', message: 'no valid credential' };

test('a credential that is no longer good is renewed once, and the question asked again', async () => {
  await using daemon = await fakeDaemon(({ authorization }, response) =>
    authorization === 'Bearer new' ? json(response, 200, { live: true }) : json(response, 401, TURNED_AWAY),
  );
  const transport = (token: string) => socketTransport({ socketPath: daemon.socketPath, token });
  let renewed = 0;
  const renew = async () => {
    renewed += 1;
    return transport('new');
  };
  const client = createClient({ transport: transport('old'), renew });
  expect((await client.live()).ok).toBe(true);
  expect((await client.live()).ok).toBe(true);
  expect(renewed).toBe(1);
  expect(daemon.seen.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new', 'Bearer new']);
  const ended = createClient({ transport: transport('old'), renew: async () => null });
  expect(await ended.live()).toMatchObject({ ok: false, error: { kind: 'api', error: TURNED_AWAY } });
  expect(daemon.seen.length).toBe(4);
});

test('a wrong password is another answer: it is never sent twice', async () => {
  await using daemon = await fakeDaemon((_, response) =>
    json(response, 401, { error: 'wrong_credentials', message: 'wrong' }),
  );
  const transport = socketTransport({ socketPath: daemon.socketPath, token: null });
  const client = createClient({ transport, renew: async () => transport });
  await client.signIn({ body: { name: 'mia', password: 'x' } });
  expect(daemon.seen.length).toBe(1);
  expect(daemon.seen[0]?.authorization).toBe('');
});

test('the refresh cookie goes to the one route that takes it, and the one that replaces it is told', async () => {
  const cookies: (string | undefined)[] = [];
  await using daemon = await fakeDaemon(({ url }, response, raw) => {
    cookies.push(raw.headers.cookie);
    if (url !== ROUTES.refresh.path) return json(response, 200, { live: true });
    response.setHeader('set-cookie', ['other=1', 'castellan_refresh=second; HttpOnly; Path=/v1/sign-in/refresh']);
    json(response, 200, { access: 'a.b.c', expiresAt: 1 });
  });
  const replaced: string[] = [];
  const transport = socketTransport({
    socketPath: daemon.socketPath,
    token: null,
    refresh: { value: 'first', replaced: (value) => replaced.push(value) },
  });
  const client = createClient({ transport });
  await client.live();
  await client.refresh();
  expect(cookies).toEqual([undefined, 'castellan_refresh=first']);
  expect(replaced).toEqual(['second']);
});

test('an error can be put into the words of whoever asks', async () => {
  await using daemon = await fakeDaemon((_, response) => json(response, 401, TURNED_AWAY));
  const client = createClient({
    transport: socketTransport({ socketPath: daemon.socketPath, token }),
    explain: () => ({ kind: 'unreachable', message: 'in other words', hint: '' }),
  });
  expect(await client.live()).toMatchObject({ error: { message: 'in other words' } });
});
