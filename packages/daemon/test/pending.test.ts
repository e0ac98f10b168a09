// Between a right password and a second factor: short, once, few (A8, A11).
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { PendingSignIns } from '../src/identity/people/pending.ts';
import { manualClock } from './fixtures.ts';

verifies(['A8', 'A11'], 'a challenge is good once, for five minutes, for five wrong answers', () => {
  const clock = manualClock();
  const open = new PendingSignIns(clock);
  const once = open.open('user_aaaaaa', 'browser', 'memory');
  expect(once).toMatch(/^[0-9a-f]{64}$/);
  expect(open.take(once)).toMatchObject({ user: 'user_aaaaaa', carrier: 'browser', memory: 'memory' });
  expect(open.take(once), 'two answers at once are one').toBeNull();

  const late = open.open('user_aaaaaa', 'program', null);
  clock.advance(5 * 60_000);
  expect(open.take(late)).toBeNull();

  const tried = open.open('user_aaaaaa', 'program', null);
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
  const all = Array.from({ length: 2000 }, () => open.open('user_aaaaaa', 'browser', null));
  expect(all.filter((challenge) => open.take(challenge) !== null)).toEqual(all.slice(-256));
});
