// The coordinator: one answer, once; silence, a stop and a vanished agent all mean "do not run".
import type { Approval } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { ApprovalCoordinator, CAPACITY, waitFor } from '../src/approvals/index.ts';
import { approval, manualClock, write } from './fixtures.ts';

function coordinator(record: (approval: Approval) => Promise<void> = async () => {}) {
  const clock = manualClock();
  const reminded: string[] = [];
  const changed: string[] = [];
  const approvals = new ApprovalCoordinator({
    clock,
    record,
    changed: (one) => changed.push(`${one.id} ${one.state.kind}`),
    remind: (one) => reminded.push(one.id),
    critical: () => null,
  });
  return { clock, approvals, reminded, changed };
}
const person = { kind: 'local-cli' } as const;
const digest = approval('x').digest;

verifies(['H6'], 'the first answer wins and the second learns who was first', async () => {
  const { approvals } = coordinator();
  const asked = approvals.ask(approval('first1'), 1000);
  const answers = await Promise.all([
    approvals.resolve('approval_first1', { answer: 'deny' }, person),
    approvals.resolve('approval_first1', { answer: 'approve', digest, once: false }, person),
  ]);
  expect(answers.map((answer) => answer.kind)).toEqual(['resolved', 'already-resolved']);
  expect((await asked).state.kind).toBe('denied');
});

verifies(['H4'], 'silence is deny, on the monotonic clock', async () => {
  const { approvals, clock } = coordinator();
  const asked = approvals.ask(approval('silent'), 120_000);
  clock.advance(119_999);
  expect(approvals.list().filter(({ state }) => state.kind === 'pending')).toHaveLength(1);
  clock.advance(1);
  expect((await asked).state.kind).toBe('timed-out');
});

verifies(['H5'], 'an answer to other bytes is refused and the question stays open', async () => {
  const { approvals } = coordinator();
  void approvals.ask(approval('bound1'), 1000);
  const other = `sha256:${'b'.repeat(64)}` as const;
  expect(
    (await approvals.resolve('approval_bound1', { answer: 'approve', digest: other, once: false }, person)).kind,
  ).toBe('other-digest');
  expect(approvals.get('approval_bound1')?.state.kind).toBe('pending');
});

verifies(['G-S08'], 'calls that change the same thing are answered one after the other', async () => {
  const { approvals, changed } = coordinator();
  const first = approvals.ask(approval('one111', [write('/project/a')]), 1000);
  void approvals.ask(approval('two222', [write('/project/a')]), 1000);
  void approvals.ask(approval('other1', [write('/project/ab')]), 1000);
  expect(approvals.get('approval_two222')?.state).toEqual({ kind: 'queued', behind: 'approval_one111' });
  expect(approvals.get('approval_other1')?.state.kind).toBe('pending');
  expect((await approvals.resolve('approval_two222', { answer: 'approve', digest, once: false }, person)).kind).toBe(
    'queued',
  );
  await approvals.resolve('approval_one111', { answer: 'approve', digest, once: false }, person);
  await first;
  expect(approvals.get('approval_two222')?.state.kind).toBe('pending');
  expect(changed).toContain('approval_two222 pending');
});

test('an answer that cannot be recorded releases nothing', async () => {
  const { approvals } = coordinator(async () => {
    throw new Error('disk full');
  });
  const asked = approvals.ask(approval('unrec1'), 1000);
  expect((await approvals.resolve('approval_unrec1', { answer: 'approve', digest, once: false }, person)).kind).toBe(
    'not-recorded',
  );
  expect((await asked).state.kind).toBe('cancelled');
});

test('an agent that goes away withdraws its question', async () => {
  const { approvals } = coordinator();
  const gone = new AbortController();
  const asked = approvals.ask(approval('gone11'), 1000, { signal: gone.signal });
  gone.abort();
  expect((await asked).state.kind).toBe('cancelled');
  const late = await approvals.resolve('approval_gone11', { answer: 'approve', digest, once: false }, person);
  expect(late.kind).toBe('already-resolved');
});

test('an agent that was gone before it asked is never shown as waiting', async () => {
  const { approvals } = coordinator();
  expect((await approvals.ask(approval('before'), 1000, { signal: AbortSignal.abort() })).state.kind).toBe('cancelled');
  expect(approvals.list().filter(({ state }) => state.kind === 'pending')).toHaveLength(0);
});

test('once closed nothing waits any more, and nothing that comes late is left waiting', async () => {
  const { approvals } = coordinator();
  const early = approvals.ask(approval('early1'), 1000);
  await approvals.close('stopping');
  expect((await early).state).toMatchObject({ kind: 'cancelled', why: 'stopping' });
  expect((await approvals.ask(approval('late11'), 1000)).state).toMatchObject({ kind: 'cancelled', why: 'stopping' });
  expect(approvals.list().filter(({ state }) => state.kind === 'pending')).toHaveLength(0);
});

verifies(['H4'], 'wait mode reminds, and still ends before the host gives up', async () => {
  const { approvals, clock, reminded } = coordinator();
  const config = { timeoutSeconds: 120, wait: true, waitSeconds: 3600, remindSeconds: 60 };
  const wait = waitFor(config, 605);
  expect(wait).toEqual({ waitMs: 600_000, remindMs: 60_000 });
  const asked = approvals.ask(approval('remind'), wait.waitMs, { remindMs: 60_000 });
  clock.advance(599_999);
  expect(reminded).toHaveLength(9);
  clock.advance(1);
  expect((await asked).state.kind).toBe('timed-out');
  expect(waitFor({ ...config, wait: false }, 60)).toEqual({ waitMs: 55_000 });
});

test('what was resolved is remembered, and only so much of it', async () => {
  const { approvals } = coordinator();
  for (let n = 0; n < 600; n += 1) {
    const id = `many${String(n).padStart(4, '0')}`;
    void approvals.ask(approval(id), 1000);
    await approvals.resolve(`approval_${id}`, { answer: 'deny' }, person);
  }
  expect(approvals.list()).toHaveLength(500);
  expect(approvals.get('approval_many0599')?.state.kind).toBe('denied');
});

test('an agent cannot bury the questions of others: beyond a bound its own are withdrawn at once', async () => {
  const { approvals } = coordinator();
  for (let n = 0; n < CAPACITY.perAgent; n += 1)
    void approvals.ask(approval(`flood${String(n).padStart(3, '0')}`), 1000);
  const more = await approvals.ask(approval('flood999'), 1000);
  expect(more.state).toMatchObject({ kind: 'cancelled', why: 'too many calls of this agent wait for an answer' });
  void approvals.ask({ ...approval('another'), agent: 'agent_bbbbbbbb' }, 1000);
  expect(approvals.get('approval_another')?.state.kind).toBe('pending');
});

test('a few huge calls fill the bound as many small ones do, and are not kept once answered', async () => {
  const { approvals } = coordinator();
  const huge = (id: string): Approval => ({
    ...approval(id),
    arguments: { content: 'x'.repeat(CAPACITY.perAgentBytes / 4) },
  });
  const asked = ['huge01', 'huge02', 'huge03'].map((id) => approvals.ask(huge(id), 1000));
  expect((await approvals.ask(huge('huge04'), 1000)).state.kind).toBe('cancelled');
  await approvals.resolve('approval_huge01', { answer: 'deny' }, person);
  expect((await asked[0])?.arguments).toHaveProperty('content');
  expect(approvals.get('approval_huge01')?.arguments).toEqual({});
});
