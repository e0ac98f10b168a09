// Tries, pauses, and buckets, against a clock that the test moves (A8, D1).
import type { Actor } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RATES, Rates } from '../src/http/rates.ts';
import { addressGroup } from '../src/identity/people/address-group.ts';
import { LockOut } from '../src/identity/people/lock-out.ts';
import { manualClock } from './fixtures.ts';

const RULE = { tries: 5, firstMs: 60_000, longestMs: 3_600_000, forgetMs: 3_600_000, keys: 10_000 };

verifies(['A8'], 'five tries, then a pause that doubles to an hour; each pause is given in seconds', () => {
  const clock = manualClock();
  const out = new LockOut(clock, RULE);
  for (const pause of [60, 120, 240, 480, 960, 1920, 3600, 3600]) {
    for (let n = 0; n < 5; n += 1) expect(out.take('mia'), `pause ${pause}, try ${n}`).toBeNull();
    expect(out.take('mia')).toBe(pause);
    clock.advance(pause * 1000 - 1);
    expect(out.take('mia'), 'asking while held off does not lengthen it').toBe(1);
    expect(out.take('ben'), 'somebody else is not held off').toBeNull();
    out.forget('ben');
    clock.advance(1);
  }
});

verifies(['A8'], 'slow guessing is counted as quick guessing is, and an hour of quiet forgets', () => {
  const clock = manualClock();
  const out = new LockOut(clock, RULE);
  for (let n = 0; n < 5; n += 1) {
    expect(out.take('mia')).toBeNull();
    clock.advance(600_000);
  }
  for (let n = 0; n < 5; n += 1) expect(out.take('mia')).toBeNull();
  expect(out.take('mia'), 'the second pause').toBe(120);
  clock.advance(120_000 + 3_600_001);
  for (let n = 0; n < 5; n += 1) expect(out.take('mia')).toBeNull();
  expect(out.take('mia'), 'the first pause again').toBe(60);
});

verifies(['A8'], 'a try counts before it is judged, and a right one gives its own back and no other', () => {
  const clock = manualClock();
  const out = new LockOut(clock, RULE);
  const at = Array.from({ length: 1000 }, () => out.take('mia'));
  expect(at.filter((held) => held === null)).toHaveLength(5);
  out.giveBack('mia');
  expect(out.take('mia')).toBeNull();
  expect(out.take('mia')).toBe(60);
});

verifies(['A8', 'D1'], 'a million names are a bounded memory', () => {
  const clock = manualClock();
  const out = new LockOut(clock, { ...RULE, keys: 1000 });
  for (let n = 0; n < 1_000_000; n += 1) out.take(`name${n}`);
  // The latest are still known: four more and they are held.
  for (let n = 0; n < 4; n += 1) out.take('name999999');
  expect(out.take('name999999')).toBe(60);
  expect(out.take('name0'), 'the first was forgotten').toBeNull();
});

test('addresses of one network of IPv6 are one', () => {
  expect(addressGroup('2001:db8::1')).toBe(addressGroup('2001:db8::ffff:1'));
  expect(addressGroup('2001:db8::1')).not.toBe(addressGroup('2001:db8:0:1::1'));
  expect(addressGroup('::ffff:192.0.2.7')).toBe('192.0.2.7');
  expect(addressGroup('192.0.2.7')).not.toBe(addressGroup('192.0.2.8'));
  expect(addressGroup('unix')).toBe('unix');
});

const agent: Actor = { kind: 'agent', agent: 'agent_aaaaaa' };
const person: Actor = { kind: 'person', user: 'user_aaaaaa', name: 'mia', role: 'admin', signIn: 'signin_aaaaaa' };
const nobody: Actor = { kind: 'nobody' };
const from = (address: string) => () => address;

verifies(['D1'], 'an agent that asks without end is told to wait, and takes nothing from anybody else', () => {
  const clock = manualClock();
  const rates = new Rates(clock);
  const here = from('127.0.0.1');
  for (let n = 0; n < RATES.agent.burst; n += 1) expect(rates.take(agent, here)).toBeNull();
  expect(rates.take(agent, here)).toBe(1);
  expect(rates.take({ kind: 'agent', agent: 'agent_bbbbbb' }, here)).toBeNull();
  expect(rates.take({ kind: 'model', agent: 'agent_aaaaaa' }, here)).toBeNull();
  for (const other of [person, nobody, { kind: 'local-cli' } as const]) expect(rates.take(other, here)).toBeNull();
  for (let n = 0; n < 2000; n += 1) rates.refused('127.0.0.1');
  expect(rates.refused('127.0.0.1')).toBe(1);
  expect(rates.take(person, here), 'wrong credentials from the same address cost nobody else').toBeNull();
  expect(rates.take(nobody, here)).toBeNull();
  expect(rates.refused('192.0.2.7')).toBeNull();
  clock.advance(1000);
  expect(rates.take(agent, here)).toBeNull();
});

verifies(['D1'], 'calls at the speed of the gate are never held up', () => {
  const clock = manualClock();
  const rates = new Rates(clock);
  for (let ms = 0; ms < 10_000; ms += 1) {
    for (let n = 0; n < 8; n += 1) expect(rates.take(agent, from(''))).toBeNull();
    clock.advance(1);
  }
});

test('in any stretch of time at most the burst and what flowed in since is let through', () => {
  const { perSecond, burst } = RATES.nobody;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(300)), { maxLength: 40 }), (steps) => {
      const clock = manualClock();
      const rates = new Rates(clock);
      let through = 0;
      let passed = 0;
      for (const [ms, asks] of steps) {
        clock.advance(ms);
        passed += ms;
        for (let n = 0; n < asks; n += 1) if (rates.take(nobody, from('192.0.2.7')) === null) through += 1;
        expect(through).toBeLessThanOrEqual(burst + (passed / 1000) * perSecond);
      }
    }),
    { numRuns: 50 },
  );
});
