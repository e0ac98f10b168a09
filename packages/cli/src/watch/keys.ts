// What each key does. INVARIANT: a key answers only a card that has stood still for SETTLE_MS, over a live connection,
// with its sentence and effects seen; more than one character at once is a paste and answers nothing.
import type { Approval, ResolveRequest } from '@castellan/contract';
import { SETTLE_MS } from '../prompt.ts';
import { proofOf } from '../session/proof.ts';
import { isCritical } from '../text/card.ts';
import type { Tone } from '../text/tone.ts';
import { cardLines, layoutOf, maxScroll } from './layout.ts';
import { type Model, type Step, selectedOf, type Wish } from './model.ts';
import { changed, shownTo } from './update.ts';

const MAX_REASON = 500;
const MAX_CODE = 40;

const say = (model: Model, text: string, tone: Tone = 'caution'): Step => ({
  model: { ...model, notice: { text, tone } },
});

export function press(model: Model, key: string, now: number): Step {
  switch (model.mode.kind) {
    case 'reason':
      return typeReason(model, model.mode.text, key, now);
    case 'factor':
      return typeFactor(model, model.mode, key, now);
    case 'grant':
      return chooseGrant(model, model.mode.index, key, now);
    case 'confirm':
      return confirmed(model, model.mode.wish, key, now);
    case 'why':
      return readWhy(model, model.mode, key);
    case 'help':
      return { model: { ...model, mode: { kind: 'card' } } };
    case 'panic':
      return key === 'P'
        ? { model: { ...model, mode: { kind: 'card' }, notice: null }, effect: { kind: 'panic' } }
        : say({ ...model, mode: { kind: 'card' } }, 'no panic was declared', 'plain');
    case 'card':
      return onCard(model, key, now);
  }
}

function onCard(model: Model, key: string, now: number): Step {
  switch (key) {
    case 'q':
    case 'ctrl-c':
      return { model, effect: { kind: 'quit' } };
    case '?':
    case 'h':
      return { model: { ...model, mode: { kind: 'help' } } };
    case 'P':
      return { model: { ...model, mode: { kind: 'panic' }, notice: null } };
    case 'j':
    case 'down':
      return move(model, 1, now);
    case 'k':
    case 'up':
      return move(model, -1, now);
    case ' ':
    case 'pagedown':
      return scroll(model, layoutOf(model).cardRows - 1);
    case 'b':
    case 'pageup':
      return scroll(model, 1 - layoutOf(model).cardRows);
    case 'J':
      return scroll(model, 1);
    case 'K':
      return scroll(model, -1);
    case 'w': {
      const approval = selectedOf(model);
      return approval === undefined ? { model } : { model, effect: { kind: 'explain', approval } };
    }
    case 'a':
    case 'o':
    case 'd':
    case 'r':
    case 'g':
      return answerKey(model, key, now);
    default:
      return { model };
  }
}

function move(model: Model, by: number, now: number): Step {
  const index = model.approvals.findIndex((approval) => approval.id === model.selected);
  const next = model.approvals[Math.min(model.approvals.length - 1, Math.max(0, index + by))];
  if (next === undefined || next.id === model.selected) return { model };
  return { model: changed({ ...model, selected: next.id, notice: null }, now) };
}

function scroll(model: Model, by: number): Step {
  const approval = selectedOf(model);
  if (approval === undefined) return { model };
  const { width, cardRows } = layoutOf(model);
  const most = maxScroll(cardLines(approval, width).lines.length, cardRows);
  const next = { ...model, scroll: Math.min(most, Math.max(0, model.scroll + by)) };
  return { model: { ...next, seen: shownTo(next) } };
}

/** The card that may be answered now; otherwise why not. */
function answerable(model: Model, now: number): Approval | Step {
  if (model.readOnly !== null) return say(model, model.readOnly);
  if (model.link.kind !== 'live') return say(model, 'not connected: nothing can be answered', 'danger');
  const approval = selectedOf(model);
  if (approval === undefined) return { model };
  if (model.sending !== null) return say(model, 'wait: the last answer is on its way');
  if (now - model.changedAt < SETTLE_MS) return say(model, 'the card has just changed: look, then press again');
  return approval;
}

function answerKey(model: Model, key: 'a' | 'o' | 'd' | 'r' | 'g', now: number): Step {
  const approval = answerable(model, now);
  if ('model' in approval) return approval;
  switch (key) {
    case 'd':
      return send(model, approval, { answer: 'deny' });
    case 'r':
      return { model: { ...model, mode: { kind: 'reason', text: '' }, notice: null } };
    case 'a':
      // Where the card names nothing for the task, nothing is allowed for it.
      return approve(model, approval, { once: approval.taskGrant === null });
    case 'o':
      return approve(model, approval, { once: true });
    case 'g':
      if (approval.suggestions.length === 0)
        return say(model, 'no grant can cover this call: approve it once, or deny it');
      return { model: { ...model, mode: { kind: 'grant', index: 0 }, notice: null } };
  }
}

