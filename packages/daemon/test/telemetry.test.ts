// The log, the metrics and what rings, with clocks and disks of the test's own.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alarm, AlarmKind, LedgerRecord } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAlarms, SignInWatch, type Unusual, watchMachine, watchScripts } from '../src/alarms/index.ts';
import { networkOf, SignInHabits } from '../src/alarms/sign-in-habits.ts';
import { type Clock, systemClock } from '../src/clock.ts';
import { createLog, healthOf, Metrics, notReadyOf, prometheusText } from '../src/telemetry/index.ts';
import { LogFile } from '../src/telemetry/log-file.ts';
import { Counter, gauge, Histogram } from '../src/telemetry/meter.ts';
import { otlpBody } from '../src/telemetry/otlp.ts';

const HOUR_MS = 3_600_000;
const MIB = 1024 * 1024;

/** A clock that stands until it is told to go on; `every` runs its action at each step. */
function steps(): { readonly clock: Clock; go(ms: number): void } {
  let time = 1_700_000_000_000;
  const ticks = new Set<() => void>();
  const clock: Clock = {
    ...systemClock(),
    now: () => time,
    monotonic: () => time,
    every: (_, action) => {
      ticks.add(action);
      return () => ticks.delete(action);
    },
  };
  return {
    clock,
    go(ms) {
      time += ms;
      for (const tick of ticks) tick();
    },
  };
}

function ringing(clock: Clock) {
  const told: string[] = [];
  const reminded: Alarm[] = [];
  const alarms = createAlarms({
    clock,
    tell: ({ kind, endedAt }) => void told.push(`${endedAt === null ? '+' : '-'}${kind}`),
    remind: (alarm) => void reminded.push(alarm),
  });
  const text = (kind: AlarmKind): string => alarms.open().find((alarm) => alarm.kind === kind)?.text ?? '';
  return { alarms, told, reminded, text };
}

test('a histogram counts each time once, in the first bound that holds it', () => {
  const histogram = new Histogram('x_seconds', 'X.', [0.001, 0.01]);
  for (const ms of [0, 1, 1.1, 10, 11, 1e9, -5, Number.NaN]) histogram.observe(ms);
  const { value } = histogram.family();
  expect(value).toMatchObject({ distribution: { counts: [4, 2, 2] } });
  expect(prometheusText([histogram.family()])).toContain('x_seconds_bucket{le="+Inf"} 8\n');
});

test('what tells a metric apart is bounded: what comes after a thousand is one more', () => {
  const counter = new Counter('x_total', 'X.', ['a', 'b']);
  for (let n = 0; n < 5_000; n += 1) counter.add(`a${n}`, 'b');
  const { value } = counter.family();
  const samples = value.type === 'counter' ? value.samples : [];
  expect(samples.length).toBe(1_001);
  expect(samples.at(-1)).toEqual({ labels: ['other', 'other'], value: 4_000 });
});

test('whatever a label holds, it stays in its quotes and its line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const counter = new Counter('x_total', 'X.', ['a']);
      counter.add(text.replaceAll('\u0000', ''));
      const lines = prometheusText([counter.family()]).split('\n');
      expect(lines.length).toBe(4);
      expect(lines[2]).toMatch(/^x_total\{a="(?:[^"\\\n]|\\[\\n"])*"\} 1$/su);
    }),
  );
});

test('OTLP: whole numbers of 64 bits are texts, counters are sums that only grow', () => {
  const counter = new Counter('x_total', 'X.', ['a']);
  counter.add('b');
  const body = otlpBody([counter.family(), gauge('y', 'Y.', 'By', 7)], { version: '1', startedAt: 1_000, now: 2_000 });
  expect(body).toMatchObject({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              {
                sum: {
                  isMonotonic: true,
                  dataPoints: [
                    {
                      startTimeUnixNano: '1000000000',
                      timeUnixNano: '2000000000',
                      asDouble: 1,
                      attributes: [{ key: 'a', value: { stringValue: 'b' } }],
                    },
                  ],
                },
              },
              { gauge: { dataPoints: [{ asDouble: 7 }] } },
            ],
          },
        ],
      },
    ],
  });
});

test('a refusal is counted by the kind of who asked, whatever they call themselves', () => {
  const metrics = new Metrics();
  for (const who of ['agent:agent_x', 'person:mia', 'sign-in failed', '{evil="1"}', 'notify:mail', ''])
    metrics.recorded({ kind: 'refusal', at: 0, who, what: 'x', text: 'x' });
  const text = prometheusText(metrics.families());
  expect(text).toContain('castellan_refusals_total{who="other"} 3');
  expect(text).not.toContain('evil');
});

