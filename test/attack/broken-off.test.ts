// An agent sends a body that is too long, or does not say how long it is, and leaves in the middle of being refused: that is its own
// affair, and the daemon goes on (D1). Who could end the daemon would have every hook refuse.
import { connect, type Socket } from 'node:net';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { sleep, type TestAgent, until, type World, world } from '../e2e/support/world.ts';

const MIB = 1_048_576;
const PLAIN = 'application/vnd.castellan.hook';

let it: World;
let agent: TestAgent;
beforeAll(async () => {
  it = await world();
  agent = await it.connect();
});
afterAll(() => it?.[Symbol.asyncDispose]());

const CHUNK = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB, 32), Buffer.from('\r\n')]);

interface Sending {
  readonly socket: Socket;
  readonly got: () => string;
  /** So many MiB, or until it is cut off. */
  send(mebibytes: number): Promise<void>;
}

function begin(accept: string, credential = agent.credential): Sending {
  const socket = connect(it.daemon.socket);
  let got = '';
  socket.on('error', () => undefined);
  socket.on('data', (part) => {
    got += String(part);
  });
  socket.setMaxListeners(0);
  socket.write(
    `POST /v1/hooks/codex HTTP/1.1\r\nHost: castellan\r\nAccept: ${accept}\r\nAuthorization: Bearer ${credential}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      if (socket.destroyed) return resolve();
      socket.once('close', () => resolve());
      socket.write(CHUNK, () => resolve());
    });
  return {
    socket,
    got: () => got,
    async send(mebibytes) {
      for (let n = 0; n < mebibytes; n += 1) await one();
    },
  };
}

const goesOn = async (): Promise<void> => {
  await sleep(300);
  expect((await it.daemon.request('GET', '/v1/live')).json()).toEqual({ live: true });
  expect((await agent.pre('Read', { file_path: '/etc/hostname' })).verdict).toBeDefined();
};

for (const accept of [PLAIN, 'application/json'])
  verifies(['D1'], `a body that is too long and a client that leaves while it is refused (${accept})`, async () => {
    for (const wait of [0, 20, 200]) {
      const each = begin(accept);
      await each.send(17);
      await sleep(wait);
      each.socket.destroy();
      await goesOn();
    }
  });

verifies(['D1'], 'a body that goes on and on after it was refused', async () => {
  let refused = 0;
  for (const accept of [PLAIN, 'application/json']) {
    const each = begin(accept);
    await each.send(60);
    await until('its end', () => (each.socket.destroyed ? true : undefined));
    refused += each.got().startsWith('HTTP/1.1 413 ') || each.got().includes('too large') ? 1 : 0;
    await goesOn();
  }
  // Cut off in the middle of sending, it may not have read what it was told: one of them has.
  expect(refused).toBeGreaterThan(0);
});

verifies(['D1'], 'what one may have on its way is used up while a body that is too long is refused', async () => {
  const long = begin(PLAIN);
  await long.send(17);
  // With the 17 of that one they leave room for less than it goes on to send.
  const claims = [16, 16, 16, 16, 14].map((mebibytes) => {
    const socket = connect(it.daemon.socket);
    socket.on('error', () => undefined);
    socket.write(
      `POST /v1/hooks/codex HTTP/1.1\r\nHost: castellan\r\nAuthorization: Bearer ${agent.credential}\r\nContent-Type: application/json\r\nContent-Length: ${mebibytes * MIB}\r\n\r\n{`,
    );
    return socket;
  });
  await sleep(100);
  await long.send(4);
  for (const socket of [long.socket, ...claims]) socket.destroy();
  await goesOn();
});