function approve(model: Model, approval: Approval, wish: Wish): Step {
  const { top } = cardLines(approval, layoutOf(model).width);
  if (model.seen < top)
    return say(model, `${top - model.seen} lines of what it would do have not been shown: press space first`);
  if (isCritical(approval)) {
    return { model: { ...model, mode: { kind: 'confirm', wish } } };
  }
  return approved(model, approval, wish);
}

/** The last step, or the one before it: where a rule is Critical, whoever has a second factor shows it. */
function approved(model: Model, approval: Approval, wish: Wish): Step {
  if (approval.factorNeeded) return { model: { ...model, mode: { kind: 'factor', wish, text: '' }, notice: null } };
  return send(model, approval, { answer: 'approve', digest: approval.digest, ...wish });
}

const send = (model: Model, approval: Approval, body: ResolveRequest): Step => ({
  model: { ...model, mode: { kind: 'card' }, sending: approval.id, notice: null },
  effect: { kind: 'resolve', id: approval.id, body },
});

const back = (model: Model, text: string): Step => say({ ...model, mode: { kind: 'card' } }, text, 'plain');

function confirmed(model: Model, wish: Wish, key: string, now: number): Step {
  if (key !== 'y') return back(model, 'not approved; it still waits');
  const approval = answerable(model, now);
  if ('model' in approval) return approval;
  return approved(model, approval, wish);
}

/** What a key makes of a line that is being typed. */
const typed = (text: string, key: string): string =>
  key === 'backspace' ? [...text].slice(0, -1).join('') : /^(up|down|pageup|pagedown)$/.test(key) ? text : text + key;

function typeFactor(model: Model, mode: Extract<Model['mode'], { kind: 'factor' }>, key: string, now: number): Step {
  if (key === 'escape' || key === 'ctrl-c') return back(model, 'not approved; it still waits');
  if (key !== 'enter')
    return { model: { ...model, mode: { ...mode, text: typed(mode.text, key).slice(0, MAX_CODE) } } };
  const factor = proofOf(mode.text);
  if (factor === undefined) return say({ ...model, mode: { ...mode, text: '' } }, 'six digits, or a recovery code');
  const approval = answerable(model, now);
  if ('model' in approval) return approval;
  return send(model, approval, { answer: 'approve', digest: approval.digest, ...mode.wish, factor });
}

function typeReason(model: Model, text: string, key: string, now: number): Step {
  if (key === 'escape' || key === 'ctrl-c') return back(model, 'not denied; it still waits');
  if (key === 'enter') {
    const approval = answerable(model, now);
    if ('model' in approval) return approval;
    const reason = text.trim();
    return send(model, approval, { answer: 'deny', ...(reason === '' ? {} : { reason }) });
  }
  return { model: { ...model, mode: { kind: 'reason', text: typed(text, key).slice(0, MAX_REASON) } } };
}

function chooseGrant(model: Model, index: number, key: string, now: number): Step {
  const suggestions = selectedOf(model)?.suggestions ?? [];
  const to = (next: number): Step => ({
    model: { ...model, mode: { kind: 'grant', index: Math.min(suggestions.length - 1, Math.max(0, next)) } },
  });
  switch (key) {
    case 'j':
    case 'down':
      return to(index + 1);
    case 'k':
    case 'up':
      return to(index - 1);
    case 'a':
    case 'enter': {
      const approval = answerable(model, now);
      if ('model' in approval) return approval;
      const grant = suggestions[index]?.key;
      return approve(model, approval, { once: true, ...(grant === undefined ? {} : { grant }) });
    }
    case 'escape':
    case 'q':
    case 'ctrl-c':
      return back(model, 'no grant made; it still waits');
    default:
      return { model };
  }
}

function readWhy(model: Model, mode: Extract<Model['mode'], { kind: 'why' }>, key: string): Step {
  const most = maxScroll(mode.lines.length, layoutOf(model).cardRows);
  const to = (scroll: number): Step => ({
    model: { ...model, mode: { ...mode, scroll: Math.min(most, Math.max(0, scroll)) } },
  });
  if (['j', 'down', 'J'].includes(key)) return to(mode.scroll + 1);
  if (['k', 'up', 'K'].includes(key)) return to(mode.scroll - 1);
  if ([' ', 'pagedown'].includes(key)) return to(mode.scroll + layoutOf(model).cardRows - 1);
  if (['b', 'pageup'].includes(key)) return to(mode.scroll - layoutOf(model).cardRows + 1);
  return { model: { ...model, mode: { kind: 'card' } } };
}
