// How the rows of the terminal are shared out, and which lines of the card are on the screen.
import type { Approval } from '@castellan/contract';
import { cardEvidence, cardTop, headLine } from '../text/card.ts';
import type { Line } from '../text/tone.ts';
import { line } from '../text/tone.ts';
import { cut } from '../text/wrap.ts';
import type { Model } from './model.ts';

const MAX_ALARMS = 3;
const MAX_QUEUE = 5;

export interface Layout {
  readonly width: number;
  readonly alarmRows: number;
  readonly queueRows: number;
  /** Rows for the card, without its pinned head. */
  readonly cardRows: number;
}

export function layoutOf(model: Model): Layout {
  const { columns, rows } = model.size;
  const alarmRows = Math.min(model.alarms.length, MAX_ALARMS);
  const queueRows = Math.min(model.approvals.length, MAX_QUEUE, Math.max(1, rows - 18));
  // One row stays free: a screen that is quite full makes terminals scroll. Header, rule, head, notice, two of keys.
  const used = 1 + 1 + alarmRows + queueRows + 1 + 1 + 1 + 2;
  return { width: Math.max(30, columns - 1), alarmRows, queueRows, cardRows: Math.max(3, rows - used) };
}

/** The card as lines; `top` of them hold the sentence and the effects, which must have been seen before an approval. */
export function cardLines(
  approval: Approval,
  width: number,
): { readonly lines: readonly Line[]; readonly top: number } {
  const top = cardTop(approval, width);
  return { lines: [...top, ...cardEvidence(approval, width)], top: top.length };
}

/** Who, and how much time is left: one line, pinned. */
export const pinnedHead = (approval: Approval, now: number, width: number): Line =>
  line(cut(headLine(approval, now), width), 'quiet');

/** The lines on the screen, `[from, to)`: where more follows, the last row says so and covers one line. */
export function onScreen(length: number, scroll: number, rows: number): { readonly from: number; readonly to: number } {
  return { from: scroll, to: length - scroll > rows ? scroll + rows - 1 : length };
}

export const maxScroll = (length: number, rows: number): number => Math.max(0, length - rows);
