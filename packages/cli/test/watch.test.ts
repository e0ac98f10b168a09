// The terminal screen without a terminal: what keys may answer, and when they may not.
import type { Approval } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from '../src/text/wrap.ts';
import { press } from '../src/watch/keys.ts';
import { createModel, type Effect, type Model } from '../src/watch/model.ts';
import { hear } from '../src/watch/update.ts';
import { view } from '../src/watch/view.ts';
import { approval, critical } from './fixtures.ts';

const SIZE = { columns: 80, rows: 24 };
const live = (model: Model, event: Parameters<typeof hear>[1] & object, now: number): Model =>
  hear(model, event, now).model;
const withQueue = (approvals: readonly Approval[], now = 0, size = SIZE, readOnly: string | null = null): Model =>
  live(
    createModel(size, readOnly, now),
    { kind: 'connection', event: { kind: 'live', event: { kind: 'hello', approvals: [...approvals], alarms: [] } } },
    now,
  );
const changedTo = (each: Approval) =>
  ({ kind: 'connection', event: { kind: 'live', event: { kind: 'approval', approval: each } } }) as const;

/** Presses keys one after the other; gives the model and every effect. */
function keys(start: Model, now: number, ...pressed: readonly string[]): { model: Model; effects: readonly Effect[] } {
  const effects: Effect[] = [];
  const model = pressed.reduce((before, key) => {
    const step = press(before, key, now);
    if (step.effect !== undefined) effects.push(step.effect);
    return step.model;
  }, start);
  return { model, effects };
}
const text = (model: Model, now = 0): string =>
  view(model, now)
    .map((line) => line.text)
    .join('\n');

verifies(['H2'], 'a approves exactly what is shown, d denies, r tells why', () => {
  const one = approval(1);
  const model = withQueue([one, approval(2)]);
  expect(keys(model, 1000, 'a').effects).toEqual([
    { kind: 'resolve', id: one.id, body: { answer: 'approve', digest: one.digest, once: true } },
  ]);
  expect(keys(model, 1000, 'd').effects).toEqual([{ kind: 'resolve', id: one.id, body: { answer: 'deny' } }]);
  expect(keys(model, 1000, 'r', 'n', 'o', 'x', 'backspace', 'enter').effects).toEqual([
    { kind: 'resolve', id: one.id, body: { answer: 'deny', reason: 'no' } },
  ]);
  expect(keys(model, 1000, 'r', 'n', 'escape').effects).toEqual([]);
});

verifies(['H8'], 'g offers each width with what it newly allows, and approves with the chosen one', () => {
  const one = approval(1);
  const chosen = keys(withQueue([one]), 1000, 'g');
  expect(text(chosen.model)).toContain('exactly this, for an hour');
  expect(keys(chosen.model, 1000, 'a').effects).toEqual([
    { kind: 'resolve', id: one.id, body: { answer: 'approve', digest: one.digest, once: true, grant: 'same-call' } },
  ]);
  expect(keys(withQueue([critical(1)]), 1000, 'g', 'a').model.notice?.text).toContain('no grant can cover');
});

verifies(
  ['H2', 'P5'],
  'what approving also allows for the task is on the card, and the keys say which is which',
  () => {
    const taskGrant = `mail/draft in this task, as long as it changes drafts; ends after 8 hours ${'x '.repeat(60)}end`;
    const one = approval(1, { taskGrant });
    const model = withQueue([one]);
    const shown = text(model, 1000);
    expect(shown).toContain('approving also allows, for this task: mail/draft in this task');
    expect(shown.replace(/\s+/g, ' ')).toContain('x end');
    expect(shown).toContain('a approve for this task   o approve only this call');
    expect(shown).not.toContain('approve once');
    const approved = (key: string) => keys(model, 1000, key).effects;
    const body = { answer: 'approve', digest: one.digest };
    expect(approved('a')).toEqual([{ kind: 'resolve', id: one.id, body: { ...body, once: false } }]);
    expect(approved('o')).toEqual([{ kind: 'resolve', id: one.id, body: { ...body, once: true } }]);
    // A grant chosen beside it is instead of the task, not on top of it.
    expect(keys(model, 1000, 'g', 'a').effects).toMatchObject([{ body: { once: true, grant: 'same-call' } }]);
    expect(keys(model, 399, 'o').effects).toEqual([]);
    const plain = text(withQueue([approval(2)]), 1000);
    expect(plain).toContain('a approve once');
    expect(plain).not.toMatch(/for this task|only this call/);
  },
);

