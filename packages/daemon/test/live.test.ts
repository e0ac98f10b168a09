// Live messages: whatever falls between a page and the daemon, a page that comes back knows what the daemon knows.
import { type LiveEvent, type LiveMessage, liveMessageSchema, parserOf } from '@castellan/contract';
import { createRedactor } from '@castellan/secrets';
import { verifies } from '@castellan/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventBus } from '../src/events.ts';
import { createExits } from '../src/exits/exits.ts';
import { tellChanges } from '../src/http/live/changes.ts';
import type { Connection, ConnectionEvents } from '../src/http/live/connection.ts';
import { openFeed } from '../src/http/live/feed.ts';
import { Replay, type ReplayBounds } from '../src/http/live/replay.ts';
import { approval, manualClock } from './fixtures.ts';

const parse = parserOf(liveMessageSchema);

/** A daemon whose whole state is how each approval stands. */
function server(epoch: string, bounds: ReplayBounds) {
  const events = createEventBus();
  const exits = createExits(createRedactor());
  const approvals = new Map<string, ReturnType<typeof approval>>();
  const hello = (): LiveEvent => ({ kind: 'hello', approvals: [...approvals.values()], alarms: [] });
  const connect = openFeed({ events, exits, replay: new Replay(epoch, bounds), clock: manualClock(), hello });
  return {
    connect,
    state: () => [...approvals.keys()].sort(),
    add(id: string): void {
      approvals.set(id, approval(id));
      events.publish({ kind: 'approval', approval: approval(id) });
    },
    answer(id: string): void {
      if (!approvals.delete(id)) return;
      const state = { kind: 'denied', by: 'person:mia', at: 1 } as const;
      events.publish({ kind: 'approval', approval: { ...approval(id), state } });
    },
  };
}

/** A page, at the other end of a wire on which messages wait to be delivered, or are lost with the connection. */
class Page {
  readonly known = new Set<string>();
  #seen: { readonly epoch: string; readonly seq: number } | null = null;
  #wire: LiveMessage[] = [];
  #events: ConnectionEvents = {};
  connected = false;

  connect({ connect }: Pick<ReturnType<typeof server>, 'connect'>): void {
    if (this.connected) return;
    this.connected = true;
    this.#wire = [];
    const actor = { kind: 'local-cli' } as const;
    const connection: Connection = {
      actor,
      behind: 0,
      send: (text) => {
        const message = parse(JSON.parse(text.toString()));
        if (!message.ok) throw new Error(JSON.stringify(message.faults));
        this.#wire.push(message.value);
        return true;
      },
      close: () => this.drop(),
      pause: () => undefined,
      resume: () => undefined,
    };
    const query = this.#seen === null ? {} : { epoch: this.#seen.epoch, seen: this.#seen.seq };
    this.#events = connect(connection, { actor, query, terminal: '', mcp: {}, said: {} });
  }

  /** The next `count` messages arrive. */
  receive(count: number): void {
    for (const { epoch, seq, event } of this.#wire.splice(0, count)) {
      if (event.kind === 'hello') {
        this.known.clear();
        for (const { id } of event.approvals) this.known.add(id.slice('approval_'.length));
      } else {
        expect(this.#seen, 'no message is left out and none comes twice').toEqual({ epoch, seq: seq - 1 });
        if (event.kind === 'approval') {
          const id = event.approval.id.slice('approval_'.length);
          if (event.approval.state.kind === 'pending') this.known.add(id);
          else this.known.delete(id);
        }
      }
      this.#seen = { epoch, seq };
    }
  }

  drop(): void {
    if (!this.connected) return;
    this.connected = false;
    this.#wire = [];
    this.#events.onClose?.();
  }
}

const id = fc.constantFrom('aaaaaa', 'bbbbbb', 'cccccc');
const page = fc.constantFrom(0, 1);
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), id }),
  fc.record({ kind: fc.constant('answer' as const), id }),
  fc.record({ kind: fc.constant('connect' as const), page }),
  fc.record({ kind: fc.constant('receive' as const), page, count: fc.nat(4) }),
  fc.record({ kind: fc.constant('drop' as const), page }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

verifies(['W3'], 'however pages come, go and lose messages, in the end each knows what the daemon knows', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(6), (steps, count) => {
      let run = 0;
      let it = server(`run${run}`, { count, bytes: 1e6 });
      const pages = [new Page(), new Page()];
      for (const each of steps) {
        if (each.kind === 'add' || each.kind === 'answer') it[each.kind](each.id);
        else if (each.kind === 'restart') {
          for (const one of pages) one.drop();
          run += 1;
          it = server(`run${run}`, { count, bytes: 1e6 });
        } else if (each.kind === 'connect') pages[each.page]?.connect(it);
        else if (each.kind === 'drop') pages[each.page]?.drop();
        else pages[each.page]?.receive(each.count);
      }
      for (const one of pages) {
        one.connect(it);
        one.receive(Number.POSITIVE_INFINITY);
        expect([...one.known].sort()).toEqual(it.state());
      }
    }),
    { numRuns: 500 },
  );
});

