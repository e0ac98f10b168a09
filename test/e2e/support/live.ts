// WebSockets as pages and programs open them, with every header a forger could send.
import type { LiveEvent, LiveMessage } from '@castellan/contract';
import type { RunningDaemon } from '@castellan/testkit';
import { type ClientOptions, WebSocket } from 'ws';
import { originOf, type Send } from './people.ts';
import { until } from './world.ts';

export interface Opened {
  readonly socket: WebSocket;
  readonly messages: readonly LiveMessage[];
  /** Close code and reason, once it is over. */
  readonly ended: Promise<{ readonly code: number; readonly reason: string }>;
  /** Waits for an event of that kind that fits. */
  event<Kind extends LiveEvent['kind']>(
    kind: Kind,
    fits?: (event: Extract<LiveEvent, { kind: Kind }>) => boolean,
  ): Promise<Extract<LiveEvent, { kind: Kind }>>;
  close(): Promise<void>;
}

/** What an attempt to upgrade came to. */
export type Upgrade =
  | { readonly kind: 'open'; readonly opened: Opened }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string };

function openedBy(socket: WebSocket): Opened {
  const messages: LiveMessage[] = [];
  const ended = Promise.withResolvers<{ code: number; reason: string }>();
  socket.on('message', (data) => messages.push(JSON.parse(data.toString()) as LiveMessage));
  socket.on('error', () => undefined);
  socket.once('close', (code, reason) => ended.resolve({ code, reason: reason.toString() }));
  return {
    socket,
    messages,
    ended: ended.promise,
    event: (kind, fits = () => true) =>
      until(`a \`${kind}\``, () => {
        type Wanted = Extract<LiveEvent, { kind: typeof kind }>;
        return messages
          .map(({ event }) => event)
          .find((event): event is Wanted => event.kind === kind && fits(event as Wanted));
      }),
    async close() {
      socket.close();
      await ended.promise;
    },
  };
}

/** What the types of `ws` leave out and its TLS takes. */
type UpgradeOptions = ClientOptions & { readonly servername?: string };

export function upgrade(url: string, options: UpgradeOptions): Promise<Upgrade> {
  const { promise, resolve, reject } = Promise.withResolvers<Upgrade>();
  const socket = new WebSocket(url, { perMessageDeflate: false, ...options });
  const opened = openedBy(socket);
  socket.once('open', () => resolve({ kind: 'open', opened }));
  socket.once('unexpected-response', (_request, response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    response.on('end', () => resolve({ kind: 'refused', status: response.statusCode ?? 0, text }));
  });
  socket.once('error', reject);
  return promise;
}

export const socketUrl = ({ state }: RunningDaemon, path: string): string => `ws://127.0.0.1:${state.port}${path}`;

export async function mustOpen(attempt: Promise<Upgrade>): Promise<Opened> {
  const result = await attempt;
  if (result.kind === 'refused') throw new Error(`refused: ${result.status} ${result.text}`);
  return result.opened;
}

export async function ticketOf(send: Send, body: object = { for: 'live' }): Promise<string> {
  const reply = await send('POST', '/v1/tickets', { body });
  if (reply.status !== 200) throw new Error(`no ticket: ${reply.status} ${reply.text}`);
  return (reply.json() as { ticket: string }).ticket;
}

/** As a page does it: a ticket by cookie and half, then the socket from our own origin. */
export async function openPage(
  daemon: RunningDaemon,
  send: Send,
  seen: { readonly epoch: string; readonly seq: number } | null = null,
): Promise<Opened> {
  const ticket = await ticketOf(send);
  const more = seen === null ? '' : `&epoch=${seen.epoch}&seen=${seen.seq}`;
  return mustOpen(upgrade(socketUrl(daemon, `/v1/socket?token=${ticket}${more}`), { origin: originOf(daemon) }));
}