test('at 80 columns the time left is on the screen, whatever the task is called; lines are cut only at their end', () => {
  const long = 'a-long-word '.repeat(20);
  const model = withQueue([approval(1, { taskTitle: long, agentName: 'helper', summary: `Send ${long}` })]);
  const lines = view(model, 61_001).map((each) => each.text);
  const head = lines.find((each) => each.includes('['));
  expect(head).toMatch(/^waiting 1 min, 1 min left \[#####\.\.\.\.\.\] {2}helper: a-long-word .*…$/);
  const row = lines.find((each) => each.startsWith('> '));
  for (const each of [head, row]) expect(textWidth(each ?? '')).toBe(79);
});

test('a task grant that is not yet on the screen cannot be made', () => {
  const model = withQueue([approval(1, { taskGrant: 'all of it '.repeat(300) })]);
  expect(keys(model, 1000, 'a', 'o').effects).toEqual([]);
});

test('the marked grant stands whole on the screen, however many there are', () => {
  const [first] = approval(1).suggestions;
  const suggestions = Array.from({ length: 9 }, (_, n) => ({
    ...first,
    key: `k${n}`,
    text: `grant ${n} ${'x '.repeat(80)}end ${n}`,
  }));
  const opened = keys(withQueue([approval(1, { suggestions })]), 1000, 'g').model;
  for (let n = 0; n < 9; n++) {
    const { model } = keys(opened, 1000, ...Array.from({ length: n }, () => 'j'));
    const marked = view(model, 1000).map((each) => each.text);
    expect(marked.some((each) => each.startsWith(`> grant ${n} `))).toBe(true);
    expect(marked.some((each) => each.includes(`end ${n}`))).toBe(true);
    expect(keys(model, 1000, 'a').effects).toMatchObject([{ body: { grant: `k${n}` } }]);
  }
});

test('keys answer nothing for 400 ms after the card changes', () => {
  const model = withQueue([approval(1), approval(2)]);
  expect(keys(model, 399, 'a', 'd', 'r', 'g').effects).toEqual([]);
  const moved = keys(model, 1000, 'j').model;
  expect(keys(moved, 1399, 'a').effects).toEqual([]);
  expect(keys(moved, 1400, 'a').effects).toHaveLength(1);
});

test('when somebody else answers, the key pressed in that moment does not hit the next card', () => {
  const [one, two] = [approval(1), approval(2)];
  const model = withQueue([one, two]);
  const gone = { ...one, state: { kind: 'denied', by: 'person:phone', at: 900 } } as const;
  const next = live(model, changedTo(gone), 1000);
  expect(next.selected).toBe(two.id);
  expect(next.notice?.text).toContain('denied by phone');
  expect(keys(next, 1001, 'a').effects).toEqual([]);
});

test('an alarm that moves the card, a new size and a new queue line count as a change', () => {
  const model = withQueue([approval(1)]);
  const moves: readonly Parameters<typeof hear>[1][] = [
    { kind: 'resized', columns: 60, rows: 20 },
    changedTo(approval(2)),
    {
      kind: 'connection',
      event: {
        kind: 'live',
        event: {
          kind: 'alarm',
          alarm: {
            id: 'alarm_000001',
            kind: 'hooks-missing',
            agent: null,
            text: 'x',
            hint: 'y',
            since: 1,
            endedAt: null,
          },
        },
      },
    },
  ];
  for (const move of moves) expect(keys(live(model, move, 1000), 1001, 'a').effects).toEqual([]);
});

test('with the connection lost nothing can be answered, and the screen says so', () => {
  const lost = live(
    withQueue([approval(1)]),
    { kind: 'connection', event: { kind: 'lost', why: 'gone', retryInMs: 1 } },
    500,
  );
  expect(keys(lost, 5000, 'a', 'd', 'r', 'g', 'enter').effects).toEqual([]);
  expect(text(lost)).toContain('CONNECTION LOST: gone');
  expect(text(lost)).toContain('no key answers anything now');
  const half = live(lost, { kind: 'connection', event: { kind: 'connected' } }, 600);
  expect(keys(half, 5000, 'a').effects).toEqual([]);
});

test('a Critical rule needs a second, different key', () => {
  const model = withQueue([critical(1)]);
  expect(keys(model, 1000, 'a', 'a').effects).toEqual([]);
  expect(keys(model, 1000, 'a', 'enter').effects).toEqual([]);
  expect(keys(model, 1000, 'a', 'y').effects).toHaveLength(1);
});

test('what it would do must have been on the screen before it can be approved', () => {
  const effects = Array.from({ length: 40 }, (_, n) => ({
    kind: 'delete',
    target: `/home/u/${n}`,
    targetKind: 'path',
    place: 'home',
    certainty: 'certain',
  }));
  const model = withQueue([approval(1, { effects })]);
  const refused = keys(model, 1000, 'a');
  expect(refused.effects).toEqual([]);
  expect(refused.model.notice?.text).toMatch(/have not been shown/);
  expect(keys(model, 1000, 'd').effects).toHaveLength(1);
  expect(keys(model, 1000, ' ', ' ', ' ', ' ', 'a').effects).toHaveLength(1);
});

test('pasted text is text: it answers nothing', () => {
  const model = withQueue([approval(1)]);
  expect(keys(model, 1000, 'ad', 'da', 'aaaa').effects).toEqual([]);
});

verifies(['A5'], 'under an agent the screen shows and answers nothing', () => {
  const model = withQueue([approval(1)], 0, SIZE, 'only a person answers');
  const tried = keys(model, 1000, 'a', 'd', 'r', 'g');
  expect(tried.effects).toEqual([]);
  expect(tried.model.notice?.text).toBe('only a person answers');
});

test('one answer is on its way at a time', () => {
  const sent = keys(withQueue([approval(1)]), 1000, 'a');
  expect(keys(sent.model, 2000, 'a', 'd').effects).toEqual([]);
});

verifies(['H6'], 'who was first is said', () => {
  const one = approval(1);
  const sent = keys(withQueue([one, approval(2)]), 1000, 'a').model;
  const error = { error: 'already_resolved', message: 'it was answered', by: 'person:phone', at: 1 } as const;
  const next = live(
    sent,
    { kind: 'answered', id: one.id, answer: { ok: false, error: { kind: 'api', status: 409, error } } },
    1100,
  );
  expect(next.notice?.text).toContain('somebody was first: answered by phone');
  expect(next.approvals.map((each) => each.id)).toEqual([approval(2).id]);
});

test('whatever the size and the text, the screen fits and no control character gets through', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 40, max: 200 }),
      fc.integer({ min: 14, max: 60 }),
      fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 8 }),
      fc.array(fc.constantFrom('j', 'k', ' ', 'b', '?', 'g', 'r', 'x', 'escape'), { maxLength: 6 }),
      (columns, rows, texts, pressed) => {
        const queue = texts.map((each, n) =>
          approval(n, { summary: each, agentName: each, taskTitle: each, arguments: { [each]: `${each}\n${each}` } }),
        );
        const { model } = keys(withQueue(queue, 0, { columns, rows }), 1000, ...pressed);
        const lines = view(model, 2000);
        expect(lines.length).toBeLessThan(rows);
        for (const line of lines) {
          expect(textWidth(line.text)).toBeLessThan(columns);
          expect(/[\p{Cc}\p{Cf}]/u.test(line.text)).toBe(false);
        }
      },
    ),
    { numRuns: 200 },
  );
});