test('what is kept for replay is bounded in count and in bytes, and never given back in part', () => {
  const replay = new Replay('run', { count: 3, bytes: 200 });
  for (let n = 1; n <= 5; n += 1) replay.add(`"${n}"`);
  expect(replay.since('run', 5)).toEqual([]);
  expect(replay.since('run', 2)?.map((frame) => JSON.parse(frame.toString()).seq)).toEqual([3, 4, 5]);
  for (const seen of [1, 0, 6, undefined]) expect(replay.since('run', seen), String(seen)).toBeNull();
  for (const epoch of ['other', undefined]) expect(replay.since(epoch, 5), String(epoch)).toBeNull();
  replay.add(JSON.stringify('x'.repeat(500)));
  expect(replay.since('run', 5), 'larger than all that is kept').toBeNull();
  expect(replay.since('run', 6)).toEqual([]);
});

test('each event is redacted and written once, however many pages are open', () => {
  const events = createEventBus();
  let written = 0;
  const exits = createExits(createRedactor());
  const counted = {
    ...exits,
    json: (value: unknown) => {
      written += 1;
      return exits.json(value);
    },
  };
  const sent = new Set<unknown>();
  const connect = openFeed({
    events,
    exits: counted,
    replay: new Replay('run'),
    clock: manualClock(),
    hello: () => ({ kind: 'hello', approvals: [], alarms: [] }),
  });
  const actor = { kind: 'local-cli' } as const;
  for (let n = 0; n < 100; n += 1)
    connect(
      {
        actor,
        behind: 0,
        send: (text) => {
          sent.add(text);
          return true;
        },
        close: () => undefined,
        pause: () => undefined,
        resume: () => undefined,
      },
      { actor, query: {}, terminal: '', mcp: {}, said: {} },
    );
  expect([written, sent.size], 'one greeting').toEqual([1, 1]);
  events.publish({ kind: 'changed', what: 'grants' });
  expect([written, sent.size], 'and one message').toEqual([2, 2]);
});

test('where nobody watches nothing is written, and who comes back late is told how everything stands', () => {
  const clock = manualClock();
  const events = createEventBus();
  const exits = createExits(createRedactor());
  let written = 0;
  const counted = {
    ...exits,
    json: (value: unknown) => {
      written += 1;
      return exits.json(value);
    },
  };
  const connect = openFeed({
    events,
    exits: counted,
    replay: new Replay('run'),
    clock,
    hello: () => ({ kind: 'hello', approvals: [], alarms: [] }),
  });
  const actor = { kind: 'local-cli' } as const;
  const open = (query: { readonly epoch?: string; readonly seen?: number }) => {
    const told: { readonly seq: number; readonly event: { readonly kind: string } }[] = [];
    const send = (text: string | Buffer): boolean => told.push(JSON.parse(text.toString())) > 0;
    const connection = { actor, behind: 0, send, close: () => {}, pause: () => {}, resume: () => {} };
    const { onClose } = connect(connection, { actor, query, terminal: '', mcp: {}, said: {} });
    return { told, leave: () => onClose?.(), seen: () => told.at(-1)?.seq ?? 0 };
  };
  const change = { kind: 'changed', what: 'grants' } as const;
  events.publish(change);
  expect([written, events.isWanted('call')], 'nobody was ever here').toEqual([0, false]);
  const page = open({});
  events.publish(change);
  page.leave();
  events.publish(change);
  const soon = open({ epoch: 'run', seen: page.seen() });
  expect(
    soon.told.map(({ event }) => event.kind),
    'away for a moment',
  ).toEqual(['changed']);
  soon.leave();
  clock.advance(3_600_000);
  const before = written;
  events.publish(change);
  expect([written, events.isWanted('call')], 'away for an hour').toEqual([before, false]);
  expect(open({ epoch: 'run', seen: soon.seen() }).told.map(({ event }) => event.kind)).toEqual(['hello']);
});

test('many records of a kind are told as one change, and what nobody shows is not told', () => {
  const clock = manualClock();
  const events = createEventBus();
  const told: LiveEvent[] = [];
  events.subscribe((event) => told.push(event));
  const tell = tellChanges(clock, events);
  const change = { kind: 'secret', at: 1, secret: 'a', change: 'used', by: 'model:x' } as const;
  for (let n = 0; n < 50; n += 1) tell(change);
  tell({ kind: 'daemon', at: 1, change: 'started', version: '1' });
  clock.advance(1000);
  expect(told).toEqual([{ kind: 'changed', what: 'secrets' }]);
  tell(change);
  clock.advance(1000);
  expect(told).toHaveLength(2);
});
