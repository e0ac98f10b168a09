// Clients that are slow, greedy or broken: whatever they do, others are answered and the memory holds (D1).
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { CERTIFIED, certificate, fault, type RunningDaemon, startDaemon, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { mustOpen, openPage, socketUrl, ticketOf, upgrade } from './support/live.ts';
import { type Browser, browser, originOf, somebody } from './support/people.ts';
import { exchange, lines } from './support/raw.ts';
import { type Away, byTls, sendAway } from './support/remote.ts';
import { MAIL, SEND, until, worldOf } from './support/world.ts';

let daemon: RunningDaemon;
let mia: Browser;
let away: Away & { readonly ca: string };
beforeAll(async () => {
  const pem = certificate();
  const { port, remote } = await byTls(pem);
  away = { port, ca: pem.cert };
  daemon = await startDaemon({ config: { remote } });
  mia = await browser(daemon);
  await until('the remote listener', async () => (await worldOf(daemon).status()).remote ?? undefined);
});
afterAll(() => daemon[Symbol.asyncDispose]());

const megabytes = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

async function crowdOf(count: number, make: () => Socket, bytes: string): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, make);
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.on('error', () => resolve());
          socket.once('close', () => resolve());
          socket.once('ready', () => socket.write(bytes, () => resolve()));
        }),
    ),
  );
  return sockets;
}
const here = (): Socket => connect(daemon.state.port, '127.0.0.1');
const there = (): Socket => connect(away.port, '127.0.0.1');

/** Everybody else, while they hold on. */
async function othersAreAnswered(what: string): Promise<void> {
  const asked = await mia.send('GET', '/v1/status');
  expect(asked.status, what).toBe(200);
  const overSocket = await daemon.request('GET', '/v1/live', { over: 'socket', token: null });
  expect(overSocket.status, what).toBe(200);
  expect((await sendAway(away, 'GET', '/v1/live')).status, what).toBe(200);
}

fault(
  'slow-client',
  ['D1', 'W1'],
  'more half-sent requests than there are connections keep nobody out',
  async () => {
    const before = megabytes();
    const bodies = lines(
      'POST /v1/sign-in HTTP/1.1',
      `Host: 127.0.0.1:${daemon.state.port}`,
      'Content-Type: application/json',
      'Content-Length: 1000',
    );
    const kinds: readonly (readonly [string, () => Socket, string])[] = [
      ['heads that do not end', here, 'GET /v1/live HTTP/1.1\r\nHost: 127.'],
      ['bodies that do not end', here, `${bodies}{"name":`],
      ['connections that say nothing', here, ''],
      ['handshakes that do not end', there, '\x16\x03\x01\x02\x00\x01'],
      ['connections that say nothing there', there, ''],
    ];
    for (const [what, make, bytes] of kinds) {
      const sockets = await crowdOf(1100, make, bytes);
      await othersAreAnswered(what);
      for (const socket of sockets) socket.destroy();
    }
    expect(megabytes() - before, 'megabytes').toBeLessThan(150);
  },
  { timeout: 120_000 },
);

