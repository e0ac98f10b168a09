// The daemon dies, or its disk does, at any moment of any decision. What was answered `run` is on record; what is not on
// record was not answered; and what waited never ran.
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type LedgerRecord, parseRecord } from '@castellan/contract';
import { readEntries, verifyLedger } from '@castellan/ledger';
import { fault, startDaemon, tempFolder } from '@castellan/testkit';
import { expect } from 'vitest';
import { daemonOnDisk } from './support/daemon-in-mounts.ts';
import { needs } from './support/machine.ts';
import {
  agentOver,
  MAIL,
  ofKind,
  SEND,
  sleep,
  type TestAgent,
  UNHURRIED,
  until,
  type World,
  world,
  worldOf,
} from './support/world.ts';

const KILLS = 15;
const LETTER = { to: 'a@b.c', subject: 'x', body: 'y' };

/** What the files say, without any daemon. */
async function recordsIn(home: string): Promise<readonly LedgerRecord[]> {
  const records: LedgerRecord[] = [];
  for await (const { entry } of readEntries(join(home, 'ledger'), 0)) {
    const record = parseRecord(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(entry)));
    if (record.ok) records.push(record.value);
  }
  return records;
}

interface Answered {
  /** Own ids of the calls that were answered `run`, and how. */
  readonly allowed: string[];
  readonly approved: string[];
  readonly refused: string[];
}

/** Calls without end from eight callers, and a person who approves whatever waits. Ends when the daemon does. */
function load(it: World, agent: TestAgent, round: number, answered: Answered): Promise<unknown> {
  const safe = async (caller: number): Promise<void> => {
    for (let n = 0; ; n += 1) {
      const id = `safe-${round}-${caller}-${n}`;
      const answer = await agent.pre('TodoWrite', { todos: [] }, { id });
      if (answer.verdict === 'allow') answered.allowed.push(id);
    }
  };
  const critical = async (caller: number): Promise<void> => {
    for (let n = 0; ; n += 1) {
      const id = `mail-${round}-${caller}-${n}`;
      const answer = await agent.pre(SEND, { ...LETTER, to: `${caller}-${n}@b.c` }, { id, server: MAIL });
      (answer.verdict === 'allow' ? answered.approved : answered.refused).push(id);
    }
  };
  const person = async (): Promise<void> => {
    for (;;) {
      const open = (await it.approvals()).filter(({ state }) => state.kind === 'pending');
      for (const approval of open) await it.approve(approval);
      await sleep(5);
    }
  };
  return Promise.allSettled([safe(0), safe(1), safe(2), safe(3), critical(0), critical(1), critical(2), person()]);
}

