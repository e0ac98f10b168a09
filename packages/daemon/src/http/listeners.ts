// Every listening socket of Castellan is made here. INVARIANT (C08): the agent API listens on loopback and on a Unix
// socket only; no flag, environment variable or configuration changes that.
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createStreamServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AgentId } from '@castellan/contract';
import type { ReadHttp } from '@castellan/gateway';
import type { BoundPorts } from '../bound-ports.ts';
import { errnoOf, StartError } from '../start-error.ts';
import { addressText } from './allow-list.ts';
import { arrive } from './arrivals.ts';
import { Crowd, type CrowdBounds } from './crowd.ts';
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
/** Connections that the system holds until they are taken, where it holds so many (net.core.somaxconn); one more may be told that nobody is here. */
const WAITING = 4096;
const TLS_BOUNDS = { minVersion: 'TLSv1.2', handshakeTimeout: 10_000 } as const;
const LOCAL_CROWD = { all: 1024, perAddress: 1024 };
/** Of one agent: its hooks, its MCP connections and its model client. */
const AGENT_CROWD = { all: 512, perAddress: 512 };
const REMOTE_CROWD = { all: 1024, perAddress: 256 };

/** A server that listens, with all who are connected to it. */
interface Open {
  readonly server: Server;
  readonly crowd: Crowd;
}

interface StartOptions {
  readonly server: Server;
  readonly service: Service;
  readonly crowd: CrowdBounds;
  /** Told by the server itself once it listens. */
  readonly listener: (port: number) => Listener;
  readonly address: (message: IncomingMessage) => string;
  /** Whether this address may send anything at all. */
  readonly mayConnect?: (peer: string) => boolean;
  readonly where: { readonly host: string; readonly port: number } | { readonly path: string };
}

function start({ server, service, listener, address, where, ...options }: StartOptions): Promise<Open> {
  const crowd = new Crowd(options.crowd);
  let known: Listener | null = null;
  const arrived = (message: IncomingMessage): void => {
    known ??= listener(portOf(server));
    arrive(message, { listener: known, address: address(message) });
  };
  server.on('connection', (socket) => {
    if (options.mayConnect?.(socket.remoteAddress ?? '') === false) socket.destroy();
    else crowd.enter(socket);
  });
  server.on('request', (message, response) => {
    arrived(message);
    // What is never sent to its end is no work.
    const begin = (): void => {
      if (!response.writableFinished && !response.destroyed) response.once('close', crowd.work(message.socket));
    };
    if (message.headers['content-length'] === undefined && message.headers['transfer-encoding'] === undefined) begin();
    else message.once('end', begin);
    service.request(message, response);
  });
  server.on('upgrade', (message, socket, head) => {
    arrived(message);
    crowd.work(message.socket);
    service.upgrade(message, socket, head);
  });
  // Waiting for a person takes minutes; only what a client must send is bounded in time, not our answer.
  server.timeout = 0;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...where, backlog: WAITING }, () => {
      server.removeListener('error', reject);
      // Out of descriptors, which an agent can bring about: whoever waits is taken when there is one again. Without a
      // listener it would end the daemon.
      server.on('error', () => undefined);
      resolve({ server, crowd });
    });
  });
}

const close = ({ server, crowd }: Open): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
    crowd.clear();
  });

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const startLocal = (service: Service, where: StartOptions['where']): Promise<Open> =>
  start({
    server: createServer(BOUNDS),
    service,
    where,
    crowd: LOCAL_CROWD,
    listener: (port) => ('path' in where ? { kind: 'unix' } : { kind: 'loopback', port }),
    address: ({ socket }) => ('path' in where ? 'unix' : addressText(socket.remoteAddress ?? '')),
  });

function portTaken(port: number): StartError {
  return new StartError('port-taken', `port ${port} on loopback is taken by another program`, [
    '`castellan status` tells whether it is another Castellan',
    'set `listen.port` in config.yaml, or start with `--port`',
  ]);
}

