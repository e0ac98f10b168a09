// The way out as its client meets it: tunnels, plain requests and SOCKS5, each asked about, looked at and written down.
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { echo, listener, speak, wayOut } from './support/way-out.ts';

test('a tunnel carries bytes both ways, keeps half-closes, and is written down', async () => {
  const port = await echo();
  const way = await wayOut({ names: { 'example.org': ['127.0.0.1'] } });
  const client = speak(way.socket, `CONNECT example.org:${port} HTTP/1.1\r\nHost: example.org:${port}\r\n\r\nearly `);
  await client.heard('200 Connection established\r\n\r\nearly ');
  client.socket.end('and late');
  await client.end();
  expect(client.text()).toBe('HTTP/1.1 200 Connection established\r\n\r\nearly and late');
  const [ended] = await way.over(1);
  expect(ended).toMatchObject({ host: 'example.org', port, address: '127.0.0.1', by: 'connect', outcome: 'closed' });
  expect(ended).toMatchObject({ sentBytes: 14, receivedBytes: 14 });
  expect(way.tunnels.open).toBe(0);
});

test('a plain request is written anew, and the next one on the same connection is asked about again', async () => {
  const seen: string[][] = [];
  const server = createServer((request, response) => {
    seen.push(request.rawHeaders);
    request.resume();
    request.once('end', () => response.end(`${request.method} ${request.url}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const way = await wayOut({ names: { 'a.example': ['127.0.0.1'], 'b.example': ['127.0.0.1'] } });
  const asked = (host: string, more = ''): string =>
    `POST http://${host}:${port}/x?y=1 HTTP/1.1\r\nHost: ${host}:${port}\r\nProxy-Authorization: Basic cnVuMTp4\r\nX-Hop: 1\r\nConnection: x-hop\r\n${more}Content-Length: 2\r\n\r\nhi`;
  const client = speak(way.socket, asked('a.example'));
  await client.heard('POST /x?y=1');
  client.socket.write(asked('b.example'));
  await client.heard(/POST \/x\?y=1.*POST \/x\?y=1/s);
  expect(way.asked.map(({ host, by, user }) => [host, by, user])).toEqual([
    ['a.example', 'http', 'run1'],
    ['b.example', 'http', 'run1'],
  ]);
  const names = seen.flatMap((headers) => headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  expect(names).not.toContain('proxy-authorization');
  expect(names).not.toContain('x-hop');
  expect((await way.over(2)).map(({ outcome }) => outcome)).toEqual(['closed', 'closed']);
});

test('SOCKS5 reaches names and addresses, and says which run it is of', async () => {
  const port = await echo();
  const way = await wayOut({ names: { 'example.org': ['127.0.0.1'] } });
  const name = Buffer.from('example.org');
  const high = Buffer.from([port >> 8, port & 255]);
  const client = speak(way.socket, Buffer.from([5, 2, 0, 2]));
  await client.heard('\x05\x02');
  client.socket.write(Buffer.from([1, 4, ...Buffer.from('run7'), 1, 120]));
  await client.heard('\x01\x00');
  client.socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, high, Buffer.from('hello')]));
  await client.heard('hello');
  expect(way.asked).toMatchObject([{ host: 'example.org', port, by: 'socks5', user: 'run7' }]);
  // All at once, by an address, without a name of its own.
  const at = speak(
    way.socket,
    Buffer.concat([Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1]), high, Buffer.from('again')]),
  );
  await at.heard('again');
  const six = speak(
    way.socket,
    Buffer.concat([Buffer.from([5, 1, 0, 5, 1, 0, 4, ...Buffer.alloc(10), 255, 255, 127, 0, 0, 1]), high]),
  );
  await six.heard('\x05\x00\x05\x00');
  expect(way.asked.at(-1)).toMatchObject({ host: '::ffff:7f00:1', isAddress: true });
});

