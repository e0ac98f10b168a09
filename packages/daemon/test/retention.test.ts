// How long records are kept: what is old enough and what holds it back, over a ledger of its own; and what is said when it fails.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerRecord, RetentionConfig } from '@castellan/contract';
import { createSigningKey, type Ledger, openLedger, verifyLedger } from '@castellan/ledger';
import { expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../src/clock.ts';
import { cutoffOf, endOfOlder, type Keeper } from '../src/retention/cut.ts';
import { Retention, type SealableRecords } from '../src/retention/retention.ts';

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const signer = createSigningKey('castellan-test', (n) => new Uint8Array(n).fill(3));

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'castellan-retention-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const clock: Clock = {
  now: () => NOW,
  monotonic: () => 0,
  after: () => () => undefined,
  every: () => () => undefined,
  random: (bytes) => Buffer.alloc(bytes),
};

async function open(dir: string): Promise<Ledger> {
  const opened = await openLedger({ dir, signer, rotateAt: 256 });
  if (opened.kind === 'refused') throw new Error(opened.message);
  return opened.ledger;
}

/** A ledger with one record an hour, the last of them now. */
async function withRecords(count: number) {
  const home = await folder();
  const dir = join(home, 'ledger');
  const first = await open(dir);
  const append = (record: LedgerRecord): Promise<number> =>
    ledger.append(Buffer.from(JSON.stringify(record))).then(({ index }) => index);
  let ledger = first;
  for (let n = 0; n < count; n += 1) {
    const at = NOW - (count - 1 - n) * 3_600_000;
    void append({ kind: 'refusal', at, who: 'nobody', what: 'x', text: '' }).catch(() => undefined);
  }
  await first.close();
  ledger = await open(dir);
  onTestFinished(() => ledger.close());
  const all = async (): Promise<{ index: number; record: LedgerRecord }[]> => {
    const found = [];
    for await (const { index, entry } of ledger.readEntries())
      found.push({ index, record: JSON.parse(Buffer.from(entry).toString()) as LedgerRecord });
    return found;
  };
  const records: SealableRecords = {
    get size() {
      return ledger.size;
    },
    name: 'castellan-test',
    record: append,
    query: async ({ kind, limit }) => (await all()).filter(({ record }) => record.kind === kind).slice(-limit),
    at: async (positions) => (await all()).filter(({ index }) => positions.includes(index)),
    sealedTo: () => ledger.sealedTo(),
    prepareSeal: (wish) => ledger.prepareSeal(wish),
    carryOutSeal: (seal, record, archive) => ledger.carryOutSeal(seal, record, archive),
  };
  const rung = new Map<string, string>();
  const of = (config: Partial<RetentionConfig>, keepers: readonly Keeper[] = [], from = records): Retention =>
    new Retention({
      clock,
      records: from,
      keepers,
      stateFolder: home,
      config: () => ({ days: null, archive: null, ...config }),
      alarms: {
        raise: (kind, _, text) => void rung.set(kind, text),
        end: (kind) => void rung.delete(kind),
      },
    });
  return { home, dir, records, of, rung, verify: () => verifyLedger(dir) };
}

test('whole bundles that are older go, and no other', async () => {
  const it = await withRecords(1000);
  // 1000 hours: the first bundle ends 744 hours before now: 31 days, to the hour.
  expect(await it.of({ days: 31 }).seal({ by: 'x', dryRun: false })).toMatchObject({ sealed: null, held: null });
  expect(await it.of({ days: 30 }).seal({ by: 'x', dryRun: true })).toMatchObject({ sealed: { from: 0, to: 256 } });
  expect(await it.verify()).toMatchObject({ kind: 'verified', sealed: [] });
  await it.of({ days: 30 }).look();
  expect(await it.verify()).toMatchObject({ kind: 'verified', sealed: [{ from: 0, to: 256, by: 'retention' }] });
  // Again: nothing more, and nothing said twice.
  await it.of({ days: 30 }).look();
  expect(it.records.size).toBe(1001);
  await it.of({ days: 1 }).look();
  expect(await it.verify()).toMatchObject({ kind: 'verified', sealed: [{ to: 256 }, { from: 256, to: 768 }] });
  expect(it.rung).toEqual(new Map());
});