test('the log: by level, whole lines, and what a full disk took is counted', () => {
  const folder = tempFolder();
  const pending: (() => void)[] = [];
  const log = createLog({
    exits: { json: (value) => JSON.stringify(value).replaceAll('hunter2', '[HIDDEN]') },
    now: () => 5,
    soon: (action) => void pending.push(action),
  });
  log.line('info', 'before', 'it is open');
  log.line('debug', 'small', 'not wanted');
  const path = join(folder, 'castellan.log');
  log.open(path);
  log.level('debug');
  log.line('debug', 'small', 'wanted, with hunter2', { at: 'a\nb' });
  expect(pending.length).toBe(1);
  for (const action of pending.splice(0)) action();
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    { at: 5, level: 'info', event: 'before', text: 'it is open' },
    { at: 5, level: 'debug', event: 'small', text: 'wanted, with [HIDDEN]', about: { at: 'a\nb' } },
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  for (let n = 0; n < 2_000; n += 1) log.line('info', 'many', 'x'.repeat(1_000));
  log.flush();
  log.line('info', 'after', '');
  log.close();
  const all = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const lost = all.filter(({ event }) => event === 'log.lost').map(({ text }) => Number.parseInt(text, 10));
  const many = all.filter(({ event }) => event === 'many').length;
  // Every line is there or counted, and the file goes on.
  expect((lost[0] ?? 0) + many).toBe(2_000);
  expect(lost.length).toBe(1);
  expect(all.at(-1).event).toBe('after');
});

test('the log’s files: full ones move on, the oldest goes, and no link is written through', () => {
  const folder = tempFolder();
  const path = join(folder, 'castellan.log');
  const file = LogFile.open(path, 10);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) file.write(`${name.repeat(7)}\n`);
  file.close();
  expect(readdirSync(folder).toSorted()).toEqual(['', '.1', '.2', '.3', '.4'].map((end) => `castellan.log${end}`));
  expect(readFileSync(path, 'utf8')).toBe('ggggggg\n');
  expect(readFileSync(`${path}.4`, 'utf8')).toBe('ccccccc\n');

  const other = join(folder, 'other');
  mkdirSync(other);
  symlinkSync(join(folder, 'victim'), join(other, 'castellan.log'));
  expect(() => LogFile.open(join(other, 'castellan.log'))).toThrow();
  expect(existsSync(join(folder, 'victim'))).toBe(false);
  writeFileSync(join(folder, 'wide'), '', { mode: 0o644 });
  LogFile.open(join(folder, 'wide')).close();
  expect(statSync(join(folder, 'wide')).mode & 0o777).toBe(0o600);
});

test('why it is not ready: what stands before all else is said', () => {
  const fine = { setUpNeeded: false, ledgerFailed: null, panicked: false, stopping: false };
  expect(notReadyOf(fine)).toBeNull();
  expect(notReadyOf({ ...fine, setUpNeeded: true })).toBe('set-up');
  expect(notReadyOf({ ...fine, setUpNeeded: true, ledgerFailed: 'full' })).toBe('ledger');
  expect(notReadyOf({ ...fine, panicked: true, ledgerFailed: 'full' })).toBe('panic');
  expect(notReadyOf({ ...fine, stopping: true, panicked: true })).toBe('stopping');
  const facts = {
    ...{ ...fine, version: '1', uptimeMs: 1, ledgerSize: 1, policyFaults: [], vault: 'open' as const },
    ...{ disk: { free: 10 * MIB, size: 100 * MIB }, diskWanted: MIB, pending: 0, agents: 1, frozen: 0, alarms: [] },
  };
  const states = (more: object): string => {
    const { state, rooms } = healthOf({ ...facts, ...more });
    return `${state}: ${rooms
      .filter((room) => room.state !== 'ok')
      .map(({ room }) => room)
      .join(' ')}`;
  };
  expect(states({})).toBe('ok: ');
  expect(states({ frozen: 1 })).toBe('degraded: agents');
  expect(states({ vault: 'locked', policyFaults: ['x'] })).toBe('degraded: policy vault');
  expect(states({ vault: 'damaged' })).toBe('failed: vault');
  expect(states({ disk: { free: 0, size: 1 } })).toBe('degraded: disk');
  expect(states({ ledgerFailed: 'full' })).toBe('failed: ledger');
  expect(states({ panicked: true })).toBe('failed: gate');
});

const config = { diskFreeMiB: 100, scriptHours: 24, remindHours: 24 };

