// A deny that can be undone is sent or taken back, never forgotten.
import type { Approval } from '@castellan/contract';
import { expect, test } from 'vitest';
import { denyQueue, type PendingDeny, UNDO_MS } from '../src/approval/deny-queue.ts';

function world() {
  let now = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  let last = 0;
  const sent: PendingDeny[] = [];
  const queue = denyQueue({
    now: () => now,
    after: (ms, run) => {
      const id = ++last;
      timers.set(id, { at: now + ms, run });
      return () => timers.delete(id);
    },
    send: (deny) => sent.push(deny),
  });
  return {
    queue,
    sent,
    pass: (ms: number) => {
      now += ms;
      for (const [id, { at, run }] of [...timers])
        if (at <= now) {
          timers.delete(id);
          run();
        }
    },
  };
}
// Only these are looked at.
const approval = (id: string, expiresAt = 1_000_000): Approval => ({ id, expiresAt }) as unknown as Approval;

test('it is sent after the time to undo, once, with its reason', () => {
  const { queue, sent, pass } = world();
  queue.deny(approval('a'), 'no');
  pass(UNDO_MS - 1);
  expect(sent).toEqual([]);
  pass(1);
  pass(UNDO_MS);
  expect(sent.map(({ reason }) => reason)).toEqual(['no']);
  expect(queue.all().size).toBe(0);
});

test('what was undone is not sent; what was not is sent when the page is left', () => {
  const { queue, sent, pass } = world();
  queue.deny(approval('a'), null);
  queue.deny(approval('b'), null);
  queue.undo('a');
  queue.flush();
  pass(UNDO_MS * 2);
  expect(sent.map(({ approval }) => approval.id)).toEqual(['b']);
});

test('it goes out before the question ends', () => {
  const { queue, sent, pass } = world();
  queue.deny(approval('a', 3000), 'no');
  pass(2000);
  expect(sent.length).toBe(1);
  queue.deny(approval('b', 2500), 'late');
  pass(0);
  expect(sent.length).toBe(2);
});
