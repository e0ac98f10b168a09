// Between a right password and a second factor: short, once, few (A8, A11).
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type Carrier, PendingSignIns } from '../src/identity/people/pending.ts';
import { manualClock } from './fixtures.ts';

const begun = (carrier: Carrier, memory: string | null = null) => ({
  ...({ user: 'user_aaaaaa', carrier, memory, factors: 'totp' } as const),
  password: new Uint8Array([1, 2, 3]),
});

verifies(['A8', 'A11'], 'a challenge is good once, for five minutes, for five wrong answers', () => {
  const clock = manualClock();
  const open = new PendingSignIns(clock);
  const once = open.open(begun('browser', 'memory'));
  expect(once).toMatch(/^[0-9a-f]{64}$/);
  expect(open.take(once)).toMatchObject(begun('browser', 'memory'));
  expect(open.take(once), 'two answers at once are one').toBeNull();

  const late = open.open(begun('program'));
  clock.advance(5 * 60_000);
  expect(open.take(late)).toBeNull();

  const tried = open.open(begun('program'));
  let wrong = 0;
  for (let found = open.take(tried); found !== null; found = open.take(tried)) {
    wrong += 1;
    open.again(tried, found);
  }
  expect(wrong).toBe(5);
  expect(open.take('')).toBeNull();
});

verifies(['A8', 'D1'], 'however many begin, few are kept: the oldest goes', () => {
  const open = new PendingSignIns(manualClock());
  const all = Array.from({ length: 2000 }, () => open.open(begun('browser')));
  expect(all.filter((challenge) => open.take(challenge) !== null)).toEqual(all.slice(-256));
});
