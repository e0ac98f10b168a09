// What happens to the model when something is heard: events of the daemon, answers to our questions.
import { errorLines } from '@castellan/client';
import type { Approval, ApprovalId, LiveEvent } from '@castellan/contract';
import { visible } from '../text/visible.ts';
import { isOpen, stateText, timeOfDay, whoText } from '../text/words.ts';
import { wrap } from '../text/wrap.ts';
import { cardLines, layoutOf, onScreen } from './layout.ts';
import { type Input, type Model, type Step, selectedOf } from './model.ts';

type Heard = Exclude<Input, { readonly kind: 'key' }>;

export function hear(model: Model, input: Heard, now: number): Step {
  switch (input.kind) {
    case 'connection':
      switch (input.event.kind) {
        // The queue of before is not shown as live until the daemon has said what waits now.
        case 'connected':
          return { model };
        case 'lost':
          return { model: changed({ ...model, link: { kind: 'lost', why: input.event.why }, sending: null }, now) };
        case 'refused':
          return { model: changed({ ...model, link: { kind: 'refused', why: input.event.why }, sending: null }, now) };
        case 'live':
          return live(model, input.event.event, now);
      }
      break;
    case 'answered':
      return { model: answered(model, input, now) };
    case 'explained': {
      if (input.id !== model.selected || model.mode.kind !== 'card') return { model };
      const { width } = layoutOf(model);
      const lines = input.lines.flatMap((text) => wrap(text, width));
      return { model: { ...model, mode: { kind: 'why', lines, scroll: 0 } } };
    }
    case 'panicked':
      return { model: { ...model, notice: { text: visible(input.text), tone: 'danger' } } };
    case 'failed':
      return { model: changed({ ...model, sending: null, notice: { text: visible(input.why), tone: 'danger' } }, now) };
    case 'resized': {
      const { columns, rows } = input;
      return { model: changed({ ...model, size: { columns, rows } }, now) };
    }
  }
}

/** Everything about the shown card starts anew: keys pressed for the one before must not count for this one. */
export const changed = (model: Model, now: number): Model => {
  // A panic is about no card: calls that pour in must not take the second P away.
  const mode = model.mode.kind === 'panic' ? model.mode : ({ kind: 'card' } as const);
  const next: Model = { ...model, changedAt: now, scroll: 0, seen: 0, mode };
  return { ...next, seen: shownTo(next) };
};

/** The last line of the card that is on the screen. */
export function shownTo(model: Model): number {
  const approval = selectedOf(model);
  if (approval === undefined) return 0;
  const { width, cardRows } = layoutOf(model);
  const { lines } = cardLines(approval, width);
  return Math.max(model.seen, onScreen(lines.length, model.scroll, cardRows).to);
}

function live(model: Model, event: LiveEvent, now: number): Step {
  switch (event.kind) {
    case 'hello': {
      const approvals = event.approvals.filter((each) => isOpen(each.state)).toSorted(oldestFirst);
      const alarms = event.alarms.filter((alarm) => alarm.endedAt === null);
      const before = { ...model, link: { kind: 'live' }, alarms, sending: null, notice: null } as const;
      return { model: changed(select({ ...before, approvals }), now) };
    }
    case 'approval':
      return approvalChanged(model, event.approval, now);
    case 'reminder':
      return {
        model: { ...model, notice: { text: `still waiting: ${visible(event.approval.summary)}`, tone: 'caution' } },
        effect: { kind: 'bell' },
      };
    case 'call':
      return { model: { ...model, recent: [event, ...model.recent].slice(0, 50) } };
    case 'alarm': {
      const others = model.alarms.filter((alarm) => alarm.id !== event.alarm.id);
      const alarms = event.alarm.endedAt === null ? [event.alarm, ...others] : others;
      // An alarm moves the card down: what was under a key is elsewhere now.
      return {
        model: changed({ ...model, alarms }, now),
        ...(event.alarm.endedAt === null ? { effect: { kind: 'bell' } } : {}),
      };
    }
    case 'policy': {
      const [fault] = event.faults;
      const text = fault === undefined ? 'the policy changed' : `the new policy is rejected: ${visible(fault)}`;
      return { model: { ...model, notice: { text, tone: fault === undefined ? 'plain' : 'danger' } } };
    }
    case 'changed':
      return { model };
    case 'bye':
      return { model: changed({ ...model, link: { kind: 'lost', why: 'the daemon stops' }, sending: null }, now) };
  }
}

const oldestFirst = (a: Approval, b: Approval): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);

/** Keeps what is selected while it waits; else the oldest. */
function select(model: Model, near = 0): Model {
  if (model.approvals.some((approval) => approval.id === model.selected)) return model;
  return { ...model, selected: model.approvals[Math.min(near, model.approvals.length - 1)]?.id ?? null };
}

function approvalChanged(model: Model, approval: Approval, now: number): Step {
  const index = model.approvals.findIndex((each) => each.id === approval.id);
  const others = model.approvals.filter((each) => each.id !== approval.id);
  if (isOpen(approval.state)) {
    const approvals = [...others, approval].toSorted(oldestFirst);
    const next = select({ ...model, approvals });
    const isNew = index === -1;
    const sameCard = !isNew && model.approvals[index]?.digest === approval.digest;
    const shownChanged =
      next.selected !== model.selected ||
      (approval.id === model.selected && !sameCard) ||
      layoutOf(next).cardRows !== layoutOf(model).cardRows;
    return { model: shownChanged ? changed(next, now) : next, ...(isNew ? { effect: { kind: 'bell' } } : {}) };
  }
  if (index === -1) return { model };
  const next = select({ ...model, approvals: others }, index);
  const notice = { text: `${stateText(approval.state)}: ${visible(approval.summary)}`, tone: 'plain' } as const;
  const sending = model.sending === approval.id ? null : model.sending;
  return { model: changed({ ...next, notice, sending }, now) };
}

function answered(model: Model, { id, answer }: Extract<Heard, { kind: 'answered' }>, now: number): Model {
  const sending = model.sending === id ? null : model.sending;
  if (answer.ok) return approvalChanged({ ...model, sending }, answer.value, now).model;
  const { error } = answer;
  if (error.kind === 'api' && error.error.error === 'already_resolved') {
    const { by, at, message } = error.error;
    const when = at === undefined ? '' : ` at ${timeOfDay(at)}`;
    const text = by === undefined ? message : `somebody was first: answered by ${whoText(by)}${when}`;
    return changed({ ...dropped(model, id), sending, notice: { text, tone: 'caution' } }, now);
  }
  const { message, hints } = errorLines(error);
  const text = `not answered: ${visible([message, ...hints].join('; '))}`;
  return changed({ ...model, sending, notice: { text, tone: 'danger' } }, now);
}

function dropped(model: Model, id: ApprovalId): Model {
  const index = model.approvals.findIndex((each) => each.id === id);
  return select({ ...model, approvals: model.approvals.filter((each) => each.id !== id) }, Math.max(0, index));
}
