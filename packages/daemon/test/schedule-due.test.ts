// What is done about times that have passed: at most one start, none of it twice, whatever the machine did in between.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deedsFor, GRACE_MS, passed } from '../src/schedule/due.ts';
import type { Times } from '../src/schedule/times.ts';

const MINUTE = 60_000;
const every = (ms: number): Times => ({
  next: (after) => (Math.floor(after / ms) + 1) * ms,
  some: () => [],
});
const free = { overlap: 'skip', missed: 'skip', running: false, waits: false } as const;
const kinds = (standing: Parameters<typeof deedsFor>[0], times: Times, after: number, now: number) => {
  const due = passed(times, after, now);
  return due === null ? [] : deedsFor(standing, due, now).map(({ kind }) => kind);
};

test('nothing is due before its time; on time it starts', () => {
  expect(kinds(free, every(MINUTE), 0, MINUTE - 1)).toEqual([]);
  expect(kinds(free, every(MINUTE), 0, MINUTE)).toEqual(['start']);
});

test('what a sleep of the machine missed is left out, or made up for once', () => {
  const day = 24 * 60 * MINUTE;
  const now = 3 * day + 5 * 60 * MINUTE;
  expect(kinds(free, every(day), 0, now)).toEqual(['missed']);
  expect(kinds({ ...free, missed: 'once' }, every(day), 0, now)).toEqual(['missed', 'start']);
  const due = passed(every(day), 0, now);
  expect(due).toMatchObject({ count: 3, last: 3 * day });
  // Three were due: two are left out, one begins, late.
  expect(due === null ? [] : deedsFor({ ...free, missed: 'once' }, due, now)).toMatchObject([
    { kind: 'missed', count: 2 },
    { kind: 'start', late: true, dueAt: 3 * day },
  ]);
});

test('a year of minutes is not counted one by one', () => {
  const now = 365 * 24 * 60 * MINUTE;
  const due = passed(every(MINUTE), 0, now);
  expect(due).toMatchObject({ count: 1000, uncounted: true, last: now });
});

test('while one runs: left out, or one waits and no more', () => {
  const busy = { ...free, running: true };
  expect(kinds(busy, every(MINUTE), 0, MINUTE)).toEqual(['skip']);
  expect(kinds({ ...busy, overlap: 'queue' }, every(MINUTE), 0, MINUTE)).toEqual(['wait']);
  expect(kinds({ ...busy, overlap: 'queue', waits: true }, every(MINUTE), 0, MINUTE)).toEqual(['skip']);
});

test('whatever passes, at most one starts, and every time is accounted for once', () => {
  fc.assert(
    fc.property(
      fc.record({
        overlap: fc.constantFrom('skip' as const, 'queue' as const),
        missed: fc.constantFrom('skip' as const, 'once' as const),
        running: fc.boolean(),
        waits: fc.boolean(),
      }),
      fc.integer({ min: 1000, max: 10 * MINUTE }),
      fc.array(fc.integer({ min: 0, max: 30 * MINUTE }), { minLength: 1, maxLength: 12 }),
      (standing, ms, steps) => {
        const times = every(ms);
        let now = 0;
        let after = 0;
        let dealt = 0;
        for (const step of steps) {
          now += step;
          const due = passed(times, after, now);
          if (due === null) continue;
          const deeds = deedsFor(standing, due, now);
          const begun = deeds.filter(({ kind }) => kind === 'start' || kind === 'wait');
          expect(begun.length).toBeLessThanOrEqual(1);
          for (const deed of deeds) {
            if (deed.kind === 'start') expect(deed.late).toBe(now - deed.dueAt > GRACE_MS);
            dealt += deed.kind === 'missed' ? deed.count : 1;
          }
          if (due.uncounted) return;
          after = due.last;
        }
        expect(dealt).toBe(Math.floor(now / ms));
      },
    ),
  );
});

test('what is said to be missed ends before what is made up for', () => {
  const due = passed(every(10 * MINUTE), 0, 35 * MINUTE);
  expect(due).toMatchObject({ first: 10 * MINUTE, before: 20 * MINUTE, last: 30 * MINUTE });
  const [missed] = due === null ? [] : deedsFor({ ...free, missed: 'once' }, due, 35 * MINUTE);
  expect(missed).toMatchObject({ kind: 'missed', last: 20 * MINUTE, count: 2 });
});
