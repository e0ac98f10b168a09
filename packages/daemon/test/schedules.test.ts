// The schedules over a real store and a clock that is moved: at most one start for each time, across restarts, sleeps, a clock
// that is set, a ledger that fails; overlap, missed times, pause, the last of so many.
import { join } from 'node:path';
import type { LedgerRecord, ScheduleDraft } from '@castellan/contract';
import { createRedactor } from '@castellan/secrets';
import { tempFolder } from '@castellan/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createExits } from '../src/exits/exits.ts';
import { ScheduleStore, Schedules } from '../src/schedule/index.ts';
import type { Came, Starter } from '../src/schedule/targets.ts';
import { openStore } from '../src/store/index.ts';
import { manualClock } from './fixtures.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-28T00:00:00Z');

interface Begun {
  readonly dueAt: number;
  readonly signal: AbortSignal;
  end(came?: Came): void;
}
type ScheduleRecord = Extract<LedgerRecord, { readonly kind: 'schedule' }>;

async function house() {
  const folder = tempFolder();
  const clock = manualClock(START);
  const redactor = createRedactor();
  const exits = createExits(redactor);
  const store = await openStore(join(folder, 'castellan.db'), exits.row);
  onTestFinished(() => store[Symbol.asyncDispose]());
  const begun: Begun[] = [];
  const told: ScheduleRecord[] = [];
  const state = { why: null as string | null, ledger: true };
  const starter: Starter = {
    obstacle: () => Promise.resolve(state.why === null ? null : { why: state.why, hint: 'do it' }),
    start: (_target, { dueAt }, signal) => {
      const { promise, resolve } = Promise.withResolvers<Came>();
      begun.push({ dueAt, signal, end: (came = { outcome: 'succeeded', text: '' }) => resolve(came) });
      signal.addEventListener('abort', () => resolve({ outcome: 'failed', text: 'ended' }));
      return Promise.resolve({ ended: promise });
    },
  };
  const records = {
    record: (record: LedgerRecord) => {
      if (!state.ledger) return Promise.reject(new Error('the disk is full'));
      if (record.kind === 'schedule') told.push(record);
      return Promise.resolve(told.length);
    },
    query: () => Promise.resolve([...told].reverse().map((record, index) => ({ index, record }))),
  };
  const open = async (): Promise<Schedules> => {
    const schedules = await Schedules.open({ clock, exits, records, store: new ScheduleStore(store), starter });
    schedules.begin();
    await settled();
    return schedules;
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settled();
  };
  return { clock, redactor, begun, told, state, open, pass, store };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const draft = (more: Partial<ScheduleDraft> = {}): ScheduleDraft => ({
  name: 'tidy',
  target: { kind: 'script', script: 'tidy', args: [] },
  cron: '*/10 * * * *',
  timeZone: 'UTC',
  overlap: 'skip',
  missed: 'skip',
  times: null,
  ...more,
});
async function added(schedules: Schedules, more: Partial<ScheduleDraft> = {}) {
  const made = await schedules.add(draft(more), 'person:mia');
  if (!made.ok) throw new Error(made.message);
  return made.value;
}
const changes = (told: readonly ScheduleRecord[]): readonly string[] => told.map(({ change }) => change);

test('it starts when it is due and not before; the record of it is there first', async () => {
  const { open, begun, told, pass } = await house();
  const schedules = await open();
  await added(schedules);
  await pass(9 * MINUTE);
  expect(begun).toHaveLength(0);
  await pass(MINUTE);
  expect(begun.map(({ dueAt }) => dueAt)).toEqual([START + 10 * MINUTE]);
  expect(changes(told)).toEqual(['made', 'started']);
  begun[0]?.end({ outcome: 'failed', text: 'no such host' });
  await settled();
  const [shown] = await schedules.list();
  expect(shown?.last).toMatchObject({ outcome: 'failed', text: 'no such host' });
  expect(shown?.nextAt).toBe(START + 20 * MINUTE);
  expect(told.at(-1)).toMatchObject({ change: 'ended', text: 'tidy: failed, no such host' });
});

test('what cannot be recorded does not start', async () => {
  const { open, begun, state, pass } = await house();
  const schedules = await open();
  await added(schedules);
  state.ledger = false;
  await pass(10 * MINUTE);
  expect(begun).toHaveLength(0);
  expect(await schedules.add(draft({ name: 'late' }), 'person:mia')).toMatchObject({ ok: false, code: 'not-recorded' });
});

test('a restart starts nothing twice; what ran then has an unknown end', async () => {
  const { open, begun, told, pass } = await house();
  await added(await open());
  await pass(10 * MINUTE);
  expect(begun).toHaveLength(1);
  // Killed: nothing of the old one is told anything.
  const again = await open();
  await settled();
  expect(begun).toHaveLength(1);
  const [shown] = await again.list();
  expect(shown?.last?.outcome).toBe('unknown');
  expect(told.at(-1)).toMatchObject({ change: 'ended' });
  await again[Symbol.asyncDispose]();
});

test('a database that lost its last writes does not start again what the ledger says has started', async () => {
  const { open, begun, pass, store, clock } = await house();
  const schedules = await open();
  const { id } = await added(schedules);
  const before = await store.db.selectFrom('schedules').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  await pass(10 * MINUTE);
  expect(begun).toHaveLength(1);
  await store.db.updateTable('schedules').set({ data: before.data }).execute();
  await store.db.deleteFrom('occasions').execute();
  const again = await open();
  await settled();
  expect(begun).toHaveLength(1);
  expect(clock.now()).toBe(START + 10 * MINUTE);
  await again[Symbol.asyncDispose]();
});

test('the machine slept: left out and said, or made up for once', async () => {
  const { open, begun, told, clock, pass } = await house();
  const first = await open();
  await added(first, { name: 'skips', cron: '0 3 * * *' });
  await added(first, { name: 'once', cron: '0 3 * * *', missed: 'once' });
  // No timer fires while a machine sleeps, and it wakes at noon, three days later.
  await first[Symbol.asyncDispose]();
  clock.advance(3 * 24 * 60 * MINUTE + 12 * 60 * MINUTE);
  const schedules = await open();
  expect(begun).toHaveLength(1);
  const listed = await schedules.list();
  expect(listed.find(({ name }) => name === 'skips')?.last).toMatchObject({ outcome: 'missed' });
  expect(listed.find(({ name }) => name === 'once')?.last).toMatchObject({ outcome: 'running' });
  expect(told.filter(({ change }) => change === 'missed').map(({ text }) => text)).toEqual([
    expect.stringContaining('skips: the daemon was not running, or the machine slept: due 4 times, 2026-03-28'),
    expect.stringContaining('once: the daemon was not running, or the machine slept: due 3 times, 2026-03-28'),
  ]);
  await pass(20_000);
  expect(begun).toHaveLength(1);
});

test('a clock that is set forward is a sleep; what was due then is not due again', async () => {
  const { open, begun, pass } = await house();
  const schedules = await open();
  await added(schedules, { cron: '0 * * * *' });
  await pass(60 * MINUTE);
  begun[0]?.end();
  await settled();
  // The daemon's clock never goes back (clock.ts): what is set back stands still for it. Nothing is due twice.
  await pass(0);
  await pass(59 * MINUTE);
  expect(begun).toHaveLength(1);
  await pass(MINUTE);
  expect(begun).toHaveLength(2);
});

test('a name stands for one schedule: a second of it is refused, when it is made and when it is changed', async () => {
  const { open, told } = await house();
  const schedules = await open();
  await added(schedules, { name: 'nightly' });
  const { id } = await added(schedules, { name: 'weekly' });
  const taken = { ok: false, code: 'conflict', path: 'name', message: 'there is a schedule `nightly` already' };
  expect(await schedules.add(draft({ name: 'nightly' }), 'person:mia')).toMatchObject(taken);
  expect(await schedules.change(id, { name: 'nightly' }, 'person:mia')).toMatchObject(taken);
  expect((await schedules.change(id, { name: 'weekly', paused: true }, 'person:mia')).ok).toBe(true);
  expect(await schedules.list()).toHaveLength(2);
  expect(changes(told)).toEqual(['made', 'made', 'paused']);
});

test('overlap: left out while the last one runs, or one waits and no more', async () => {
  const { open, begun, told, pass } = await house();
  const schedules = await open();
  await added(schedules);
  const queued = await added(schedules, { name: 'queued', overlap: 'queue' });
  await pass(10 * MINUTE);
  expect(begun).toHaveLength(2);
  await pass(10 * MINUTE);
  await pass(10 * MINUTE);
  expect(begun).toHaveLength(2);
  expect(told.filter(({ change }) => change === 'skipped').map(({ text }) => text)).toEqual([
    'tidy: the one before it still ran',
    'tidy: the one before it still ran',
    'queued: the one before it still ran, and one waited already',
  ]);
  for (const one of begun) one.end();
  await settled();
  expect(begun).toHaveLength(3);
  expect(begun[2]?.dueAt).toBe(START + 20 * MINUTE);
  const seen = await schedules.view(queued.id);
  expect(seen.ok && seen.value.schedule.started).toBe(2);
});

test('what may not run does not, and says why; it starts once it may', async () => {
  const { open, begun, state, pass } = await house();
  const schedules = await open();
  await added(schedules);
  state.why = 'no version of script `tidy` is approved';
  await pass(10 * MINUTE);
  expect(begun).toHaveLength(0);
  const [shown] = await schedules.list();
  expect(shown).toMatchObject({ why: state.why, started: 0, last: { outcome: 'skipped', text: state.why } });
  state.why = null;
  await pass(10 * MINUTE);
  expect(begun).toHaveLength(1);
});

test('so many times and no more; a run by hand is not one of them', async () => {
  const { open, begun, state, pass } = await house();
  const schedules = await open();
  const { id } = await added(schedules, { times: 2 });
  const now = await schedules.runNow(id, 'person:mia');
  expect(now).toMatchObject({ ok: true, value: { schedule: { started: 0 }, occasions: [{ by: 'person:mia' }] } });
  expect(await schedules.runNow(id, 'person:mia')).toMatchObject({ ok: false, code: 'conflict' });
  begun[0]?.end();
  await settled();
  state.why = 'a panic was declared';
  const refused = { ok: false, code: 'conflict', message: 'a panic was declared', hint: 'do it' };
  expect(await schedules.runNow(id, 'person:mia')).toMatchObject(refused);
  state.why = null;
  for (let time = 0; time < 4; time += 1) {
    await pass(10 * MINUTE);
    begun.at(-1)?.end();
    await settled();
  }
  expect(begun).toHaveLength(3);
  const [shown] = await schedules.list();
  expect(shown).toMatchObject({ nextAt: null, started: 2, why: 'it was started as often as it was to be' });
});

test('paused, it starts nothing and makes up for nothing; changed, it goes by its new times', async () => {
  const { open, begun, told, pass } = await house();
  const schedules = await open();
  const { id } = await added(schedules, { missed: 'once' });
  await schedules.change(id, { paused: true }, 'person:mia');
  await pass(60 * MINUTE);
  expect(begun).toHaveLength(0);
  await schedules.change(id, { paused: false }, 'person:mia');
  await settled();
  expect(begun).toHaveLength(0);
  await schedules.change(id, { cron: '0 * * * *', name: 'hourly' }, 'person:mia');
  await pass(50 * MINUTE);
  expect(begun).toHaveLength(0);
  await pass(10 * MINUTE);
  expect(begun).toHaveLength(1);
  expect(changes(told)).toEqual(['made', 'paused', 'resumed', 'changed', 'started']);
  expect(await schedules.change(id, { cron: 'nonsense' }, 'person:mia')).toMatchObject({ code: 'bad', path: 'cron' });
});

test('what it started ends with it, and with the daemon', async () => {
  const { open, begun, told, pass } = await house();
  const schedules = await open();
  const one = await added(schedules);
  await added(schedules, { name: 'other' });
  await pass(10 * MINUTE);
  await schedules.remove(one.id, 'person:mia');
  await settled();
  expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  await schedules[Symbol.asyncDispose]();
  expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(told.at(-1)).toMatchObject({ change: 'ended', text: 'other: failed, the daemon stopped' });
  expect(changes(told)).toContain('removed');
});

test('a hundred and no more; none that holds a secret, none that is never due, none of what is not there', async () => {
  const { open, redactor, state } = await house();
  const schedules = await open();
  redactor.learn({ name: 'API_KEY', value: 'hunter2-hunter2-hunter2' });
  const target = { kind: 'script', script: 'tidy', args: ['hunter2-hunter2-hunter2'] } as const;
  const refused = await schedules.add(draft({ target: { ...target, args: [...target.args] } }), 'person:mia');
  expect(refused).toMatchObject({ ok: false, message: 'it holds something that looks like a secret' });
  expect(await schedules.add(draft({ cron: '0 0 30 2 *' }), 'person:mia')).toMatchObject({ path: 'cron' });
  state.why = 'there is no script `tidy`';
  expect(await schedules.add(draft(), 'person:mia')).toMatchObject({ path: 'target' });
  state.why = null;
  for (let n = 0; n < 100; n += 1) await added(schedules, { name: `n${n}` });
  expect(await schedules.add(draft(), 'person:mia')).toMatchObject({ ok: false, code: 'too-much' });
});

test('of the times it was due, the last hundred are kept', async () => {
  const { open, begun, pass } = await house();
  const schedules = await open();
  const { id } = await added(schedules);
  for (let time = 0; time < 110; time += 1) {
    await pass(10 * MINUTE);
    begun.at(-1)?.end();
    await settled();
  }
  const seen = await schedules.view(id);
  expect(seen.ok && seen.value.occasions).toHaveLength(50);
  expect(seen.ok && seen.value.schedule.started).toBe(110);
});
