// What the page knows, and when it may say that it is live.
import type { Approval, LiveMessage } from '@castellan/contract';
import { expect, test } from 'vitest';
import { followLive, type LiveState, type SocketEvents, socketPath } from '../src/connection/live-connection.ts';
import { NOTHING, nextModel } from '../src/connection/live-model.ts';

// Only these are looked at.
const approval = (id: string, kind: string, createdAt = 0): Approval =>
  ({ id, createdAt, state: { kind, at: 1, by: 'person:mia' } }) as unknown as Approval;
const message = (seq: number, event: LiveMessage['event'], epoch = 'e'): LiveMessage => ({ epoch, seq, event });
const hello = (...approvals: Approval[]): LiveMessage['event'] => ({ kind: 'hello', approvals, alarms: [] });

test('what waits is a matter of the latest word; what is over moves on', () => {
  const first = nextModel(
    NOTHING,
    message(4, hello(approval('b', 'pending', 2), approval('a', 'pending', 1), approval('c', 'denied'))),
  );
  expect([...first.waiting.keys()]).toEqual(['a', 'b']);
  const second = nextModel(first, message(5, { kind: 'approval', approval: approval('a', 'approved') }));
  expect([...second.waiting.keys()]).toEqual(['b']);
  expect(second.settled.map(({ id }) => id)).toEqual(['a']);
});

test('a message that was seen changes nothing; another run of the daemon counts anew', () => {
  const first = nextModel(NOTHING, message(9, hello()));
  const again = message(9, { kind: 'approval', approval: approval('a', 'pending') });
  expect(nextModel(first, again)).toBe(first);
  expect(nextModel(first, { ...again, epoch: 'f', seq: 1 }).waiting.size).toBe(1);
});

test('a page that was away says what it saw last, escaped', () => {
  expect(socketPath('/v1/socket', 'a&b=c', { epoch: 'e 1', seq: 7 })).toBe(
    '/v1/socket?token=a%26b%3Dc&epoch=e+1&seen=7',
  );
  expect(socketPath('/v1/socket', 't', null)).toBe('/v1/socket?token=t');
});

test('live only after hello; reconnecting, then lost; each ticket is used once', async () => {
  const states: string[] = [];
  const tickets: string[] = [];
  const sockets: SocketEvents[] = [];
  const ended = new AbortController();
  let pauses = 0;
  const end = Promise.withResolvers<void>();
  const following = followLive(
    {
      ticket: async () => ({ ok: true, ticket: `t${tickets.push('t')}` }),
      open: (path, events) => {
        tickets[tickets.length - 1] = path;
        sockets.push(events);
        queueMicrotask(() => {
          events.opened();
          if (sockets.length > 1) return events.closed('gone');
          states.push('opened');
          events.text(JSON.stringify(message(3, { kind: 'hello', approvals: [], alarms: [] })));
          events.closed('gone');
        });
        return { close: () => undefined };
      },
      pause: async () => {
        if (++pauses === 5) end.resolve();
      },
      silence: () => new Promise(() => undefined),
      now: () => 0,
      seen: () => null,
      onMessage: () => undefined,
      onState: ({ kind }: LiveState) => states.push(kind),
    },
    ended.signal,
  );
  await end.promise;
  ended.abort();
  await following;
  expect(states.slice(0, 6)).toEqual(['opened', 'live', 'reconnecting', 'reconnecting', 'reconnecting', 'lost']);
  expect(new Set(tickets).size).toBe(tickets.length);
});

test('a socket that stands while nobody answers is lost', async () => {
  const states: string[] = [];
  const ended = new AbortController();
  const told = Promise.withResolvers<void>();
  const following = followLive(
    {
      ticket: async () => ({ ok: true, ticket: 't' }),
      open: (_, events) => {
        queueMicrotask(events.opened);
        return { close: () => undefined };
      },
      pause: async () => told.resolve(),
      silence: async () => 'the daemon does not answer',
      now: () => 0,
      seen: () => ({ epoch: 'e', seq: 1 }),
      onMessage: () => undefined,
      onState: (state) => states.push('why' in state ? state.why : state.kind),
    },
    ended.signal,
  );
  await told.promise;
  ended.abort();
  await following;
  expect(states.slice(0, 2)).toEqual(['live', 'the daemon does not answer']);
});