verifies(
  ['A11', 'H2'],
  'where a Critical call needs a second factor, y is followed by its digits; Esc, rubbish and a new card approve nothing',
  () => {
    const one = { ...critical(1), factorNeeded: true };
    const asked = keys(withQueue([one]), 1000, 'a', 'y');
    expect(asked.effects).toEqual([]);
    expect(text(asked.model)).toContain('six digits of your app, or a recovery code: _');
    expect(keys(asked.model, 1000, ...'123 456', 'enter').effects).toEqual([
      {
        kind: 'resolve',
        id: one.id,
        body: { answer: 'approve', digest: one.digest, once: true, factor: { kind: 'totp', code: '123456' } },
      },
    ]);
    expect(keys(asked.model, 1000, ...'abcd-efgh-1', 'enter').effects).toMatchObject([
      { body: { factor: { kind: 'recovery', code: 'abcd-efgh-1' } } },
    ]);
    expect(keys(asked.model, 1000, ...'123456', 'escape').effects).toEqual([]);
    expect(keys(asked.model, 1000, ...'12345', 'enter').effects).toEqual([]);
    expect(keys(asked.model, 1000, ...'123457', 'backspace', '6', 'enter').effects).toMatchObject([
      { body: { factor: { code: '123456' } } },
    ]);
    const other = live(asked.model, changedTo({ ...one, digest: `sha256:${'e'.repeat(64)}` as never }), 1000);
    expect(keys(other, 1000, ...'123456', 'enter').effects).toEqual([]);
  },
);

verifies(['R3'], 'P twice declares a panic, with nothing to answer and whatever pours in; once does not', () => {
  const idle = createModel(SIZE, 'nobody is signed in here', 0);
  expect(keys(idle, 0, 'P').effects).toEqual([]);
  expect(text(keys(idle, 0, 'P').model)).toContain('press P again');
  expect(keys(idle, 0, 'P', 'q').effects).toEqual([]);
  expect(keys(idle, 0, 'P', 'P').effects).toEqual([{ kind: 'panic' }]);
  const asked = keys(withQueue([approval(1)]), 1000, 'P').model;
  expect(keys(live(asked, changedTo(approval(2)), 1001), 1001, 'P').effects).toEqual([{ kind: 'panic' }]);
});
