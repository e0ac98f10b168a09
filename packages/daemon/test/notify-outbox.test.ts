// The messages of one channel: bounded, patient, and never in anybody's way.
import type { Approval } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Letter, LIMITS, Outbox, type Outcome, type Progress } from '../src/notify/outbox.ts';
import { approvalOf, type Subject } from '../src/notify/shown.ts';
import { approval, manualClock } from './fixtures.ts';

const about = (id: string, kind: 'approval' | 'reminder' | 'settled' = 'approval'): Subject => ({
  kind,
  approval: approval(id),
});
const isOf =
  (id: Approval['id']) =>
  (subject: Subject): boolean =>
    approvalOf(subject) === id;
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
};

function outbox(answer: (letter: Letter) => Outcome | Promise<Outcome>) {
  const clock = manualClock();
  const sent: string[] = [];
  const told: (Progress & { readonly id: string; readonly tries: number })[] = [];
  const box = new Outbox({
    clock,
    async deliver(letter) {
      sent.push(`${approvalOf(letter.subject)} ${clock.monotonic()}`);
      return answer(letter);
    },
    told: (letter, progress) => told.push({ ...progress, id: approvalOf(letter.subject) ?? '', tries: letter.tries }),
  });
  const pass = async (ms: number, step = 250): Promise<void> => {
    for (let at = 0; at < ms; at += step) {
      clock.advance(Math.min(step, ms - at));
      await settle();
    }
  };
  return { clock, sent, told, box, pass };
}
const fails = (more: Partial<Extract<Outcome, { kind: 'failed' }>> = {}): Outcome => ({
  kind: 'failed',
  text: 'no',
  again: true,
  ...more,
});

verifies(
  ['H3'],
  'tried again after a wait that grows and is partly chance, so often and no more, then said',
  async () => {
    const { box, told, pass, sent } = outbox(() => fails());
    box.push(about('a1'));
    await pass(200_000);
    expect(sent).toHaveLength(LIMITS.tries);
    const waits = told.flatMap((each) => (each.kind === 'retrying' ? [each.inMs] : []));
    waits.forEach((ms, n) => {
      expect(ms).toBeGreaterThanOrEqual((LIMITS.firstWaitMs * 2 ** n) / 2);
      expect(ms).toBeLessThanOrEqual(LIMITS.firstWaitMs * 2 ** n);
    });
    expect(told.at(-1)).toMatchObject({ kind: 'given-up', tries: LIMITS.tries });
  },
);

test('what the server asks for is waited, to a bound; what cannot help is not tried again', async () => {
  const patient = outbox(() => fails({ afterMs: 30_000 }));
  patient.box.push(about('a1'));
  await patient.pass(29_000);
  expect(patient.sent).toHaveLength(1);
  await patient.pass(2000);
  expect(patient.sent).toHaveLength(2);
  const forever = outbox(() => fails({ afterMs: 10 ** 9 }));
  forever.box.push(about('a1'));
  await forever.pass(1000);
  expect(forever.told[0]).toMatchObject({ kind: 'retrying', inMs: LIMITS.longestAskedMs });
  const hopeless = outbox(() => fails({ again: false }));
  hopeless.box.push(about('a1'));
  await hopeless.pass(100_000, 5000);
  expect(hopeless.told.map(({ kind }) => kind)).toEqual(['given-up']);
});

verifies(['H3'], 'one that never answers is left behind, and one that breaks is said, not thrown', async () => {
  let hangs = true;
  const { box, told, pass } = outbox(() => {
    if (hangs) return new Promise<Outcome>(() => undefined);
    throw new Error('a bug');
  });
  box.push(about('a1'));
  await pass(LIMITS.hangMs + 500);
  expect(told[0]).toMatchObject({ kind: 'retrying', text: 'no answer in time' });
  hangs = false;
  await pass(5000);
  expect(told.at(-1)).toMatchObject({ kind: 'given-up', text: 'a bug' });
});

verifies(['H3'], 'what is answered is not said: not first, not again', async () => {
  const { box, sent, told, pass } = outbox(() => fails());
  box.push(about('a1'));
  box.push(about('a2'));
  expect(box.drop(isOf('approval_a2'), 'answered'), 'nobody can have seen it').toBe(false);
  await pass(500);
  expect(box.drop(isOf('approval_a1'), 'answered')).toBe(true);
  await pass(100_000, 5000);
  expect(sent.map((each) => each.split(' ')[0])).toEqual(['approval_a1']);
  expect(told.map(({ kind, id }) => `${id} ${kind}`)).toEqual(['approval_a1 retrying', 'approval_a1 given-up']);
});

verifies(
  ['H3'],
  'however many are asked for, so many wait and so many go out in a minute; what was put out is said',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 200 }), async (count) => {
        const { box, sent, told, pass } = outbox(() => ({ kind: 'sent' }));
        for (let n = 0; n < count; n += 1) box.push(about(`a${n}`, n % 3 === 0 ? 'reminder' : 'approval'));
        await pass(30_000, 1000);
        expect(sent.length).toBe(Math.min(count, LIMITS.aMinute));
        await pass(600_000, 5000);
        expect(sent.length).toBe(Math.min(count, LIMITS.waiting));
        expect(told.filter(({ kind }) => kind === 'given-up')).toHaveLength(Math.max(0, count - LIMITS.waiting));
        const times = sent.map((each) => Number(each.split(' ')[1]));
        for (const at of times)
          expect(times.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(
            LIMITS.aMinute,
          );
      }),
      { numRuns: 15 },
    );
  },
);

test('what only changes a message waits for no minute', async () => {
  const { box, sent, pass } = outbox(() => ({ kind: 'sent' }));
  for (let n = 0; n < 30; n += 1) box.push(about(`a${n}`));
  box.push(about('b1', 'settled'));
  await pass(10_000);
  expect(sent).toHaveLength(LIMITS.aMinute + 1);
});

verifies(['H3'], 'an agent that asks without end keeps no alarm from a person', async () => {
  const { box, sent, told, pass } = outbox(() => ({ kind: 'sent' }));
  for (let n = 0; n < 40; n += 1) box.push(about(`a${n}`));
  await pass(10_000);
  expect(sent, 'all that may go out in a minute').toHaveLength(LIMITS.aMinute);
  const alarm = {
    id: 'alarm_aaaaaa',
    kind: 'canary',
    agent: null,
    text: 'bait was taken',
    hint: 'look',
    since: 0,
    endedAt: null,
  } as const;
  box.push({ kind: 'alarm', alarm });
  for (let n = 0; n < 100; n += 1) box.push(about(`b${n}`));
  await pass(2000);
  expect(sent).toHaveLength(LIMITS.aMinute + 1);
  expect(sent.at(-1)).toMatch(/^null /);
  expect(told.filter(({ kind, id }) => kind === 'given-up' && id === '')).toEqual([]);
});
