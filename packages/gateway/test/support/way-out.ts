// A way out with its core alone: sockets in a folder of the test, a resolver of the test, and an owner that answers as the test wants.
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { onTestFinished } from 'vitest';
import { type Asked, type Ended, type Passage, type ReadHttp, type Refusal, Tunnels } from '../../src/index.ts';

const readHttp: ReadHttp = ({ request, connect: tunnel, unreadable }) => {
  const server = createHttpServer({ maxHeaderSize: 16_384 });
  server.timeout = 0;
  server.on('request', request);
  server.on('connect', tunnel);
  server.on('clientError', unreadable);
  return (socket) => void server.emit('connection', socket);
};

export interface WayOptions {
  /** What a name leads to. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly decide?: (asked: Asked, gone: AbortSignal) => Promise<Passage | Refusal>;
  readonly bounds?: Partial<{ connections: number; bytes: number; idleMs: number }>;
  readonly ownPorts?: readonly number[];
  readonly mayBePrivate?: boolean;
}

export interface Way {
  readonly socket: string;
  readonly asked: Asked[];
  readonly ended: Ended[];
  /** Names that were looked up. */
  readonly looked: string[];
  /** Ends what stands, as a freeze does. */
  readonly standing: AbortController;
  readonly tunnels: Tunnels;
  /** Waits for so many records. */
  over(count: number): Promise<readonly Ended[]>;
}

const clock = {
  monotonic: () => performance.now(),
  after: (ms: number, action: () => void) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  every: (ms: number, action: () => void) => {
    const timer = setInterval(action, ms);
    return () => clearInterval(timer);
  },
};

export async function wayOut(options: WayOptions = {}): Promise<Way> {
  const asked: Asked[] = [];
  const ended: Ended[] = [];
  const looked: string[] = [];
  const standing = new AbortController();
  const go = async (): Promise<Passage> => ({
    kind: 'go',
    mayBePrivate: options.mayBePrivate ?? true,
    standing: standing.signal,
    noted: {},
    reached: () => undefined,
    over: () => undefined,
  });
  const tunnels = new Tunnels({
    clock,
    readHttp,
    ownPorts: () => options.ownPorts ?? [],
    most: 4096,
    bounds: () => ({ connections: 64, bytes: 1 << 30, idleMs: 60_000, ...options.bounds }),
    lookup: (name, answer) => {
      looked.push(name);
      const found = options.names?.[name];
      if (found === undefined) answer(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
      else
        answer(
          null,
          found.map((address) => ({ address })),
        );
    },
  });
  const way = tunnels.wayOut({
    decide: (each, gone) => {
      asked.push(each);
      return (options.decide ?? go)(each, gone);
    },
    ended: (each) => ended.push(each),
  });
  const socket = join(tempFolder(), 'egress.sock');
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (each) => {
    open.add(each);
    way.take(each);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    tunnels[Symbol.dispose]();
    for (const each of open) each.destroy();
    server.close();
  });
  const over = async (count: number): Promise<readonly Ended[]> => {
    for (const until = Date.now() + 20_000; ended.length < count; ) {
      if (Date.now() > until) throw new Error(`only ${ended.length} of ${count} connections are over`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return ended;
  };
  return { socket, asked, ended, looked, standing, tunnels, over };
}

export interface Spoken {
  readonly socket: Socket;
  /** All that came so far. */
  text(): string;
  bytes(): Buffer;
  /** Waits until what came holds this. @throws Error with what came */
  heard(what: string | RegExp): Promise<string>;
  /** Waits for the end of it. */
  end(): Promise<string>;
}

/** Says something over the way out and listens. */
export function speak(path: string, first: string | Uint8Array = ''): Spoken {
  const socket = connect({ path, allowHalfOpen: true });
  const parts: Buffer[] = [];
  let isOver = false;
  socket.on('data', (chunk) => parts.push(chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isOver = true;
  });
  socket.on('end', () => {
    isOver = true;
  });
  if (first.length > 0) socket.write(first);
  onTestFinished(() => void socket.destroy());
  const bytes = (): Buffer => Buffer.concat(parts);
  const text = (): string => bytes().toString('latin1');
  const until = async (what: string, look: () => boolean): Promise<string> => {
    for (const end = Date.now() + 20_000; !look(); ) {
      if (Date.now() > end) throw new Error(`${what} never came: ${text().slice(0, 500)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return text();
  };
  return {
    socket,
    text,
    bytes,
    heard: (what) => until(String(what), () => (typeof what === 'string' ? text().includes(what) : what.test(text()))),
    end: () => until('the end', () => isOver),
  };
}

/** A server that remembers what it was sent. */
export async function listener(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export const echo = (): Promise<number> => listener((socket) => void socket.pipe(socket));
