// A machine that is out of descriptors cannot take a connection, and the system tells every listener so. An agent that opens
// sockets can bring it about: whoever listens goes on, for without the daemon every hook refuses (D1).
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request } from 'node:http';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { BoundPorts } from '../src/bound-ports.ts';
import { listen, listenAgent, listenRemote, listenWayOut } from '../src/http/listeners.ts';

const LISTENS = 'tracing:net.server.listen:asyncStart';

/** Every server that begins to listen while this is in force: nobody hands them out. */
function listening(): Disposable & { readonly servers: readonly Server[] } {
  const servers: Server[] = [];
  const note = (message: unknown): void => void servers.push((message as { readonly server: Server }).server);
  subscribe(LISTENS, note);
  return { servers, [Symbol.dispose]: () => void unsubscribe(LISTENS, note) };
}

const statusOf = (socketPath: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ socketPath, agent: false }, (answer) => resolve(answer.resume().statusCode ?? 0))
      .once('error', reject)
      .end();
  });

verifies(['D1'], 'a connection that could not be taken ends no listener', async () => {
  const folder = tempFolder();
  const [socket, ofAgent, out] = ['all.sock', 'agent.sock', 'out.sock'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const ports = new BoundPorts();
  const service = {
    request: (_message: unknown, response: { end(): unknown }) => void response.end(),
    upgrade: () => undefined,
  };
  using begun = listening();
  await using local = await listen({ host: '127.0.0.1', port: 0, socket, service, ports });
  await using _remote = await listenRemote({
    ...{ host: '127.0.0.1', port: 0, tls: null, service, ports },
    listener: { kind: 'loopback', port: local.port },
    address: () => 'somebody',
    mayConnect: () => true,
  });
  await using _agent = await listenAgent({
    ...{ agent: 'agent_0123456789', port: local.port, path: ofAgent, mode: 0o600, service },
  });
  await using _wayOut = await listenWayOut({ path: out, mode: 0o600, wayOut: { take: (each) => each.destroy() } });

  // Loopback (with IPv6 where there is one), the socket, the remote one, the agent's, the way out.
  expect(begun.servers.length).toBeGreaterThanOrEqual(5);
  // More than once: one that heard the first only would end the daemon with the second.
  for (const server of begun.servers)
    for (const code of ['EMFILE', 'ENFILE', 'EMFILE'])
      expect(() => server.emit('error', Object.assign(new Error(`accept ${code}`), { code }))).not.toThrow();
  expect(await Promise.all([statusOf(socket), statusOf(ofAgent)])).toEqual([200, 200]);
});
