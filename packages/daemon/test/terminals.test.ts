// Terminals with hosts and watchers that are lists of messages: who sees what, who may type, what is recorded.
import type { Actor, Agent, AgentId, HostAnswer, LedgerRecord, WatcherAnswer } from '@castellan/contract';
import { createRedactor, type Redactor } from '@castellan/secrets';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { createExits } from '../src/exits/exits.ts';
import type { PeerEvents } from '../src/terminals/peer.ts';
import { Terminals } from '../src/terminals/terminals.ts';

const SECRET = 'Zq9-hunter2-Zq9';
const AGENT: AgentId = 'agent_abcdef';
const CLI: Actor = { kind: 'local-cli' };
const person = (name: string, role: 'admin' | 'approver' | 'viewer'): Actor => ({
  kind: 'person',
  user: `user_${name}xxxxx`,
  name,
  role,
  signIn: 'signin_abcdef',
});
const OPEN = { kind: 'open', terminal: { agent: AGENT, title: 'claude-code', columns: 80, rows: 24 } } as const;

class TestPeer<Answer> {
  readonly actor: Actor;
  readonly got: Answer[] = [];
  closed: string | null = null;
  events: PeerEvents | null = null;

  constructor(actor: Actor) {
    this.actor = actor;
  }

  send(text: string): boolean {
    this.got.push(JSON.parse(text) as Answer);
    return true;
  }

  close(_code: number, why: string): void {
    if (this.closed !== null) return;
    this.closed = why;
    this.events?.onClose();
  }

  say(message: unknown): void {
    this.events?.onText(JSON.stringify(message));
  }
}