test('the disk rings once while it is low, is reminded of each day, and is quiet when it is mended', () => {
  const { clock, go } = steps();
  const { alarms, told, reminded } = ringing(clock);
  let free: number | null = 99 * MIB;
  using _ = watchMachine({ clock, alarms, config: () => config, free: () => free, bootedAt: () => 0, behind: 0 });
  free = 50 * MIB;
  go(1000);
  expect([told, reminded.length]).toEqual([['+disk-low'], 0]);
  go(24 * HOUR_MS);
  go(1000);
  expect(reminded.map(({ kind }) => kind)).toEqual(['disk-low']);
  // One that cannot be looked at is no disk that is full.
  free = null;
  go(1000);
  expect(told).toEqual(['+disk-low', '-disk-low']);
});

test('the clock: a jump rings, back where it was is right, and after a day it is the time', () => {
  const { clock, go } = steps();
  const { alarms, told, text } = ringing(clock);
  let booted = 1_000_000;
  using _ = watchMachine({ clock, alarms, config: () => config, free: () => null, bootedAt: () => booted, behind: 0 });
  booted += 59_000;
  go(2000);
  expect(told).toEqual([]);
  booted -= 59_000 + 90 * 60_000;
  go(2000);
  expect(text('clock-jumped')).toBe('the clock of this machine was set 90 min back while the daemon runs');
  booted += 90 * 60_000;
  go(2000);
  expect(told).toEqual(['+clock-jumped', '-clock-jumped']);
  booted += 48 * HOUR_MS;
  go(2000);
  go(23 * HOUR_MS);
  expect(told.at(-1)).toBe('+clock-jumped');
  // A second one within the day is told as well, and counts its own day.
  booted -= 2 * HOUR_MS;
  go(2000);
  expect(told.slice(-2)).toEqual(['+clock-jumped', '+clock-jumped']);
  expect(text('clock-jumped')).toBe(
    'the clock of this machine was set 2 h back while the daemon runs, again: 46 h ahead of what it was',
  );
  go(23 * HOUR_MS);
  expect(told.at(-1)).toBe('+clock-jumped');
  go(2 * HOUR_MS);
  go(2000);
  expect(told.at(-1)).toBe('-clock-jumped');
});

test('a clock that was set back while the daemon was down rings at the start', () => {
  const { clock, go } = steps();
  const { alarms, told, text } = ringing(clock);
  using _ = watchMachine({
    clock,
    alarms,
    config: () => config,
    free: () => null,
    bootedAt: () => 0,
    behind: 3 * HOUR_MS,
  });
  go(2000);
  expect(told).toEqual(['+clock-jumped']);
  expect(text('clock-jumped')).toContain('3 h back while the daemon was not running');
  go(25 * HOUR_MS);
  expect(told).toEqual(['+clock-jumped', '-clock-jumped']);
});

test('versions that wait too long ring by name', () => {
  const { clock, go } = steps();
  const { alarms, text } = ringing(clock);
  const since = clock.now();
  let waiting = [1, 2, 3, 4, 5].map((number) => ({ name: 'tidy', number, since }));
  using _ = watchScripts({ clock, alarms, config: () => config, waiting: () => waiting });
  go(23 * HOUR_MS);
  expect(text('script-waiting')).toBe('');
  go(HOUR_MS);
  expect(text('script-waiting')).toBe(
    'nobody answered for `tidy` version 1, `tidy` version 2, `tidy` version 3, and 2 more',
  );
  waiting = [];
  go(1000);
  expect(alarms.open()).toEqual([]);
});

test('networks: an address of the same one is no news', () => {
  for (const address of ['unix', '::1', '127.0.0.1', '127.9.9.9', '::ffff:127.0.0.1'])
    expect(networkOf(address)).toBe('this machine');
  expect(networkOf('203.0.113.7')).toBe(networkOf('203.0.113.200'));
  expect(networkOf('::ffff:203.0.113.7')).toBe(networkOf('203.0.113.7'));
  expect(networkOf('2001:db8:1::7')).toBe(networkOf('2001:db8:1:ffff::1'));
  expect(networkOf('203.0.113.7')).not.toBe(networkOf('203.0.114.7'));
});

type SignIn = Extract<LedgerRecord, { kind: 'sign-in' }>;
const NOON = Date.UTC(2026, 0, 1, 12);
const signIn = (n: number, more: Partial<SignIn> = {}): SignIn =>
  ({
    ...{ kind: 'sign-in', at: NOON + n * 24 * HOUR_MS, who: 'mia', change: 'succeeded', address: '203.0.113.7' },
    ...{ client: 'x', factor: 'password', signIn: `signin_aaaaaa${String(n).padStart(2, '0')}`, text: '' },
    ...more,
  }) as SignIn;