fault(
  'killed',
  ['L3', 'L1', 'L2', 'K2'],
  `killed ${KILLS} times in the middle of it: nothing was answered that is not on record`,
  async () => {
    const home = join(tempFolder(), 'state');
    const answered: Answered = { allowed: [], approved: [], refused: [] };
    let agent: Pick<TestAgent, 'id' | 'credential'> | undefined;
    for (let round = 0; round < KILLS; round += 1) {
      const it = worldOf(await startDaemon({ home, config: { limits: UNHURRIED } }));
      agent ??= await it.connect();
      const before = answered.allowed.length;
      const running = load(it, agentOver(it.daemon, agent.id, agent.credential), round, answered);
      // Each kill comes at another moment: after more and more answers, and a few milliseconds more or less.
      await until('some answers', () => (answered.allowed.length > before + round * 4 ? true : undefined));
      await sleep((round * 7) % 23);
      await it.daemon.kill();
      await running;
      const verified = await verifyLedger(join(home, 'ledger'));
      expect(verified.kind, JSON.stringify(verified)).toBe('verified');
      const records = await recordsIn(home);
      const attempts = new Map(ofKind(records, 'attempt').map((attempt) => [attempt.externalId, attempt]));
      for (const id of answered.allowed) expect(attempts.get(id)?.verdict.outcome, id).toBe('allow');
      const approvals = new Map(ofKind(records, 'approval').map((approval) => [approval.call, approval]));
      for (const id of answered.approved) {
        const attempt = attempts.get(id);
        expect(attempt?.verdict.outcome, id).toBe('confirm');
        const approval = attempt === undefined ? undefined : approvals.get(attempt.call);
        expect(approval?.state.kind, id).toBe('approved');
        expect(approval?.digest, id).toBe(attempt?.digest);
      }
    }
    expect(answered.allowed.length).toBeGreaterThan(KILLS * 4);
    expect(answered.approved.length).toBeGreaterThan(KILLS / 2);

    // The next start settles what the crashes left waiting: each call has an end, and no call has two.
    const last = worldOf(await startDaemon({ home }));
    await last.daemon.stop();
    const records = await recordsIn(home);
    const outcomes = new Map<string, string[]>();
    for (const { call, status } of ofKind(records, 'outcome'))
      outcomes.set(call, [...(outcomes.get(call) ?? []), status]);
    const approved = new Set(
      ofKind(records, 'approval').flatMap(({ call, state }) => (state.kind === 'approved' ? [call] : [])),
    );
    let interrupted = 0;
    for (const { call, verdict, externalId } of ofKind(records, 'attempt')) {
      const ends = outcomes.get(call) ?? [];
      expect(ends.length, externalId).toBeLessThan(2);
      if (verdict.outcome !== 'confirm' || approved.has(call)) continue;
      interrupted += 1;
      expect(ends, externalId).toEqual(['refused']);
    }
    expect(interrupted, 'some did wait when it died').toBeGreaterThan(3);
    expect((await verifyLedger(join(home, 'ledger'))).kind).toBe('verified');
  },
  { timeout: 120_000 },
);

fault('killed', ['L3', 'L1'], 'a call that waited is settled, however many came after it', async () => {
  const first = await world();
  const agent = await first.connect();
  void agent.pre(SEND, LETTER, { id: 'waits', server: MAIL }).catch(() => undefined);
  const [approval] = await first.waiting();
  // In groups: the daemon takes no more than about a thousand connections at once, and this is not about that.
  for (let group = 0; group < 11; group += 1) {
    const calls = Array.from({ length: 100 }, (_, n) =>
      agent.check('claude-code/TodoWrite', { todos: [] }, { id: `n${group}-${n}` }),
    );
    await Promise.all(calls);
  }
  await first.daemon.kill();
  const second = worldOf(await startDaemon({ home: first.daemon.home }));
  const outcomes = ofKind(await second.records(`call:${approval?.call}`), 'outcome');
  expect(outcomes).toMatchObject([{ status: 'refused', by: 'cancelled' }]);
  // And only once.
  await second.daemon.kill();
  const third = worldOf(await startDaemon({ home: first.daemon.home }));
  expect(ofKind(await third.records(`call:${approval?.call}`), 'outcome')).toHaveLength(1);
  await third[Symbol.asyncDispose]();
});

fault(
  'stopped',
  ['H4', 'K2'],
  'a stop answers every call that waits, and those on their way in, as cancelled',
  async () => {
    const it = await world();
    const agent = await it.connect();
    const waiting = Array.from({ length: 12 }, (_, n) =>
      agent.pre(SEND, { ...LETTER, to: `${n}@b.c` }, { server: MAIL }),
    );
    await it.waiting(12);
    const late = Array.from({ length: 30 }, (_, n) =>
      agent.pre(SEND, { ...LETTER, to: `late${n}@b.c` }, { server: MAIL }),
    );
    const caught = late.map((call) => call.then(({ verdict }) => verdict).catch(() => 'cut off'));
    const ended = await it.daemon.stop();
    for (const answer of await Promise.all(waiting)) {
      expect(answer.verdict).toBe('deny');
      expect(answer.reason).toContain('CANCELLED');
    }
    for (const verdict of await Promise.all(caught)) expect(['deny', 'cut off']).toContain(verdict);
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    for (const name of ['state.json', 'castellan.sock'])
      expect(existsSync(join(it.daemon.home, 'daemon', name)), name).toBe(false);
    const records = await recordsIn(it.daemon.home);
    const cancelled = ofKind(records, 'approval').filter(({ state }) => state.kind === 'cancelled');
    expect(cancelled.length).toBeGreaterThanOrEqual(12);
    expect(ofKind(records, 'outcome').every(({ status }) => status === 'refused')).toBe(true);
    expect(ofKind(records, 'daemon').at(-1)?.change).toBe('stopped');
    expect((await it.verify()).kind).toBe('verified');
  },
);

