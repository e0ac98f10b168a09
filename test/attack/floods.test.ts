// Whoever floods us shuts out nobody but themselves (D1): somebody else's page, and programs without a credential.
import { connect, type Socket } from 'node:net';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { browser, plain, program, refresh, signInReply } from '../e2e/support/people.ts';
import { type TestAgent, until, type World, world } from '../e2e/support/world.ts';

let it: World;
beforeAll(async () => {
  it = await world();
});
afterAll(() => it[Symbol.asyncDispose]());

/** One behind the other, none waited for: however slow the machine is, they come quicker than they are forgiven. */
async function flood(headers: Readonly<Record<string, string>>): Promise<ReadonlySet<number>> {
  const { port } = it.daemon.state;
  const lines = Object.entries({ host: `127.0.0.1:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const seen = new Set<number>();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    for (const [, status] of String(chunk).matchAll(/HTTP\/1\.1 (\d{3}) /g)) seen.add(Number(status));
  });
  socket.write(`GET /v1/setup HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`.repeat(4000));
  await until('it is told that it is too much', () => (seen.has(429) ? true : undefined));
  socket.destroy();
  return seen;
}

verifies(['D1', 'A8'], 'a page of another site that floods us closes neither sign-in nor what is open', async () => {
  const signedIn = await program(it.daemon);
  expect(await flood({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).toContain(429);
  expect((await plain(it.daemon, 'GET', '/v1/setup')).status).toBe(200);
  expect((await signInReply(it.daemon)).status).toBe(200);
  expect((await plain(it.daemon, 'POST', '/v1/sign-in/passkey/options')).status).not.toBe(429);
  expect((await refresh(it.daemon, signedIn.refresh)).status).toBe(200);
});

verifies(
  ['D1'],
  'a program that floods a public route closes neither sign-in, nor passkeys, nor a refresh',
  async () => {
    const signedIn = await program(it.daemon);
    expect(await flood({})).toContain(429);
    expect((await signInReply(it.daemon)).status).toBe(200);
    expect((await plain(it.daemon, 'POST', '/v1/sign-in/passkey/options')).status).not.toBe(429);
    expect((await refresh(it.daemon, signedIn.refresh)).status).toBe(200);
    expect((await (await browser(it.daemon)).send('GET', '/v1/me')).status).toBe(200);
  },
);

/** The status of an upgrade that a page of another site makes a browser send. */
const upgradeOfAPage = async (): Promise<number> =>
  (
    await plain(it.daemon, 'GET', '/v1/socket', {
      headers: {
        origin: 'https://evil.example',
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    })
  ).status;

verifies(
  ['D1', 'N3'],
  'sockets that a page of another site asks for close nothing that needs no credential',
  async () => {
    await using own = await world();
    const before = it;
    it = own;
    try {
      const seen = new Set<number>();
      for (let n = 0; n < 150 && !seen.has(429); n += 1)
        for (const status of await Promise.all(Array.from({ length: 20 }, upgradeOfAPage))) seen.add(status);
      expect([...seen].sort()).toEqual([403, 429]);
      // Until long after everything that such a page could have used up was used up.
      for (let n = 0; n < 60; n += 1) await Promise.all(Array.from({ length: 20 }, upgradeOfAPage));
      expect((await plain(it.daemon, 'GET', '/v1/setup')).status).toBe(200);
      expect((await signInReply(it.daemon)).status).toBe(200);
    } finally {
      it = before;
    }
  },
);

verifies(
  ['D1', 'A6'],
  'whoever knows the name of a sign-in, which the ledger has, keeps nobody from renewing it',
  async () => {
    const { me, refresh: own } = await program(it.daemon);
    const records = await it.daemon.request('GET', '/v1/ledger?limit=1000', { token: it.daemon.state.token });
    expect(records.text, 'a program of the user reads it there').toContain(me.signIn.id);
    const guess = `castellan_r_${me.signIn.id.slice('signin_'.length)}_${'0'.repeat(128)}`;
    const seen = new Set<number>();
    for (let n = 0; n < 200 && !seen.has(429); n += 1)
      for (const { status } of await Promise.all(Array.from({ length: 20 }, () => refresh(it.daemon, guess))))
        seen.add(status);
    expect([...seen].sort(), 'guesses are held off').toEqual([401, 429]);
    expect((await refresh(it.daemon, own)).status).toBe(200);
  },
);

const MIB = 1_048_576;
/** Begins a hook of sixteen MiB and sends one of them; gives what is answered, or null where it is waited for more. */
async function begin(
  { credential }: TestAgent,
  sized: boolean,
): Promise<{ readonly socket: Socket; readonly got: () => string }> {
  const { port } = it.daemon.state;
  const socket = connect(port, '127.0.0.1');
  let got = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    got += String(chunk);
  });
  const length = sized ? `content-length: ${16 * MIB}` : 'transfer-encoding: chunked';
  const head = `POST /v1/hooks/claude-code HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${credential}\r\n`;
  socket.write(`${head}content-type: application/json\r\n${length}\r\n\r\n`);
  const bytes = sized ? Buffer.alloc(MIB, 32) : Buffer.concat([Buffer.from('d00000\r\n'), Buffer.alloc(13 * MIB, 32)]);
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.write(bytes, () => resolve());
  });
  return { socket, got: () => got };
}

for (const sized of [true, false])
  verifies(
    ['D1'],
    `an agent makes us hold little of what it never ends, where it says ${sized ? '' : 'not '}how much comes`,
    async () => {
      const agent = await it.connect(sized ? 'floods-sized' : 'floods-chunked');
      const other = await it.connect(sized ? 'other-sized' : 'other-chunked');
      const begun: Awaited<ReturnType<typeof begin>>[] = [];
      for (let n = 0; n < 12; n += 1) begun.push(await begin(agent, sized));
      const refused = await until('all but a few of one agent are refused', () => {
        const told = begun.filter(({ got }) => got() !== '');
        return begun.length - told.length <= 7 ? told : undefined;
      });
      for (const { got } of refused) expect(got()).toMatch(/^HTTP\/1\.1 429 /);
      expect((await other.pre('Read', { file_path: '/etc/hostname' })).verdict).toBeDefined();
      for (const { socket } of begun) socket.destroy();
      // What was given up counts no longer.
      await until('it may go on', async () => {
        const one = await begin(agent, true);
        await new Promise((resolve) => setTimeout(resolve, 50));
        one.socket.destroy();
        return one.got() === '' ? true : undefined;
      });
    },
  );