test('a sign-in from where somebody never was rings until a person has seen it; the first ones, and their own places, do not', () => {
  const { clock } = steps();
  const { alarms, told, text } = ringing(clock);
  let kept: readonly Unusual[] = [];
  const watching = (over: typeof alarms = alarms): SignInWatch =>
    new SignInWatch({
      alarms: over,
      keep: (open) => {
        kept = open;
      },
    });
  const watch = watching();
  const known = [signIn(0), signIn(1)];
  // Before the ledger is read nobody's own place is known, and no stranger's becomes one.
  watch.recorded(signIn(1));
  watch.remember(known);
  watch.recorded(signIn(2, { address: '198.51.100.1' }));
  watch.recorded(signIn(3, { address: 'unix' }));
  watch.recorded(signIn(4, { address: '203.0.113.99' }));
  watch.recorded(signIn(5, { who: 'new', address: '192.0.2.1' }));
  // A failure is nobody's habit, however often it comes.
  for (let n = 0; n < 9; n += 1) watch.recorded(signIn(6, { change: 'failed', address: '192.0.2.9' }));
  expect(told).toEqual([]);
  const strange = signIn(7, { address: '192.0.2.9' });
  watch.recorded(strange);
  expect(text('sign-in-unusual')).toBe('`mia` signed in from 192.0.2.0/24, where they never were');
  // The stranger leaves, and comes again: it is no habit by that, and not over.
  watch.recorded(signIn(7, { change: 'signed-out' }));
  expect(told).toEqual(['+sign-in-unusual']);
  watch.recorded(signIn(8, { address: '192.0.2.10' }));
  expect(text('sign-in-unusual')).toContain('where they never were, and 1 more like it');

  // A restart forgets nothing, and learns nothing of what rang.
  const after = ringing(clock);
  const again = watching(after.alarms);
  again.remember(
    [...known, signIn(2, { address: '198.51.100.1' }), strange, signIn(8, { address: '192.0.2.10' })],
    kept,
  );
  expect(after.text('sign-in-unusual')).toContain('and 1 more like it');
  again.recorded(signIn(9, { address: '192.0.2.11' }));
  expect(after.text('sign-in-unusual')).toContain('and 2 more like it');

  const [alarm] = after.alarms.open();
  const see = (id: string | undefined, of: SignIn['signIn'] | null) =>
    again.see(id ?? '', { name: 'person:mia', signIn: of ?? null });
  expect(see('alarm_other', null)).toBeNull();
  expect(see(alarm?.id, strange.signIn)).toBe('own');
  expect(after.alarms.open()).toHaveLength(1);
  // A token of the stranger's is no person, and of many sign-ins none is let through as one too many; the last ones are no habit either.
  expect(see(alarm?.id, null)).toBe('token');
  const many = Array.from({ length: 60 }, (_, n) => signIn(11 + n, { at: NOON, address: '192.0.2.13' }));
  for (const one of many) again.recorded(one);
  expect(after.text('sign-in-unusual')).toContain('and 20 or more like it');
  expect(see(after.alarms.open()[0]?.id, many.at(-1)?.signIn ?? null)).toBe('own');
  const later = ringing(clock);
  const third = watching(later.alarms);
  third.remember([...known, signIn(2, { address: '198.51.100.1' }), ...many], kept);
  const rung = kept.length;
  third.recorded(signIn(90, { address: '192.0.2.14' }));
  expect(kept).toHaveLength(rung + 1);
  expect(see(after.alarms.open()[0]?.id, signIn(3).signIn)).toMatchObject({ kind: 'sign-in-unusual' });
  expect([after.alarms.open(), kept]).toEqual([[], []]);
  // It was them.
  again.recorded(signIn(10, { address: '192.0.2.12' }));
  expect(after.alarms.open()).toEqual([]);
});

test('an hour at which somebody never signed in is unusual once there are enough of them', () => {
  const habits = new SignInHabits();
  const night = (n: number): SignIn => signIn(n, { at: NOON + n * 24 * HOUR_MS + 14 * HOUR_MS });
  for (let n = 0; n < 19; n += 1) habits.learn(signIn(n));
  expect(habits.unlike(night(20))).toBeNull();
  habits.learn(signIn(20));
  expect(habits.unlike(night(21))).toBe('at an hour (2:00 UTC) at which they never did');
  expect(habits.unlike(signIn(22, { at: NOON + 3 * HOUR_MS }))).toBeNull();
});
