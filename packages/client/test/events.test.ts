// Live events: order, heartbeats, loss said honestly, reconnection with a new transport.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ConnectionEvent, followEvents, readSse, socketTransport } from '../src/index.ts';
import { fakeDaemon } from './fake-daemon.ts';

const token = `castellan_d_${'0'.repeat(64)}`;
const hello = 'data: {"kind":"hello","approvals":[],"alarms":[]}\n\n';
const bye = 'data: {"kind":"bye"}\n\n';

test('lines split anywhere, with any line end, give the same messages', async () => {
  const text = ':beat\r\ndata: one\r\ndata: two\r\n\r\nevent: x\ndata:three\n\ndata: vier ü\r\r';
  const bytes = new TextEncoder().encode(text);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }), async (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const found: string[] = [];
      async function* chunks() {
        for (let i = 1; i < at.length; i++) yield bytes.slice(at[i - 1], at[i]);
        yield new TextEncoder().encode('\n');
      }
      for await (const message of readSse(chunks())) found.push(message.kind === 'data' ? message.text : '·');
      expect(found).toEqual(['·', 'one\ntwo', 'three', 'vier ü']);
    }),
  );
});

test('loss is said, and the next connection starts with what is waiting now', async () => {
  let connection = 0;
  await using daemon = await fakeDaemon((_, response) => {
    connection++;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(hello);
    if (connection === 1) setTimeout(() => response.destroy(), 20);
    else response.end(bye);
  });
  const abort = new AbortController();
  const waits: number[] = [];
  const found: ConnectionEvent[] = [];
  let made = 0;
  for await (const event of followEvents({
    connect: async () => {
      made++;
      return socketTransport({ socketPath: daemon.socketPath, token });
    },
    pause: async (ms) => (ms > 10_000 ? new Promise(() => {}) : void waits.push(ms)),
    signal: abort.signal,
  })) {
    found.push(event);
    if (found.length >= 7) break;
  }
  expect(found.map((event) => (event.kind === 'live' ? event.event.kind : event.kind))).toEqual([
    'connected',
    'hello',
    'lost',
    'connected',
    'hello',
    'bye',
    'lost',
  ]);
  expect(made).toBe(2);
  expect(waits[0]).toBe(250);
  abort.abort();
});

test('waits longer each time nobody answers; a refusal ends it', async () => {
  const waits: number[] = [];
  const abort = new AbortController();
  const events = followEvents({
    connect: async () => ({ why: 'the daemon is not running' }),
    pause: async (ms) => {
      waits.push(ms);
      if (waits.length === 6) abort.abort();
    },
    signal: abort.signal,
  });
  for await (const event of events) expect(event.kind).toBe('lost');
  expect(waits).toEqual([250, 500, 1000, 2000, 3000, 3000]);

  await using daemon = await fakeDaemon((_, response) => {
    response.writeHead(403);
    response.end('{}');
  });
  const found: string[] = [];
  for await (const event of followEvents({
    connect: async () => socketTransport({ socketPath: daemon.socketPath, token }),
    pause: () => new Promise(() => {}),
    signal: new AbortController().signal,
  })) {
    found.push(event.kind);
  }
  expect(found).toEqual(['refused']);
});

test('an event nobody knows is not shown: the connection counts as lost', async () => {
  await using daemon = await fakeDaemon((_, response) => {
    response.writeHead(200);
    response.write('data: {"kind":"approve-everything"}\n\n');
  });
  const abort = new AbortController();
  const found: ConnectionEvent[] = [];
  for await (const event of followEvents({
    connect: async () => socketTransport({ socketPath: daemon.socketPath, token }),
    pause: (ms) => (ms > 10_000 ? new Promise(() => {}) : Promise.resolve(abort.abort())),
    signal: abort.signal,
  })) {
    found.push(event);
  }
  expect(found.at(-1)).toMatchObject({ kind: 'lost', why: 'the daemon sent an event this program does not know' });
});

test('a daemon that has gone silent counts as lost, though its socket stands', async () => {
  await using daemon = await fakeDaemon((_, response) => {
    response.writeHead(200);
    response.write(hello);
  });
  const abort = new AbortController();
  const found: ConnectionEvent[] = [];
  const waits: number[] = [];
  for await (const event of followEvents({
    connect: async () => socketTransport({ socketPath: daemon.socketPath, token }),
    pause: async (ms) => {
      waits.push(ms);
      // Long enough for what has been sent to arrive, as if 40 s had passed.
      if (ms === 40_000) await new Promise((resolve) => setTimeout(resolve, 150));
      else abort.abort();
    },
    signal: abort.signal,
  })) {
    found.push(event);
  }
  expect(found.map((event) => (event.kind === 'live' ? event.event.kind : event.kind))).toEqual([
    'connected',
    'hello',
    'lost',
  ]);
  expect(found.at(-1)).toMatchObject({ why: 'the daemon has gone silent' });
  expect(waits).toContain(40_000);
});
