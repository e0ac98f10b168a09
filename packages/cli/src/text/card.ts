// The approval card as lines: one sentence, then the evidence, worst first; nothing elided. The order is design/ui.md's,
// and the same lines are shown by `approve`, `pending --full` and `watch`.
import type { Approval, JsonValue } from '@castellan/contract';
import { changeLines, flowLines } from './card-parts.ts';
import { effectLines } from './drawing.ts';
import { type Line, line } from './tone.ts';
import { reversibilityLines } from './undo-text.ts';
import { visible, visibleLines } from './visible.ts';
import { duration, isOpen, reasonText, stateText } from './words.ts';
import { labelled, wrap } from './wrap.ts';

/** Whether a Critical rule asked: then one key is not enough. */
export const isCritical = (approval: Approval): boolean =>
  approval.verdict.reasons.some((reason) => reason.source === 'critical-rule');

/** Ten marks that empty as time runs out; drawn with characters every terminal has. */
export function timeBar(approval: Approval, now: number, marks = 10): string {
  const whole = Math.max(1, approval.expiresAt - approval.createdAt);
  const left = Math.min(1, Math.max(0, (approval.expiresAt - now) / whole));
  const full = Math.ceil(left * marks);
  return `[${'#'.repeat(full)}${'.'.repeat(marks - full)}]`;
}

export function headLine(approval: Approval, now: number): string {
  const sub = approval.subagent === undefined ? '' : ` (sub-agent ${visible(approval.subagent)})`;
  const task = approval.taskTitle.trim() === '' ? 'untitled task' : visible(approval.taskTitle);
  const who = `${visible(approval.agentName)}${sub}: ${task}`;
  const waiting = `waiting ${duration(now - approval.createdAt)}`;
  if (!isOpen(approval.state)) return `${who} - ${stateText(approval.state)}`;
  const left = `${duration(approval.expiresAt - now)} left ${timeBar(approval, now)}`;
  // The time comes first: a task's title is as long as the agent likes, and must not push it off the screen.
  return `${waiting}, ${left}  ${who}`;
}

function argumentLines(name: string, value: JsonValue, width: number): readonly Line[] {
  const texts = typeof value === 'string' ? visibleLines(value) : visibleLines(JSON.stringify(value, null, 2));
  const label = `  ${visible(name)}: `;
  if (texts.length === 1) return labelled(label, texts[0] ?? '', width).map((text) => line(text));
  // Numbered, so that a file's text can never pass for a line of this card.
  const digits = String(texts.length).length;
  return [
    line(label.trimEnd()),
    ...texts.flatMap((text, index) =>
      labelled(`  ${String(index + 1).padStart(digits)} | `, text, width).map((part) => line(part)),
    ),
  ];
}

/** What approving allows beyond the call that is shown. INVARIANT: no grant is made that did not stand on the card. */
export const taskGrantLines = ({ taskGrant }: Approval, width: number): readonly Line[] =>
  taskGrant === null ? [] : wrap(`${TASK_GRANT} ${visible(taskGrant)}`, width).map((text) => line(text, 'caution'));
export const TASK_GRANT = 'approving also allows, for this task:';

/** Sentence, what approving also allows, effects: what must be seen before anything can be pressed. */
export function cardTop(approval: Approval, width: number): readonly Line[] {
  const { effects } = approval;
  return [
    ...wrap(visible(approval.summary), width).map((text) => line(text, 'strong')),
    ...(isCritical(approval) ? [line('Critical: a Critical rule wants a person each single time', 'danger')] : []),
    ...taskGrantLines(approval, width),
    ...(effects.length === 0 ? [line('  no effects could be told apart: read the arguments', 'caution')] : []),
    ...(effects.length === 0 ? [] : effectLines(effects, {}, width, false)),
    ...flowLines(approval.flows, width),
    ...reversibilityLines(approval.reversibility, width),
  ];
}

/** Arguments, why it was asked, where it came from. */
export function cardEvidence(approval: Approval, width: number): readonly Line[] {
  const args = Object.entries(approval.arguments);
  return [
    line(`${visible(approval.module)}/${visible(approval.tool)}, in ${visible(approval.cwd)}`, 'quiet'),
    ...args.flatMap(([name, value]) => argumentLines(name, value, width)),
    ...(args.length === 0 ? [line('  no arguments')] : []),
    ...changeLines(approval.changes, width),
    line('asked because', 'quiet'),
    // A Guideline advises the agent, which is told it with its answer. `castellan why` shows it too.
    ...approval.verdict.reasons
      .filter(({ source }) => source !== 'guideline')
      .flatMap((reason) => [
        ...labelled('  ', reasonText(reason), width).map((text) => line(text)),
        ...(reason.remedy === undefined
          ? []
          : labelled('    instead: ', visible(reason.remedy), width).map((text) => line(text, 'quiet'))),
      ]),
    line(`${approval.id}, bound to`, 'quiet'),
    ...labelled('  ', approval.digest, width).map((text) => line(text, 'quiet')),
  ];
}

export function suggestionLines(approval: Approval, width: number): readonly Line[] {
  if (approval.suggestions.length === 0) return [];
  return [
    line('approve more with `--grant KEY`', 'quiet'),
    ...approval.suggestions.flatMap((suggestion) =>
      labelled(`  ${visible(suggestion.key)}: `, visible(suggestion.text), width).map((text) => line(text)),
    ),
  ];
}

export function card(approval: Approval, now: number, width: number): readonly Line[] {
  return [
    ...wrap(headLine(approval, now), width).map((text) => line(text, 'quiet')),
    ...cardTop(approval, width),
    ...cardEvidence(approval, width),
  ];
}
