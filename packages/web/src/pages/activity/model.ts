// Activity as words: who decided, what came of it, and what each record of a call says. Pure; nothing here asks or keeps.
import type { ActivityRow, LedgerRecord, Outcome } from '@castellan/contract';
import { seenText } from '../../kit/text-pieces.ts';
import { lasting } from '../../kit/words.ts';

type DecidedBy = NonNullable<ActivityRow['by']>;
type Status = NonNullable<ActivityRow['status']>;

/** Whether anything ran: what a person scans the list for. */
export type Result = 'ran' | 'refused' | 'failed' | 'open';

const BY: Readonly<Record<DecidedBy, string>> = {
  'auto-allowed': 'allowed by itself',
  grant: 'allowed by a grant',
  'user-approved': 'approved',
  'user-denied': 'denied',
  rule: 'refused by a rule',
  timeout: 'nobody answered in time',
  cancelled: 'cancelled before an answer',
  'agent-prompt': "asked in the agent's own terminal",
  error: 'refused, because something failed',
};

const STATUS: Readonly<Record<Status, string>> = {
  succeeded: 'ran',
  failed: 'ran and failed',
  refused: 'did not run',
  interrupted: 'was interrupted',
  unknown: 'outcome not reported',
};

/** Decided, and nothing reported of it yet. */
const UNFINISHED: Readonly<Record<Outcome, string>> = {
  allow: 'allowed, its end is not told yet',
  ask: "asked in the agent's own terminal",
  confirm: 'waiting for a person',
  deny: 'refused',
};

/** Who or what decided; with the person's name where one answered. */
export function decidedWords(by: DecidedBy | null, person: string | null, outcome: Outcome): string {
  if (by === null) return UNFINISHED[outcome];
  const words = BY[by];
  return person === null || !by.startsWith('user-') ? words : `${words} by ${person}`;
}

/** Who made a call, from the widest to the nearest: agent, task, sub-agent. */
export const madeByText = ({
  agentName,
  taskTitle,
  subagent,
}: Pick<ActivityRow, 'agentName' | 'taskTitle' | 'subagent'>): string =>
  [agentName, taskTitle, subagent === null ? '' : `sub-agent ${subagent}`]
    .filter((text) => text !== '')
    .map(seenText)
    .join(' · ');

export const statusWords = (status: Status | null): string => (status === null ? 'not finished' : STATUS[status]);

export function resultOf({ by, status }: Pick<ActivityRow, 'by' | 'status'>): Result {
  if (status === 'failed') return 'failed';
  if (status === 'refused') return 'refused';
  if (status === 'succeeded' || status === 'interrupted' || status === 'unknown') return 'ran';
  return by === 'user-denied' || by === 'rule' || by === 'timeout' || by === 'cancelled' || by === 'error'
    ? 'refused'
    : 'open';
}

export interface RecordLine {
  readonly at: number;
  readonly title: string;
  readonly text: string;
}

/** One record of a call as a line of its story; null for a kind that a call's page does not tell. */
export function recordLine(record: LedgerRecord): RecordLine | null {
  switch (record.kind) {
    case 'attempt': {
      const by = record.script === undefined ? '' : `by ${scriptWords(record.script.name)}, `;
      return {
        at: record.at,
        title: 'Attempted',
        text: `${by}${record.module}/${record.tool}: the verdict was ${record.verdict.outcome}`,
      };
    }
    case 'approval':
      return { at: record.at, ...approvalWords(record.state) };
    case 'outcome': {
      const took = record.durationMs === undefined ? '' : ` after ${lasting(record.durationMs)}`;
      const why = record.text === undefined ? '' : `: ${record.text}`;
      return { at: record.at, title: 'Came to an end', text: `${STATUS[record.status]}${took}${why}` };
    }
    case 'incident':
      return { at: record.at, title: 'Bait was touched', text: record.text };
    case 'incident-step':
      return { at: record.at, title: `Incident ${record.change}`, text: record.text };
    case 'alarm':
      return { at: record.at, title: 'Alarm', text: record.alarm.text };
    case 'grant':
      return { at: record.at, title: `Grant ${record.change}`, text: record.text };
    case 'notice':
      return { at: record.at, title: `Message ${record.change}`, text: `${record.channel}: ${record.text}` };
    case 'refusal':
      return { at: record.at, title: 'Turned away', text: record.text };
    case 'policy':
    case 'daemon':
    case 'agent':
    case 'session':
    case 'secret':
    case 'vault':
    case 'model':
    case 'connection':
    case 'sign-in':
    case 'person':
    case 'terminal':
    case 'module':
    case 'script':
    case 'schedule':
    case 'verification':
    case 'sealed':
    case 'check':
    case 'export':
      return null;
  }
}

/** Null: a source that was evaluated without being kept. */
const scriptWords = (name: string | null): string =>
  name === null ? 'a script that nobody approved' : `the script ${name}`;

type ApprovalState = Extract<LedgerRecord, { kind: 'approval' }>['state'];

function approvalWords(state: ApprovalState): { readonly title: string; readonly text: string } {
  switch (state.kind) {
    case 'pending':
      return { title: 'Asked', text: 'a person was asked' };
    case 'queued':
      return { title: 'Asked', text: 'waits until another call on the same target is answered' };
    case 'approved': {
      const with_ = state.factor === undefined ? '' : ` with ${state.factor}`;
      const edited = state.edited === undefined ? '' : ', with other arguments';
      return { title: 'Approved', text: `by ${state.by}${with_}${edited}` };
    }
    case 'denied':
      return { title: 'Denied', text: `by ${state.by}${state.reason === undefined ? '' : `: ${state.reason}`}` };
    case 'timed-out':
      return { title: 'Timed out', text: 'nobody answered; silence is deny' };
    case 'cancelled':
      return { title: 'Cancelled', text: state.why };
  }
}