fault(
  'too-large',
  ['D1', 'W1'],
  'a head, a line or a message that is too large is refused, and only that connection ends',
  async () => {
    const { port } = daemon.state;
    const huge = 'x'.repeat(40_000);
    for (const parts of [
      [`GET /v1/live HTTP/1.1`, `Host: 127.0.0.1:${port}`, `X-Huge: ${huge}`],
      [`GET /${huge} HTTP/1.1`, `Host: 127.0.0.1:${port}`],
      ['GET /v1/live HTTP/1.1', `Host: 127.0.0.1:${port}`, ...Array.from({ length: 3000 }, (_, n) => `X-${n}: 1`)],
    ]) {
      const answer = await exchange({ port }, lines(...parts), { quiet: 1500 });
      expect(answer.statuses[0] ?? 431, parts[0]?.slice(0, 20)).toBeGreaterThanOrEqual(400);
      expect(answer.closed).toBe(true);
    }
    const page = await openPage(daemon, mia.send);
    const other = await openPage(daemon, mia.send);
    page.socket.send('x'.repeat(100_000));
    expect((await page.ended).code).toBe(1009);
    const binary = await openPage(daemon, mia.send);
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect((await binary.ended).code).toBe(1003);
    // Frames as no library would send them: reserved bits, no mask, a length without end.
    for (const bytes of [
      [0xf1, 0x80, 0, 0, 0, 0],
      [0x81, 0x01, 0x61],
      [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]) {
      const raw = await openPage(daemon, mia.send);
      (raw.socket as unknown as { _socket: Socket })._socket.write(Buffer.from(bytes));
      expect([1002, 1006, 1009]).toContain((await raw.ended).code);
    }
    expect(other.socket.readyState).toBe(other.socket.OPEN);
    await other.close();
    await othersAreAnswered('broken frames');
  },
);

verifies(
  ['D1', 'A4'],
  'one who opens sockets without end reaches a bound of their own, and nobody else does',
  async () => {
    const zoe = await somebody(daemon, mia.send, 'zoe', 'viewer');
    const opened = [];
    let refused = 0;
    for (let n = 0; n < 140; n += 1) {
      const ticket = await ticketOf(zoe.browser.send);
      const url = socketUrl(daemon, `/v1/socket?token=${ticket}`);
      const result = await upgrade(url, { origin: originOf(daemon) });
      if (result.kind === 'open') opened.push(result.opened);
      else {
        expect(result.status).toBe(429);
        refused += 1;
      }
    }
    expect([opened.length, refused]).toEqual([128, 12]);
    const other = await openPage(daemon, mia.send);
    await other.event('hello');
    await other.close();
    for (const each of opened) each.socket.terminate();
    const again = await until('room again', async () => {
      const ticket = await ticketOf(zoe.browser.send);
      const result = await upgrade(socketUrl(daemon, `/v1/socket?token=${ticket}`), { origin: originOf(daemon) });
      return result.kind === 'open' ? result.opened : undefined;
    });
    await again.close();
    // Upgrades that are nobody's.
    const flood = await Promise.all(
      Array.from({ length: 300 }, () => upgrade(socketUrl(daemon, '/v1/socket?token=x'), { origin: originOf(daemon) })),
    );
    expect(flood.every((each) => each.kind === 'refused')).toBe(true);
    await othersAreAnswered('a flood of upgrades');
  },
  { timeout: 120_000 },
);

fault(
  'slow-client',
  ['D1', 'W3'],
  'a page that stops reading is let go; the others are told everything, and nothing piles up',
  async () => {
    const it = worldOf(daemon);
    const agent = await it.connect('talker');
    const stuck = await openPage(daemon, mia.send);
    const reads = await openPage(daemon, mia.send);
    await stuck.event('hello');
    const before = megabytes();
    (stuck.socket as unknown as { _socket: Socket })._socket.pause();
    const body = 'long words '.repeat(45_000);
    for (let n = 0; n < 30; n += 1) {
      const asked = agent.pre(SEND, { to: `${n}@b.c`, subject: 's', body: `${n} ${body}` }, { server: MAIL });
      const [waiting] = await it.waiting();
      if (waiting !== undefined) await it.deny(waiting);
      await asked;
    }
    await until('the last answer', () =>
      reads.messages.filter(({ event }) => event.kind === 'approval' && event.approval.state.kind === 'denied')
        .length >= 30
        ? true
        : undefined,
    );
    (stuck.socket as unknown as { _socket: Socket })._socket.resume();
    expect((await stuck.ended).code, 'cut off, without a goodbye that would wait behind the rest').toBe(1006);
    expect(stuck.messages.length).toBeLessThan(reads.messages.length);
    // What the heap takes for texts of half a megabyte that are looked through, and gives back when it likes.
    expect(megabytes() - before, 'megabytes').toBeLessThan(320);
    await reads.close();
  },
  { timeout: 120_000 },
);

fault(
  'slow-client',
  ['D1', 'N2'],
  'half-open and abandoned connections on the remote listener are nobody’s trouble',
  async () => {
    const sockets = Array.from({ length: 200 }, () => {
      const socket = connectTls({ port: away.port, host: '127.0.0.1', servername: CERTIFIED, ca: away.ca });
      socket.on('error', () => undefined);
      socket.once('secureConnect', () => socket.write('GET / HTTP/1.1\r\nHost: '));
      return socket;
    });
    await Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve))),
    );
    await othersAreAnswered('half-sent requests over TLS');
    for (const socket of sockets) socket.destroy();
    await othersAreAnswered('resets');
    const page = await mustOpen(
      upgrade(socketUrl(daemon, '/v1/socket'), { headers: { authorization: `Bearer ${await daemon.access()}` } }),
    );
    (page.socket as unknown as { _socket: Socket })._socket.resetAndDestroy();
    await othersAreAnswered('a socket that is reset');
  },
  { timeout: 120_000 },
);
