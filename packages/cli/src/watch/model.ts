// What `watch` knows and shows, as one value. Everything that happens (events, keys, answers) makes a new one in
// update.ts and keys.ts; view.ts turns it into lines; screen.ts puts the lines on the terminal.
// INVARIANT: nothing can be answered that is not on the screen as it is now.
import type { Answer, ConnectionEvent } from '@castellan/client';
import type { Alarm, Approval, ApprovalId, LiveEvent, ResolveRequest } from '@castellan/contract';
import type { Tone } from '../text/tone.ts';

/** What is approved with the call. `once`: nothing for its task. */
export interface Wish {
  readonly once: boolean;
  readonly grant?: string;
}

export type Mode =
  | { readonly kind: 'card' }
  /** A Critical rule asked: one key is not enough. */
  | { readonly kind: 'confirm'; readonly wish: Wish }
  /** Approving this needs a second factor, typed. */
  | { readonly kind: 'factor'; readonly wish: Wish; readonly text: string }
  | { readonly kind: 'reason'; readonly text: string }
  | { readonly kind: 'grant'; readonly index: number }
  | { readonly kind: 'why'; readonly lines: readonly string[]; readonly scroll: number }
  | { readonly kind: 'help' }
  /** P was pressed once: twice, so that nobody slips. */
  | { readonly kind: 'panic' };

export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

export interface Model {
  readonly link: Link;
  /** Open ones, oldest first. */
  readonly approvals: readonly Approval[];
  readonly alarms: readonly Alarm[];
  readonly selected: ApprovalId | null;
  /** When the shown card last changed: keys count only after SETTLE_MS. */
  readonly changedAt: number;
  readonly mode: Mode;
  /** First line of the card that is shown, and the furthest line that has been. */
  readonly scroll: number;
  readonly seen: number;
  /** The one being answered: its keys are dead until the daemon has spoken. */
  readonly sending: ApprovalId | null;
  readonly notice: { readonly text: string; readonly tone: Tone } | null;
  readonly recent: readonly Extract<LiveEvent, { readonly kind: 'call' }>[];
  readonly size: { readonly columns: number; readonly rows: number };
  /** Why nothing may be answered from here; null for a person. */
  readonly readOnly: string | null;
  /** How `castellan` is typed here. */
  readonly command: string;
}

export type Input =
  | { readonly kind: 'connection'; readonly event: ConnectionEvent }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'answered'; readonly id: ApprovalId; readonly answer: Answer<Approval> }
  | { readonly kind: 'explained'; readonly id: ApprovalId; readonly lines: readonly string[] }
  /** What became of a panic, in one line. */
  | { readonly kind: 'panicked'; readonly text: string }
  /** The asking itself failed. */
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'resized'; readonly columns: number; readonly rows: number };

/** What the world is asked to do. */
export type Effect =
  | { readonly kind: 'resolve'; readonly id: ApprovalId; readonly body: ResolveRequest }
  | { readonly kind: 'explain'; readonly approval: Approval }
  | { readonly kind: 'bell' }
  | { readonly kind: 'panic' }
  | { readonly kind: 'quit' };

export interface Step {
  readonly model: Model;
  readonly effect?: Effect;
}

export const createModel = (
  size: Model['size'],
  readOnly: string | null,
  now: number,
  command = 'castellan',
): Model => ({
  link: { kind: 'connecting' },
  approvals: [],
  alarms: [],
  selected: null,
  changedAt: now,
  mode: { kind: 'card' },
  scroll: 0,
  seen: 0,
  sending: null,
  notice: null,
  recent: [],
  size,
  readOnly,
  command,
});

export const selectedOf = (model: Model): Approval | undefined =>
  model.approvals.find((approval) => approval.id === model.selected);