test('what is open keeps its records, and says so', async () => {
  const keeper = (by: Keeper['by'], since: number | null, what?: string): Keeper => ({
    by,
    needed: () => (since === null ? null : { since, what }),
  });
  expect(cutoffOf(NOW - DAY, [keeper('undo', null), keeper('incident', NOW)])).toEqual({
    before: NOW - DAY,
    held: null,
  });
  const held = { by: 'open-task', since: NOW - 40 * DAY };
  expect(cutoffOf(NOW - DAY, [keeper('open-task', held.since), keeper('incident', NOW - 2 * DAY)])).toEqual({
    before: held.since - 60_000,
    held,
  });
  const it = await withRecords(600);
  const open = it.of({ days: 1 }, [keeper('open-task', NOW - 30 * DAY, 'which one')]);
  expect(open.held).toEqual({ by: 'open-task', since: NOW - 30 * DAY, what: 'which one' });
  expect(it.of({}, [keeper('open-task', NOW - 30 * DAY)]).held).toBeNull();
  expect(await open.seal({ by: 'x', dryRun: false })).toEqual({
    sealed: null,
    held: { by: 'open-task', since: NOW - 30 * DAY, what: 'which one' },
    dryRun: false,
  });
});

test('the cut is found in a few steps, and never past a bundle with something newer', async () => {
  const latest = [1, 2, 3, 5, 5, 8, 9, 9].map((at) => at * 10);
  for (let before = 0; before < 100; before += 5) {
    let asked = 0;
    const end = await endOfOlder({ from: 256, to: 8 * 256 + 100 }, before, async (start) => {
      asked += 1;
      return latest[start / 256] ?? null;
    });
    expect(end / 256).toBe(Math.max(1, latest.filter((at) => at < before).length));
    expect(asked).toBeLessThan(5);
  }
});

test('a crash between the record and the bytes: the same statement is carried out at the next look', async () => {
  const it = await withRecords(600);
  const failing: SealableRecords = Object.create(it.records, {
    carryOutSeal: { value: () => Promise.reject(new Error('the disk is gone')) },
  });
  const broken = it.of({ days: 10 }, [], failing);
  await broken.look();
  expect(it.rung.get('retention-failed')).toMatch(/old records could not be sealed: the disk is gone/);
  expect(await it.verify()).toMatchObject({ kind: 'verified', size: 601, sealed: [] });
  await it.of({ days: 10 }).look();
  expect(it.rung).toEqual(new Map());
  expect(await it.verify()).toMatchObject({ kind: 'verified', size: 601, sealed: [{ from: 0, to: 256 }] });
});

test('an archive is a folder outside, one a ledger; in the state folder it is refused', async () => {
  const it = await withRecords(600);
  const archive = await folder();
  await it.of({ days: 10, archive: join(it.home, 'old') }).look();
  expect(it.rung.get('retention-failed')).toMatch(/lies in the state folder/);
  await it.of({ days: 10, archive }).look();
  expect(await readdir(join(archive, 'castellan-test', 'tile', 'entries'))).toEqual(['000']);
  expect(await it.verify()).toMatchObject({ kind: 'verified', sealed: [{ fate: 'archived' }] });
});

test('without a limit nothing is ever sealed by itself, and by hand it must be named', async () => {
  const it = await withRecords(600);
  await it.of({}).look();
  expect(it.records.size).toBe(600);
  await expect(it.of({}).seal({ by: 'x', dryRun: false })).rejects.toMatchObject({ name: 'SealFault' });
});

test('a statement that the ledger does not name takes nothing away', async () => {
  const it = await withRecords(600);
  const hiding: SealableRecords = Object.create(it.records, {
    size: { get: () => it.records.size },
    at: {
      value: async (positions: readonly number[]) => (positions.length === 1 ? [] : it.records.at(positions)),
    },
  });
  await it.of({ days: 10 }, [], hiding).look();
  expect(it.rung.get('retention-failed')).toMatch(/does not hold the statement/);
  expect(await it.verify()).toMatchObject({ kind: 'verified', sealed: [] });
});
