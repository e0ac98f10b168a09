// The one way out for programs, against real servers on this machine: what a name leads to, what is read, what ends it.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { sendWeb, type WebHost } from '../src/egress/index.ts';

type Lookup = NonNullable<WebHost['lookup']>;
type WebRequest = Parameters<typeof sendWeb>[0];

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Heard {
  readonly port: number;
  readonly requests: { readonly url: string; readonly headers: Record<string, unknown> }[];
  readonly sockets: Set<Socket>;
}

async function serve(answer: (response: ServerResponse, url: string) => void): Promise<Heard> {
  const requests: Heard['requests'] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    answer(response, request.url ?? '');
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, requests, sockets };
}

const request = (url: string, change: Partial<WebRequest> = {}): WebRequest => ({
  method: 'GET',
  url: new URL(url),
  headers: {},
  body: null,
  signal: new AbortController().signal,
  maxBytes: 100_000,
  mayBePrivate: true,
  ...change,
});
const leadsTo =
  (...addresses: readonly string[]): Lookup =>
  (_, answer) =>
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
const host = { ownPorts: (): readonly number[] => [] };

test('a name that leads here is refused before anything is connected to', async () => {
  const heard = await serve((response) => response.end('inside'));
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.0.0.1', '169.254.169.254', '0.0.0.0', '::1', 'fe80::1']) {
    const result = await sendWeb(request(`http://public.example:${heard.port}/`, { mayBePrivate: false }), {
      ...host,
      lookup: leadsTo(address),
    });
    expect(result).toMatchObject({ kind: 'failed', receivedBytes: 0 });
  }
  // One bad one among good ones: whoever answers for the name chooses which is tried.
  const mixed = await sendWeb(request(`http://public.example:${heard.port}/`, { mayBePrivate: false }), {
    ...host,
    lookup: leadsTo('1.1.1.1', '127.0.0.1'),
  });
  expect(mixed).toMatchObject({ kind: 'failed', why: expect.stringContaining('127.0.0.1') });
  expect(heard.requests).toHaveLength(0);
  expect(heard.sockets.size).toBe(0);
});

test('an address written as a number leads where it leads', async () => {
  const heard = await serve((response) => response.end('inside'));
  for (const name of ['127.0.0.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '[::1]', '[::ffff:7f00:1]']) {
    const result = await sendWeb(request(`http://${name}:${heard.port}/`, { mayBePrivate: false }), host);
    expect(result).toMatchObject({ kind: 'failed' });
  }
  expect(heard.requests).toHaveLength(0);
});

test('a name is resolved once, and what was looked at is what is connected to', async () => {
  const heard = await serve((response) => response.end('inside'));
  let asked = 0;
  const rebinding: Lookup = (_, answer) => {
    asked += 1;
    // The second answer is the attack: nobody may ask for it.
    answer(null, [{ address: asked === 1 ? '192.0.2.1' : '127.0.0.1', family: 4 }]);
  };
  const result = await sendWeb(request(`http://public.example:${heard.port}/`, { mayBePrivate: false }), {
    ...host,
    lookup: rebinding,
  });
  expect(result).toMatchObject({ kind: 'failed' });
  expect(asked).toBe(1);
  expect(heard.requests).toHaveLength(0);
});

test('the daemon itself is reached by nobody, whoever lists it; metadata is not either', async () => {
  const heard = await serve((response) => response.end('inside'));
  const own = await sendWeb(request(`http://127.0.0.1:${heard.port}/`), { ownPorts: () => [heard.port] });
  expect(own).toMatchObject({ kind: 'failed', why: expect.stringContaining('Castellan itself') });
  const metadata = await sendWeb(request('http://listed.example/'), { ...host, lookup: leadsTo('169.254.169.254') });
  expect(metadata).toMatchObject({ kind: 'failed' });
  expect(heard.requests).toHaveLength(0);
});

test('what a person listed is reached, and nothing of the environment goes between', async () => {
  const heard = await serve((response) => response.setHeader('x-a', ['1', '2']).end('hello'));
  for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, 'http://127.0.0.1:1/');
  try {
    const result = await sendWeb(request(`http://listed.example:${heard.port}/a?b=c`, { headers: { 'x-key': 'k' } }), {
      ...host,
      lookup: leadsTo('127.0.0.1'),
    });
    expect(result).toMatchObject({ kind: 'answer', answer: { status: 200, headers: { 'x-a': '1, 2' } } });
    if (result.kind === 'answer') expect(result.answer.body.toString()).toBe('hello');
    expect(heard.requests).toMatchObject([
      { url: '/a?b=c', headers: { host: `listed.example:${heard.port}`, 'x-key': 'k' } },
    ]);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('a redirect is an answer like any other: nothing is followed here', async () => {
  const heard = await serve((response) => response.writeHead(302, { location: '/elsewhere' }).end());
  const result = await sendWeb(request(`http://127.0.0.1:${heard.port}/`), host);
  expect(result).toMatchObject({ kind: 'answer', answer: { status: 302, headers: { location: '/elsewhere' } } });
  expect(heard.requests).toHaveLength(1);
});

test('no more is read than may be, packed or not', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const brotli = brotliCompressSync(Buffer.alloc(5_000_000));
  const heard = await serve((response, url) => {
    if (url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    else if (url === '/br') response.writeHead(200, { 'content-encoding': 'br' }).end(brotli);
    else if (url === '/zstd') response.writeHead(200, { 'content-encoding': 'zstd' }).end('x');
    else if (url === '/small') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('small'));
    else if (url === '/torn')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('torn').subarray(0, 12));
    else response.end(Buffer.alloc(200_000));
  });
  for (const path of ['/gzip', '/br', '/plain', '/zstd', '/torn']) {
    const result = await sendWeb(request(`http://127.0.0.1:${heard.port}${path}`), host);
    expect(result).toMatchObject({ kind: 'failed' });
    expect(result.receivedBytes).toBeLessThan(300_000);
  }
  const small = await sendWeb(request(`http://127.0.0.1:${heard.port}/small`), host);
  expect(small).toMatchObject({ kind: 'answer', answer: { body: Buffer.from('small') } });
});

test('an end comes at any point: before the head, within the body, and leaves no connection', async () => {
  const heard = await serve((response, url) => {
    if (url === '/drip') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('a');
    }
  });
  for (const path of ['/silent', '/drip']) {
    const end = new AbortController();
    const result = sendWeb(request(`http://127.0.0.1:${heard.port}${path}`, { signal: end.signal }), host);
    await expect.poll(() => heard.requests.length).toBeGreaterThan(0);
    end.abort();
    expect(await result).toMatchObject({ kind: 'failed' });
    await expect.poll(() => heard.sockets.size).toBe(0);
    heard.requests.length = 0;
  }
  const before = await sendWeb(request(`http://127.0.0.1:${heard.port}/`, { signal: AbortSignal.abort() }), host);
  expect(before).toMatchObject({ kind: 'failed', receivedBytes: 0 });
});

test('half an answer is none', async () => {
  const heard = await serve((response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('half');
    setImmediate(() => response.destroy());
  });
  const result = await sendWeb(request(`http://127.0.0.1:${heard.port}/`), host);
  expect(result).toMatchObject({ kind: 'failed' });
});
