// The clock: whatever is done to the machine's, ours never goes back and never stands still.
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';

afterEach(() => vi.restoreAllMocks());

function machine(wall: number) {
  const state = { wall, monotonic: 5 };
  vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(state.wall));
  vi.spyOn(performance, 'now').mockImplementation(() => state.monotonic);
  return {
    pass(ms: number): void {
      state.wall += ms;
      state.monotonic += ms;
    },
    jump(ms: number): void {
      state.wall = Math.max(0, state.wall + ms);
    },
  };
}

test('it is never behind what was before, and at least as much passes as has passed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ jump: fc.integer({ min: -1e11, max: 1e11 }), pass: fc.nat(100_000) }), { maxLength: 30 }),
      (steps) => {
        const it = machine(1_700_000_000_000);
        const clock = systemClock();
        let before = clock.now();
        for (const { jump, pass } of steps) {
          it.jump(jump);
          it.pass(pass);
          const now = clock.now();
          expect(Number.isInteger(now)).toBe(true);
          expect(now - before).toBeGreaterThanOrEqual(pass);
          before = now;
        }
      },
    ),
  );
});

verifies(['H8'], 'a clock that was once years ahead keeps no grant alive', () => {
  const it = machine(1_700_000_000_000);
  const clock = systemClock();
  it.jump(10 * 365 * 86_400_000);
  clock.now();
  it.jump(-10 * 365 * 86_400_000);
  const expiresAt = clock.now() + 60_000;
  it.pass(60_001);
  expect(clock.now()).toBeGreaterThan(expiresAt);
});

test('a former run that was ahead is not gone back behind', () => {
  const it = machine(1000);
  const clock = systemClock(5000);
  expect(clock.now()).toBe(5000);
  it.pass(10);
  expect(clock.now()).toBe(5010);
  it.pass(10_000);
  expect(clock.now()).toBe(15_010);
});

test('a wait longer than a timer can hold does not end at once', async () => {
  let ended = false;
  const cancel = systemClock().after(2 ** 40, () => {
    ended = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(ended).toBe(false);
  cancel();
});