/** Fills the disk below `folder` to its last byte. */
function fill(folder: string): string {
  const path = join(folder, 'fill');
  const file = openSync(path, 'w');
  for (const size of [65_536, 4096, 512, 1]) {
    const chunk = new Uint8Array(size);
    try {
      while (writeSync(file, chunk) === size);
    } catch {
      // Full, to within this size.
    }
  }
  closeSync(file);
  return path;
}

fault(
  'disk-full',
  ['L3', 'N5', 'K2'],
  'on a disk that fills up every call is refused, a person sees why, and it recovers by itself',
  async () => {
    const { daemon, folder } = await daemonOnDisk(
      6000,
      JSON.stringify({
        schema: 'castellan/config/v1',
        preset: 'full-auto',
        approvals: { timeoutSeconds: 60 },
        limits: UNHURRIED,
        alarms: { diskFreeMiB: 1 },
      }),
    );
    await using it = worldOf(daemon);
    const agent = await it.connect();
    expect((await agent.pre('TodoWrite', { todos: [] })).verdict).toBe('allow');
    const waiting = agent.pre('Unknown', {}, { id: 'waits' });
    const [approval] = await it.waiting();
    const full = fill(folder);

    // The journal may have a few bytes left in its last page.
    await until('the first refusal', async () =>
      (await agent.pre('TodoWrite', { todos: [] })).verdict === 'deny' ? 1 : undefined,
    );
    const until3s = Date.now() + 3500;
    while (Date.now() < until3s) {
      const known = await agent.pre('TodoWrite', { todos: [] });
      expect(known.verdict).toBe('deny');
      expect(known.reason).toContain('could not be recorded');
      const api = await agent.check('claude-code/TodoWrite', { todos: [] });
      expect(api).toMatchObject({ kind: 'refused', refusal: 'not-recorded' });
      const fresh = await agent.pre('TodoWrite', { todos: [] }, { session: 'fresh' });
      expect(fresh.verdict, `a session it has never seen: ${fresh.text}`).toBe('deny');
      await sleep(100);
    }
    const { alarms, ledger } = await it.status();
    // That it is nearly full was said before.
    expect(alarms.map(({ kind }) => kind).toSorted()).toEqual(['disk-low', 'ledger-failed']);
    expect(ledger.failed).toContain('ENOSPC');
    // An answer that cannot be recorded releases nothing, and says so to whoever gave it.
    if (approval !== undefined) {
      const answer = await it.approve(approval);
      expect(answer.status, answer.text).toBe(503);
      expect(answer.json()).toMatchObject({ error: 'not_recorded' });
    }
    expect((await waiting).verdict).toBe('deny');

    rmSync(full);
    await until('recovery', async () =>
      (await agent.pre('TodoWrite', { todos: [] })).verdict === 'allow' ? 1 : undefined,
    );
    await expect.poll(async () => (await it.status()).alarms).toEqual([]);
    expect((await it.status()).ledger.failed).toBeNull();
    expect((await it.verify()).kind).toBe('verified');
    const outcomes = ofKind(await recordsIn(folder), 'outcome');
    expect(outcomes.every(({ status }) => status === 'refused')).toBe(true);

    // Ending on a full disk is an end like any other.
    fill(folder);
    const ended = await daemon.stop();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  },
  { timeout: 120_000, ...needs('root', 'namespace') },
);
