// Programs within walls as the way out sees them: they speak over the socket of an agent and reach servers of the test.
import { connect, createServer, type Socket } from 'node:net';
import { type AgentId, agentSocketsOf } from '@castellan/contract';
import { onTestFinished } from 'vitest';
import { until } from './world.ts';

export const socketsOf = (home: string, agent: { readonly id: string }) => agentSocketsOf(home, agent.id as AgentId);

export interface Spoken {
  readonly socket: Socket;
  text(): string;
  heard(what: string): Promise<string>;
  /** Waits for the end of it. */
  end(): Promise<string>;
}

/** Says something over a Unix socket and listens. */
export function speak(path: string, first: string | Uint8Array): Spoken {
  const socket = connect({ path, allowHalfOpen: true });
  const parts: Buffer[] = [];
  let isOver = false;
  socket.on('data', (chunk) => parts.push(chunk));
  let broke = '';
  socket.on('error', (error) => {
    broke = error.message;
  });
  for (const event of ['end', 'close'] as const)
    socket.on(event, () => {
      isOver = true;
    });
  if (first.length > 0) socket.write(first);
  onTestFinished(() => void socket.destroy());
  const text = (): string => Buffer.concat(parts).toString('latin1');
  return {
    socket,
    text,
    heard: (what) =>
      until(`\`${what}\` of the way out`, () => (text().includes(what) ? text() : undefined)).catch((error: Error) => {
        throw new Error(`${error.message}: it said \`${text().slice(0, 500)}\` ${broke}`);
      }),
    end: () => until('the end of a connection', () => (isOver ? text() : undefined)),
  };
}

export const tunnel = (path: string, place: string, user?: string): Spoken => {
  const said =
    user === undefined ? '' : `Proxy-Authorization: Basic ${Buffer.from(`${user}:x`).toString('base64')}\r\n`;
  return speak(path, `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${said}\r\n`);
};

export const plain = (path: string, url: string, host = new URL(url).host): Spoken =>
  speak(path, `GET ${url} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

/** A server of the test on loopback. @returns its port */
export async function serve(onConnection: (socket: Socket) => void, port = 0, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export const echo = (): Promise<number> => serve((socket) => void socket.pipe(socket));
