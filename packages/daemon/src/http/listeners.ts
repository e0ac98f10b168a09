// Every listening socket of Castellan is made here. INVARIANT (C08): the agent API listens on loopback and on a Unix
// socket only; no flag, environment variable or configuration changes that.
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { BoundPorts } from '../bound-ports.ts';
import { errnoOf, StartError } from '../start-error.ts';
import type { Listener } from './origins.ts';

export interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly addresses: readonly string[];
}

/** What answers behind a socket. */
export interface Service {
  readonly request: RequestListener;
  /** A request that wants to go on as a WebSocket. */
  readonly upgrade: (message: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly socket: string;
  readonly service: Service;
  /** Told before anybody can be answered there. */
  readonly ports: BoundPorts;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

export const loopbackFault = (host: string): string | null =>
  LOOPBACK.has(host) ? null : `rule C08: the agent API listens on loopback only, not on \`${host}\``;

export function assertLoopback(host: string): void {
  const fault = loopbackFault(host);
  if (fault === null) return;
  throw new StartError('not-loopback', fault, ['set `listen.host` in config.yaml to 127.0.0.1 or remove it']);
}

const arrivals = new WeakMap<IncomingMessage, Listener>();

/** By which of our sockets a message came in: as the socket that took it knows, whatever has become of it since. */
export function listenerOf(message: IncomingMessage): Listener {
  const listener = arrivals.get(message);
  if (listener === undefined) throw new Error('a message that no listener took');
  return listener;
}

const BOUNDS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // How often the two above are looked at; Node's own 30 s would make ten seconds forty.
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 60_000,
  maxHeaderSize: 16_384,
  // Whoever asks for another protocol is answered in this one.
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
};

/** @param named asked with the first message: a port is known only once it is bound. */
function start(
  { request, upgrade }: Service,
  named: (server: Server) => Listener,
  where: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<Server> {
  let listener: Listener | null = null;
  const arrived = (message: IncomingMessage): void => {
    listener ??= named(server);
    arrivals.set(message, listener);
  };
  const server = createServer(BOUNDS, (message, response) => {
    arrived(message);
    request(message, response);
  });
  server.on('upgrade', (message, socket, head) => {
    arrived(message);
    upgrade(message, socket, head);
  });
  // Waiting for a person takes minutes; only what a client must send is bounded in time, not our answer.
  server.timeout = 0;
  server.maxConnections = 1024;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...where, backlog: 511 }, () => {
      server.removeListener('error', reject);
      resolve(server);
    });
  });
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const loopback = (server: Server): Listener => ({ kind: 'loopback', port: portOf(server) });

function portTaken(port: number): StartError {
  return new StartError('port-taken', `port ${port} on loopback is taken by another program`, [
    '`castellan status` tells whether it is another Castellan',
    'set `listen.port` in config.yaml, or start with `--port`',
  ]);
}

/** IPv6 loopback on the same port. A machine without IPv6 is fine; a port that somebody else holds there is not. */
async function startIpv6(service: Service, port: number): Promise<Server | null> {
  try {
    return await start(service, loopback, { host: '::1', port });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return null;
    throw error;
  }
}

function clearSocket(path: string): void {
  try {
    // We hold the state folder's lock, so a socket here is a dead daemon's; anything else is not ours to remove.
    if (lstatSync(path).isSocket()) rmSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** Opens all listeners or none. @throws StartError */
export async function listen({ host, port, socket, service, ports }: ListenOptions): Promise<Listening> {
  assertLoopback(host);
  const servers: Server[] = [];
  try {
    clearSocket(socket);
    const ipv4 = await start(service, loopback, { host: '127.0.0.1', port });
    servers.push(ipv4);
    const bound = portOf(ipv4);
    ports.add(bound);
    const ipv6 = await startIpv6(service, bound);
    if (ipv6 !== null) servers.push(ipv6);
    servers.push(await start(service, () => ({ kind: 'unix' }), { path: socket }));
    chmodSync(socket, 0o600);
    const addresses = [`http://127.0.0.1:${bound}`, ...(ipv6 === null ? [] : [`http://[::1]:${bound}`])];
    return { port: bound, addresses, [Symbol.asyncDispose]: async () => void (await Promise.all(servers.map(close))) };
  } catch (error) {
    await Promise.all(servers.map(close));
    const code = errnoOf(error);
    if (code === 'EADDRINUSE' || code === 'EACCES') throw portTaken(port);
    throw error;
  }
}