/** IPv6 loopback on the same port. A machine without IPv6 is fine; a port that somebody else holds there is not. */
async function startIpv6(service: Service, port: number): Promise<Open | null> {
  try {
    return await startLocal(service, { host: '::1', port });
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
  const servers: Open[] = [];
  try {
    clearSocket(socket);
    const ipv4 = await startLocal(service, { host: '127.0.0.1', port });
    servers.push(ipv4);
    const bound = portOf(ipv4.server);
    ports.add(bound);
    const ipv6 = await startIpv6(service, bound);
    if (ipv6 !== null) servers.push(ipv6);
    servers.push(await startLocal(service, { path: socket }));
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

export interface RemoteOptions {
  readonly host: string;
  readonly port: number;
  /** Null: a proxy that we were told of has ended TLS before us. */
  readonly tls: Certificate | null;
  readonly listener: Listener;
  readonly address: (message: IncomingMessage) => string;
  readonly mayConnect: (peer: string) => boolean;
  readonly service: Service;
  readonly ports: BoundPorts;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface RemoteListening extends AsyncDisposable {
  readonly port: number;
  /** From the next connection on. */
  renew(certificate: Certificate): void;
}

/** The second listener (N2): people only. What stands behind it is another service than the one above. */
export async function listenRemote({
  host,
  port,
  tls,
  ports,
  listener,
  ...options
}: RemoteOptions): Promise<RemoteListening> {
  const secure = tls === null ? null : createTlsServer({ ...BOUNDS, ...TLS_BOUNDS, ...tls });
  const server = secure ?? createServer(BOUNDS);
  const open = await start({
    ...options,
    server,
    listener: () => listener,
    crowd: REMOTE_CROWD,
    where: { host, port },
  });
  const bound = portOf(server);
  ports.add(bound);
  return {
    port: bound,
    renew: (certificate) => secure?.setSecureContext({ ...TLS_BOUNDS, ...certificate }),
    [Symbol.asyncDispose]: () => close(open),
  };
}

export interface AgentOptions {
  readonly agent: AgentId;
  /** Of this daemon, under which walls may show the socket to what is within. */
  readonly port: number;
  readonly path: string;
  /** Of the file; whoever may open it may speak here. */
  readonly mode: number;
  readonly service: Service;
}

/** One agent's own way to the agent API. Its folder says whose it is, and the credential must agree. */
export async function listenAgent({ agent, port, path, mode, service }: AgentOptions): Promise<AsyncDisposable> {
  clearSocket(path);
  const open = await start({
    server: createServer(BOUNDS),
    service,
    where: { path },
    crowd: AGENT_CROWD,
    listener: () => ({ kind: 'agent', agent, port }),
    // Its own, so that what it fails at is counted for nobody else.
    address: () => `unix ${agent}`,
  });
  chmodSync(path, mode);
  return { [Symbol.asyncDispose]: () => close(open) };
}

/** What takes the connections of a way out. */
export interface WayOut {
  readonly take: (socket: Socket) => void;
}

export interface WayOutOptions {
  readonly path: string;
  readonly mode: number;
  readonly wayOut: WayOut;
}

/** A way out of somebody's walls: no protocol of ours is spoken there. */
export async function listenWayOut({ path, mode, wayOut }: WayOutOptions): Promise<AsyncDisposable> {
  clearSocket(path);
  const sockets = new Set<Socket>();
  // Half of a connection may end before the other: `allowHalfOpen`.
  const server = createStreamServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    wayOut.take(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog: WAITING }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  // Out of descriptors: whoever waits is taken when there is one again.
  server.on('error', () => undefined);
  chmodSync(path, mode);
  return {
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Reads HTTP from connections that somebody else took: it listens nowhere. */
export const readHttp: ReadHttp = ({ request, connect, unreadable }) => {
  // Nobody becomes another protocol here: who wants to is answered as whoever does not.
  const shouldUpgradeCallback = (): boolean => false;
  const server = createServer({ ...BOUNDS, shouldUpgradeCallback, insecureHTTPParser: false });
  // Who waits for a person waits for minutes; whoever reads here bounds what must be sent.
  server.timeout = 0;
  server.on('request', request);
  server.on('checkContinue', (message, response) => {
    response.writeContinue();
    request(message, response);
  });
  server.on('connect', (message, socket, head) => connect(message, socket, head));
  server.on('clientError', (error, socket) => unreadable(error, socket));
  return (socket) => void server.emit('connection', socket);
};
