// Live events, for as long as someone listens: reconnects by itself and says honestly when the connection is lost, so
// that no screen shows as live what it no longer knows.
import { type LiveEvent, liveEventSchema, parserOf, ROUTES } from '@castellan/contract';
import { readSse, type SseMessage } from './sse.ts';
import type { Transport } from './transport.ts';

export type ConnectionEvent =
  | { readonly kind: 'connected' }
  /** Nothing after this is known until `connected` and the `hello` that follows it. */
  | { readonly kind: 'lost'; readonly why: string; readonly retryInMs: number }
  /** The daemon refuses us: trying again would not help. The stream ends here. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'live'; readonly event: LiveEvent };

export interface EventOptions {
  /** Made anew for each attempt: after a restart the daemon has another token. */
  readonly connect: () => Promise<Transport | { readonly why: string }>;
  /** Waits; resolves early when the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

const parseEvent = parserOf(liveEventSchema);
const DELAYS = [250, 500, 1000, 2000, 3000];
const delayOf = (attempt: number): number => DELAYS[Math.min(attempt, DELAYS.length - 1)] ?? 3000;

function decode(message: SseMessage): LiveEvent | 'nothing' | { readonly why: string } {
  if (message.kind === 'heartbeat') return 'nothing';
  try {
    const event = parseEvent(JSON.parse(message.text));
    return event.ok ? event.value : { why: 'the daemon sent an event this program does not know' };
  } catch {
    return { why: 'the daemon sent something that is not an event' };
  }
}

/** The daemon says at least every 15 s that it is still there; without a word for this long it counts as lost. */
const SILENCE_MS = 40_000;

/** Every event of one connection, and `beat` for a sign of life; returns why it ended. */
async function* oneConnection(
  transport: Transport,
  signal: AbortSignal,
): AsyncGenerator<ConnectionEvent | 'beat', string> {
  const { method, path } = ROUTES.events;
  const reply = await transport.send({ method, path, accept: 'text/event-stream', signal });
  if (reply.kind === 'failed') return reply.message;
  if (reply.status === 403) {
    yield { kind: 'refused', why: 'the daemon does not let this program follow events' };
    return 'refused';
  }
  if (reply.status !== 200) return `the daemon answered with status ${reply.status}`;
  yield { kind: 'connected' };
  try {
    for await (const message of readSse(reply.body)) {
      const event = decode(message);
      if (event === 'nothing') {
        yield 'beat';
        continue;
      }
      if ('why' in event) return event.why;
      yield { kind: 'live', event };
      if (event.kind === 'bye') return 'the daemon has stopped';
    }
    return 'the daemon closed the connection';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The next event, unless nothing is heard for too long. */
async function nextOrSilence<T, R>(
  events: AsyncGenerator<T, R>,
  pause: EventOptions['pause'],
): Promise<IteratorResult<T, R> | 'silence'> {
  const heard = new AbortController();
  try {
    return await Promise.race([events.next(), pause(SILENCE_MS, heard.signal).then(() => 'silence' as const)]);
  } finally {
    heard.abort();
  }
}

/** Follows events until the signal fires or the daemon refuses. */
export async function* followEvents(options: EventOptions): AsyncGenerator<ConnectionEvent, void> {
  const { connect, pause, signal } = options;
  let attempt = 0;
  while (!signal.aborted) {
    const transport = await connect();
    let why = 'the daemon has gone silent';
    if ('why' in transport) {
      why = transport.why;
    } else {
      const events = oneConnection(transport, signal);
      for (;;) {
        const next = await nextOrSilence(events, pause);
        if (next === 'silence') break;
        if (next.done === true) {
          why = next.value;
          break;
        }
        if (next.value === 'beat') continue;
        if (next.value.kind === 'live') attempt = 0;
        yield next.value;
        if (next.value.kind === 'refused') return;
      }
      transport.close();
    }
    if (signal.aborted) return;
    const retryInMs = delayOf(attempt++);
    yield { kind: 'lost', why, retryInMs };
    await pause(retryInMs, signal);
  }
}
