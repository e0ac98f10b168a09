// The way out alone: there are no walls, the gate is set to let everything pass, and a person even listed the hosts. Where it leads
// is looked at all the same.
import { createServer, connect as meet, type Socket } from 'node:net';
import { agentIdSchema, agentSocketsOf } from '@castellan/contract';
import { type RunningDaemon, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { ofKind, type TestAgent, until, world } from '../e2e/support/world.ts';
import { FORCED_CONFIG } from './support/forced.ts';

/** Something of the person's own that listens on this machine and tells a secret to whoever comes. */
async function neighbour(): Promise<AsyncDisposable & { readonly port: number; readonly met: () => number }> {
  let met = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    met += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nneighbour');
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '::', ipv6Only: false }, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    met: () => met,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Says it at the agent's way out; gives everything that comes back until it ends. */
function say({ home }: RunningDaemon, { id }: TestAgent, text: string): Promise<string> {
  const socket = meet(agentSocketsOf(home, agentIdSchema.parse(id)).egress);
  let got = '';
  return new Promise((resolve, reject) => {
    socket.setTimeout(30_000, () => reject(new Error(`never answered: ${JSON.stringify(text)}: ${got}`)));
    socket.setEncoding('latin1').on('data', (part: string) => {
      got += part;
      // A refusal may be followed by silence; what was let through answers with the neighbour's words.
      if (/^HTTP\/1\.1 4\d\d/.test(got) || got.includes('neighbour')) socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(got));
    socket.write(text);
  });
}

const tunnel = (to: string): string => `CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n`;
const plain = (to: string, host = to): string =>
  `GET http://${to}/ HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
const NETWORK = [
  '10.0.0.1:80',
  '192.168.1.1:80',
  '169.254.169.254:80',
  '[fd00::1]:80',
  '[fe80::1]:80',
  '100.64.0.1:80',
];

verifies(
  ['I5', 'I4'],
  'a way out leads nowhere on this machine or its network, listed or not, however it is written',
  async () => {
    await using near = await neighbour();
    const { port } = near;
    const forms = [
      ...[
        '127.0.0.1',
        'localhost',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '0.0.0.0',
        '[::]',
        '127.1',
        '2130706433',
        '0x7f.0.0.1',
      ],
      ...['0177.0.0.1', 'localhost.', 'LOCALHOST', '127.0.0.1.'],
    ].map((host) => `${host}:${port}`);
    const listed = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '[::]'].map(
      (host) => `${host}:${port}`,
    );
    await using it = await world({ ...FORCED_CONFIG, network: { allow: [...listed, ...NETWORK] } });
    const { daemon } = it;
    const agent = await it.connect('claude');
    for (const to of [...forms, ...NETWORK, `127.0.0.1:${daemon.state.port}`]) {
      expect(await say(daemon, agent, tunnel(to)), `CONNECT ${to}`).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(await say(daemon, agent, plain(to)), `GET ${to}`).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    // A name in front of another address.
    expect(await say(daemon, agent, plain(`127.0.0.1:${port}`, 'example.org'))).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(near.met()).toBe(0);
    // Each was written down, and none of them went anywhere.
    const records = await until('records of what was refused', async () => {
      const all = ofKind(await it.records(), 'connection');
      return all.length >= listed.length ? all : undefined;
    });
    expect(records.filter(({ outcome }) => outcome !== 'refused' && outcome !== 'failed')).toEqual([]);
    expect(records.filter(({ address }) => address !== undefined)).toEqual([]);
  },
);

verifies(['I5', 'I4'], 'what a person listed as a private host is reached, and nothing beside it', async () => {
  await using near = await neighbour();
  await using beside = await neighbour();
  const here = `127.0.0.1:${near.port}`;
  await using it = await world({
    ...FORCED_CONFIG,
    network: { allow: [here, `127.0.0.1:${beside.port}`], privateHosts: [here] },
  });
  const agent = await it.connect('claude');
  expect(await say(it.daemon, agent, plain(here))).toContain('neighbour');
  expect(await say(it.daemon, agent, plain(`127.0.0.1:${beside.port}`))).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect([near.met(), beside.met()]).toEqual([1, 0]);
});