test('who is refused reads why: in the line, in the body, and as a code of SOCKS', async () => {
  const way = await wayOut({
    decide: async () => ({ kind: 'refused', why: 'example.org:443 is not listed', hint: 'tell the user' }),
  });
  const tunnel = speak(way.socket, 'CONNECT example.org:443 HTTP/1.1\r\n\r\n');
  expect(await tunnel.end()).toMatch(/^HTTP\/1\.1 403 castellan: example\.org:443 is not listed\r\n/);
  expect(tunnel.text()).toContain('\r\n\r\ncastellan: example.org:443 is not listed\nhint: tell the user\n');
  const plain = speak(way.socket, 'GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n');
  expect(await plain.end()).toMatch(/^HTTP\/1\.1 403 castellan: /);
  const socks = speak(way.socket, Buffer.from([5, 1, 0, 5, 1, 0, 1, 192, 0, 2, 1, 0, 80]));
  await socks.end();
  expect(socks.bytes().subarray(2)).toEqual(Buffer.from([5, 2, 0, 1, 0, 0, 0, 0, 0, 0]));
  expect((await way.over(3)).map(({ outcome, text }) => [outcome, text])).toEqual(
    Array(3).fill(['refused', 'example.org:443 is not listed']),
  );
  expect(way.looked).toEqual([]);
});

test('who leaves while it is decided takes the question along', async () => {
  let gone: AbortSignal | null = null;
  const way = await wayOut({
    decide: (_asked, signal) => {
      gone = signal;
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'refused', why: 'nobody waits', hint: '' })),
      );
    },
  });
  const client = speak(way.socket, 'CONNECT example.org:443 HTTP/1.1\r\n\r\n');
  while (gone === null) await new Promise((resolve) => setTimeout(resolve, 5));
  client.socket.destroy();
  await way.over(1);
  expect(way.tunnels.open).toBe(0);
});

test('what stands no more is cut at once, idle or in full flow', async () => {
  const flowing = await listener((socket) => {
    const more = (): void => {
      while (socket.write(Buffer.alloc(65_536)));
    };
    socket.on('drain', more);
    more();
  });
  const idle = await listener(() => undefined);
  const way = await wayOut({ names: { x: ['127.0.0.1'] } });
  const clients = [flowing, idle].map((port) => speak(way.socket, `CONNECT x:${port} HTTP/1.1\r\n\r\n`));
  for (const client of clients) await client.heard('200 ');
  const before = performance.now();
  way.standing.abort('this agent is frozen');
  const ended = await way.over(2);
  expect(performance.now() - before).toBeLessThan(5000);
  expect(ended.map(({ outcome, text }) => [outcome, text])).toEqual(Array(2).fill(['cut', 'this agent is frozen']));
  const late = speak(way.socket, `CONNECT x:${idle} HTTP/1.1\r\n\r\n`);
  expect(await late.end()).toContain('403 castellan: this agent is frozen');
});

test('bounds hold: bytes, idle time, connections at a time', async () => {
  const port = await echo();
  const way = await wayOut({ names: { x: ['127.0.0.1'] }, bounds: { bytes: 1_048_576, idleMs: 1000, connections: 2 } });
  const opened = `CONNECT x:${port} HTTP/1.1\r\n\r\n`;
  const much = speak(way.socket, opened);
  await much.heard('200 ');
  much.socket.write(Buffer.alloc(4_194_304, 'x'));
  await way.over(1);
  expect(way.ended[0]).toMatchObject({ outcome: 'cut', text: expect.stringContaining('network.megabytes') });
  const [first, second] = [speak(way.socket, opened), speak(way.socket, opened)];
  for (const each of [first, second]) await each?.heard('200 ');
  expect(await speak(way.socket, opened).end()).toContain('503 castellan: too many connections');
  const ended = await way.over(4);
  expect(ended.slice(2).map(({ outcome }) => outcome)).toEqual(['cut', 'cut']);
  expect(ended[2]?.text).toContain('network.idleSeconds');
  const again = speak(way.socket, opened);
  await again.heard('200 ');
});

test('the next address of a name is tried where one does not answer', async () => {
  const port = await echo();
  const way = await wayOut({ names: { x: ['127.9.9.9', '127.0.0.1'] } });
  const client = speak(way.socket, `CONNECT x:${port} HTTP/1.1\r\n\r\nhello`);
  await client.heard('hello');
  client.socket.end();
  expect((await way.over(1))[0]).toMatchObject({ address: '127.0.0.1' });
});
