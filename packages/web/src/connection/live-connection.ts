// Follows the daemon for as long as the page is open: a ticket, a socket, messages in their order; again after each loss.
// INVARIANT: `live` is said only while a socket is open and, on the first, after its `hello`.
import { type LiveMessage, liveMessageSchema, parserOf, ROUTES } from '@castellan/contract';

export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** It was there a moment ago: the next attempt is under way. */
  | { readonly kind: 'reconnecting'; readonly why: string }
  /** Several attempts failed. */
  | { readonly kind: 'lost'; readonly why: string; readonly retryAt: number };

export interface Socket {
  close(): void;
}
export interface SocketEvents {
  readonly opened: () => void;
  readonly text: (text: string) => void;
  readonly closed: (why: string) => void;
}

export interface LiveWorld {
  /** A single-use key to one socket, or why there is none. */
  readonly ticket: () => Promise<
    { readonly ok: true; readonly ticket: string } | { readonly ok: false; readonly why: string }
  >;
  readonly open: (path: string, events: SocketEvents) => Socket;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Resolves, with why, when the daemon no longer answers though the socket stands: a cable was pulled, a lid closed. */
  readonly silence: (signal: AbortSignal) => Promise<string>;
  readonly now: () => number;
  readonly seen: () => { readonly epoch: string; readonly seq: number } | null;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onState: (state: LiveState) => void;
}

const DELAYS = [0, 250, 500, 1000, 2000, 4000, 8000, 15_000];
/** From this attempt on the page no longer says that it is nearly there. */
const LOST_AFTER = 3;
const delayOf = (attempt: number): number => DELAYS[Math.min(attempt, DELAYS.length - 1)] ?? 15_000;

const parseMessage = parserOf(liveMessageSchema);

function messageOf(text: string): LiveMessage | null {
  try {
    const message = parseMessage(JSON.parse(text));
    return message.ok ? message.value : null;
  } catch {
    return null;
  }
}

/** The path of the socket for one ticket. */
export function socketPath(path: string, ticket: string, seen: ReturnType<LiveWorld['seen']>): string {
  const query = new URLSearchParams({ token: ticket });
  if (seen !== null) {
    query.set('epoch', seen.epoch);
    query.set('seen', String(seen.seq));
  }
  return `${path}?${query}`;
}

/** One socket from its ticket to its end; says why it ended. `wasLive`: whether it got as far as that. */
async function oneSocket(world: LiveWorld, signal: AbortSignal): Promise<{ why: string; wasLive: boolean }> {
  const ticket = await world.ticket();
  if (!ticket.ok) return { why: ticket.why, wasLive: false };
  if (signal.aborted) return { why: 'ended', wasLive: false };
  const seen = world.seen();
  let wasLive = false;
  const { promise, resolve } = Promise.withResolvers<string>();
  const live = (): void => {
    if (!wasLive) world.onState({ kind: 'live' });
    wasLive = true;
  };
  const socket = world.open(socketPath(ROUTES.socket.path, ticket.ticket, seen), {
    opened: () => {
      // What was missed is replayed, and there may be nothing of it; without a place to go on from, `hello` comes first.
      if (seen !== null) live();
    },
    text: (text) => {
      const message = messageOf(text);
      if (message === null) return resolve('the daemon sent something this page does not know; load it again');
      world.onMessage(message);
      live();
      if (message.event.kind === 'bye') resolve('the daemon has stopped');
    },
    closed: resolve,
  });
  const abort = (): void => resolve('ended');
  signal.addEventListener('abort', abort, { once: true });
  const watched = new AbortController();
  void world.silence(watched.signal).then(resolve);
  const why = await promise;
  signal.removeEventListener('abort', abort);
  watched.abort();
  socket.close();
  return { why, wasLive };
}

/** Runs until the signal fires. `hurry` of the caller may cut a pause short through the world's `pause`. */
export async function followLive(world: LiveWorld, signal: AbortSignal): Promise<void> {
  let attempt = 0;
  while (!signal.aborted) {
    const { why, wasLive } = await oneSocket(world, signal);
    if (signal.aborted) return;
    if (wasLive) attempt = 0;
    const wait = delayOf(attempt);
    world.onState(
      attempt < LOST_AFTER ? { kind: 'reconnecting', why } : { kind: 'lost', why, retryAt: world.now() + wait },
    );
    attempt += 1;
    await world.pause(wait, signal);
  }
}