/** Long enough for what waits for a silence. */
const silence = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 120));
const soon = async (): Promise<void> => {
  for (let n = 0; n < 4; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

function room(): {
  readonly terminals: Terminals;
  readonly redactor: Redactor;
  readonly records: LedgerRecord[];
  readonly state: { failed: string | null; changes: number };
  readonly roles: Map<string, Actor | null>;
  host(open?: object): TestPeer<HostAnswer>;
  watch(actor: Actor, id: string, seen?: number): Promise<TestPeer<WatcherAnswer>>;
} {
  const redactor = createRedactor([{ name: 'PASSWORD', value: SECRET }]);
  const records: LedgerRecord[] = [];
  const state = { failed: null as string | null, changes: 0 };
  const roles = new Map<string, Actor | null>();
  const terminals = new Terminals({
    clock: systemClock(),
    redactor,
    exits: createExits(redactor),
    standstill: { isInForce: false },
    records: {
      get failed() {
        return state.failed;
      },
      record: (record) => {
        if (state.failed !== null) return Promise.reject(new Error(state.failed));
        records.push(record);
        return Promise.resolve(records.length);
      },
    },
    agents: {
      get: (id) => (id === AGENT ? ({ id, name: 'claude', revokedAt: null } as unknown as Agent) : null),
    },
    now: (actor) => (actor.kind === 'person' && roles.has(actor.name) ? (roles.get(actor.name) ?? null) : actor),
    changed: () => {
      state.changes += 1;
    },
  });
  return {
    terminals,
    redactor,
    records,
    state,
    roles,
    host(open = OPEN) {
      const peer = new TestPeer<HostAnswer>(CLI);
      peer.events = terminals.host(peer);
      peer.say(open);
      return peer;
    },
    async watch(actor, id, seen) {
      const peer = new TestPeer<WatcherAnswer>(actor);
      peer.events = terminals.watch(peer, id, seen ?? null);
      await soon();
      return peer;
    },
  };
}

const idOf = (host: TestPeer<HostAnswer>): string => {
  const [first] = host.got;
  if (first?.kind !== 'opened') throw new Error(JSON.stringify(first));
  return first.terminal;
};
const keyOf = (host: TestPeer<HostAnswer>): string => {
  const [first] = host.got;
  if (first?.kind !== 'opened') throw new Error(JSON.stringify(first));
  return first.key;
};
const inputs = (host: TestPeer<HostAnswer>): readonly string[] =>
  host.got.flatMap((answer) => (answer.kind === 'input' ? [answer.text] : []));
const seen = (peer: TestPeer<WatcherAnswer>): string =>
  peer.got.map((answer) => (answer.kind === 'output' || answer.kind === 'screen' ? answer.text : '')).join('');

test('what the host sends is shown, and what a person types arrives', async () => {
  const it = room();
  const host = it.host();
  host.say({ kind: 'output', text: 'Do you want to proceed?\r\n 1. Yes ' });
  const mia = await it.watch(person('mia', 'approver'), idOf(host));
  expect(mia.got[0]).toMatchObject({ kind: 'screen', mayType: true, terminal: { agentName: 'claude', columns: 80 } });
  mia.say({ kind: 'input', text: '1\r' });
  host.say({ kind: 'output', text: 'going on\r\n' });
  await silence();
  expect(inputs(host)).toEqual(['1\r']);
  expect(seen(mia)).toBe('Do you want to proceed?\r\n 1. Yes going on\r\n');
  expect(it.terminals.list()).toMatchObject([{ watchers: ['mia'], endedAt: null }]);
});

test('what waits for the end of a word is shown when nothing comes', async () => {
  const it = room();
  const host = it.host();
  const mia = await it.watch(person('mia', 'viewer'), idOf(host));
  host.say({ kind: 'output', text: 'name: m' });
  await silence();
  expect(seen(mia)).toBe('name: m');
});

describe('a known secret', () => {
  test('cut over messages and silences is never shown', async () => {
    const it = room();
    const host = it.host();
    const mia = await it.watch(person('mia', 'admin'), idOf(host));
    for (const piece of ['key Zq', '9-hun', 'ter2-Z', 'q9 end']) {
      host.say({ kind: 'output', text: piece });
      await silence();
    }
    expect(seen(mia)).toBe('key Zq[REDACTED:PASSWORD] end');
    const late = await it.watch(person('late', 'admin'), idOf(host));
    expect(seen(late)).not.toContain('hunter2');
  });

  test('hidden in a link, a title or behind colours is not shown either', async () => {
    const it = room();
    const host = it.host();
    const mia = await it.watch(person('mia', 'admin'), idOf(host));
    host.say({
      kind: 'output',
      text: `\u001b]0;${SECRET}\u0007\u001b]8;;https://x/${SECRET}\u001b\\a\u001b]8;;\u001b\\ `,
    });
    host.say({ kind: 'output', text: `${SECRET.slice(0, 6)}\u001b]8;;\u001b\\${SECRET.slice(6)} z` });
    await silence();
    expect(seen(mia)).toBe('a [REDACTED:PASSWORD] z');
  });

  test('that is named afterwards is not shown from what was kept', async () => {
    const it = room();
    const host = it.host();
    host.say({ kind: 'output', text: `${'line of text\r\n'.repeat(9000)}my-later-secret-77 end ` });
    await silence();
    it.redactor.learn({ name: 'LATER', value: 'my-later-secret-77' });
    const mia = await it.watch(person('mia', 'admin'), idOf(host));
    host.say({ kind: 'output', text: 'meanwhile ' });
    await silence();
    expect(mia.got[0]).toMatchObject({ kind: 'screen' });
    expect(seen(mia).endsWith('line of text\r\n[REDACTED:LATER] end meanwhile ')).toBe(true);
    expect(seen(mia).match(/line of text/g)).toHaveLength(9000);
  });

  test('typed by a person arrives as it is, and is in no record', async () => {
    const it = room();
    const host = it.host();
    const mia = await it.watch(person('mia', 'admin'), idOf(host));
    mia.say({ kind: 'input', text: `${SECRET}\r` });
    mia.close(1000, 'left');
    await soon();
    expect(inputs(host)).toEqual([`${SECRET}\r`]);
    expect(JSON.stringify(it.records)).not.toContain('hunter');
    expect(it.records.filter((record) => record.kind === 'terminal')).toMatchObject([
      { change: 'opened', by: 'program:local' },
      { change: 'watched', by: 'person:mia' },
      { change: 'typed', by: 'person:mia', characters: SECRET.length + 1 },
      { change: 'left', by: 'person:mia' },
    ]);
  });
});

describe('only whoever may answer types', () => {
  test.each([
    ['a viewer', person('vera', 'viewer')],
    [
      'automation',
      {
        kind: 'api-token',
        token: 'apitoken_abcdef',
        name: 'ci',
        permissions: new Set(['terminals:watch', 'approvals:resolve']),
      },
    ],
  ] as const)('%s looks', async (_name, actor) => {
    const it = room();
    const host = it.host();
    const peer = await it.watch(actor as Actor, idOf(host));
    expect(peer.got[0]).toMatchObject({ kind: 'screen', mayType: false });
    peer.say({ kind: 'input', text: '1\r' });
    expect(inputs(host)).toEqual([]);
    expect(peer.got.at(-1)).toMatchObject({
      kind: 'screen',
      mayType: false,
      why: expect.stringContaining('look'),
      text: '',
    });
  });

  test('a role that ends while the page is open ends the typing', async () => {
    const it = room();
    const host = it.host();
    const mia = await it.watch(person('mia', 'admin'), idOf(host));
    it.roles.set('mia', person('mia', 'viewer'));
    mia.say({ kind: 'input', text: '1\r' });
    it.roles.set('mia', null);
    mia.say({ kind: 'input', text: '1\r' });
    expect(inputs(host)).toEqual([]);
  });

  test('before the screen was shown nothing arrives', () => {
    const it = room();
    const host = it.host();
    const early = new TestPeer<WatcherAnswer>(person('mia', 'admin'));
    early.events = it.terminals.watch(early, idOf(host), null);
    early.say({ kind: 'input', text: '1\r' });
    expect(inputs(host)).toEqual([]);
  });

  test('without a ledger nobody comes in and nobody types', async () => {
    const it = room();
    const host = it.host();
    const mia = await it.watch(person('mia', 'admin'), idOf(host));
    it.state.failed = 'disk full';
    mia.say({ kind: 'input', text: '1\r' });
    const late = await it.watch(person('late', 'admin'), idOf(host));
    expect(inputs(host)).toEqual([]);
    expect(late.got.map(({ kind }) => kind)).toEqual(['refused']);
    expect(late.closed).not.toBeNull();
  });
});

test("what a watcher's terminal answers by itself is not typing", async () => {
  const it = room();
  const host = it.host();
  const mia = await it.watch(person('mia', 'admin'), idOf(host));
  host.say({ kind: 'output', text: 'q\u001b[c\u001b[6n\u001bP$qm\u001b\\\u001b[>q\u0005 ' });
  await silence();
  expect(seen(mia)).toBe('q ');
  for (const text of ['\u001b[?1;2c', '\u001b[2;3R', '\u001bP1$r1\r\u001b\\', '\u001b[I'])
    mia.say({ kind: 'input', text });
  mia.close(1000, 'left');
  await soon();
  expect(inputs(host)).toEqual([]);
  expect(it.records.some((record) => record.kind === 'terminal' && record.change === 'typed')).toBe(false);
});

test('a page that was away goes on where it was, or is told everything that is kept', async () => {
  const it = room();
  const host = it.host();
  const mia = await it.watch(person('mia', 'admin'), idOf(host));
  host.say({ kind: 'output', text: 'one two ' });
  await silence();
  const last = mia.got.findLast(({ kind }) => kind === 'output');
  const { seq } = last as Extract<WatcherAnswer, { kind: 'output' }>;
  mia.close(1006, 'away');
  host.say({ kind: 'output', text: 'three ' });
  await silence();
  const back = await it.watch(person('mia', 'admin'), idOf(host), seq);
  expect(back.got[0]).toMatchObject({ kind: 'screen', text: 'three ', seq: seq + 6 });
  const wrong = await it.watch(person('mia', 'admin'), idOf(host), 99_999);
  expect(wrong.got[0]).toMatchObject({ kind: 'screen', text: 'one two three ' });
});

test('a program whose connection was lost goes on with its terminal; another one gets its own', async () => {
  const it = room();
  const host = it.host();
  const id = idOf(host);
  const mia = await it.watch(person('mia', 'admin'), id);
  host.say({ kind: 'output', text: 'before ' });
  host.close(1006, 'lost');
  mia.say({ kind: 'input', text: 'x' });
  expect(mia.got.at(-1)).toMatchObject({ kind: 'screen', mayType: false, why: expect.stringContaining('away') });
  const again = it.host({ kind: 'open', terminal: { ...OPEN.terminal, columns: 100, terminal: id, key: keyOf(host) } });
  expect(idOf(again)).toBe(id);
  again.say({ kind: 'output', text: 'after ' });
  await silence();
  expect(seen(mia)).toBe('before after ');
  expect(mia.got.findLast(({ kind }) => kind === 'screen')).toMatchObject({ mayType: true });
  expect(mia.got).toContainEqual({ kind: 'size', columns: 100, rows: 24 });
  // Held: nobody takes it over.
  const thief = it.host({ kind: 'open', terminal: { ...OPEN.terminal, terminal: id, key: keyOf(host) } });
  expect(idOf(thief)).not.toBe(id);
});

test('an end is told, recorded, and stays listed', async () => {
  const it = room();
  const host = it.host();
  const mia = await it.watch(person('mia', 'admin'), idOf(host));
  host.say({ kind: 'output', text: 'bye' });
  host.say({ kind: 'exit', code: 3 });
  expect(seen(mia)).toBe('bye');
  expect(mia.got.at(-1)).toEqual({ kind: 'ended', exitCode: 3 });
  mia.say({ kind: 'input', text: 'x' });
  expect(inputs(host)).toEqual([]);
  expect(it.terminals.list()).toMatchObject([{ exitCode: 3 }]);
  expect(it.records.at(-1)).toMatchObject({ kind: 'terminal', change: 'closed' });
  const late = await it.watch(person('late', 'viewer'), idOf(host));
  expect(late.got[0]).toMatchObject({ kind: 'screen', text: 'bye', mayType: false });
});

describe('bounds', () => {
  test('so many terminals, so many watchers, so much that is kept', async () => {
    const it = room();
    const host = it.host();
    for (let n = 0; n < 31; n += 1) it.host();
    expect(it.host().got[0]).toMatchObject({ kind: 'refused' });
    const peers = await Promise.all(Array.from({ length: 20 }, () => it.watch(person('mia', 'viewer'), idOf(host))));
    expect(peers.filter(({ closed }) => closed !== null)).toHaveLength(4);
    for (let n = 0; n < 20; n += 1) host.say({ kind: 'output', text: 'x y '.repeat(32_768) });
    const late = it.terminals.list().at(-1);
    expect(late?.watchers).toEqual(['mia']);
    peers[0]?.close(1000, 'left');
    const back = await it.watch(person('mia', 'viewer'), idOf(host));
    expect(seen(back).length).toBeLessThanOrEqual(1024 * 1024);
  });

  test.each([
    ['nothing', ''],
    ['no message', '{"kind":"other"}'],
    ['output before it is open', '{"kind":"output","text":"x"}'],
    [
      'an agent that is not connected',
      JSON.stringify({ ...OPEN, terminal: { ...OPEN.terminal, agent: 'agent_zzzzzz' } }),
    ],
    ['a size of nothing', JSON.stringify({ ...OPEN, terminal: { ...OPEN.terminal, columns: 0 } })],
  ])('refused: %s', (_name, text) => {
    const it = room();
    const peer = new TestPeer<HostAnswer>(CLI);
    peer.events = it.terminals.host(peer);
    peer.events.onText(text);
    expect(peer.closed).not.toBeNull();
    expect(it.terminals.list()).toEqual([]);
  });

  test('a watcher that sends what is no message is closed; of no terminal nothing is told', async () => {
    const it = room();
    const host = it.host();
    const mia = await it.watch(person('mia', 'admin'), idOf(host));
    mia.events?.onText('{"kind":"output","text":"x","seq":1}');
    expect(mia.closed).not.toBeNull();
    const lost = await it.watch(person('mia', 'admin'), 'terminal_zzzzzz');
    expect(lost.got).toMatchObject([{ kind: 'refused' }]);
    expect(lost.closed).not.toBeNull();
  });
});
