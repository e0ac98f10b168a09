// What a message says: a title in our words, the sentence of the approval, who asks and for what, how long there is. RULE:
// nothing else of a call goes out, no argument and no path beyond the sentence (H3); everything passes the exits once more,
// at the moment it is sent.
import type { Alarm, Approval, ApprovalId, JsonValue } from '@castellan/contract';
import type { Exits } from '../exits/index.ts';
import { cut, plain } from './plain.ts';

export type Subject =
  | { readonly kind: 'approval' | 'reminder' | 'settled'; readonly approval: Approval }
  | { readonly kind: 'alarm'; readonly alarm: Alarm }
  /** A version of a script waits for a person. */
  | { readonly kind: 'script'; readonly script: WaitingScript }
  | { readonly kind: 'test' };

export interface WaitingScript {
  readonly name: string;
  readonly number: number;
  readonly digest: string;
  /** Who proposes it, as people call it. */
  readonly author: string;
  readonly description: string;
  /** What it may do beside computing, in short. */
  readonly asks: string;
}

export interface Link {
  readonly label: 'Approve' | 'Deny' | 'Open';
  readonly url: string;
}
/** Of a channel with buttons of its own: `token` comes back when it is pressed. */
export interface Button {
  readonly label: 'Approve' | 'Deny';
  readonly token: string;
}

/** Of one message, made once: a try that seemed to fail may have arrived. */
export interface Ways {
  readonly links: readonly Link[];
  readonly buttons: readonly Button[];
}

export interface Shown extends Ways {
  readonly kind: Subject['kind'];
  /** Of messages that are about the same: one takes the place of the other where a channel can. */
  readonly key: string;
  readonly title: string;
  readonly text: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly urgent: boolean;
  /** Until the question ends; null where there is none. */
  readonly secondsLeft: number | null;
}

/** Of an approval only what a message needs: what waits here, and what is remembered of it, must not hold a megabyte each. */
export const slim = (approval: Approval): Approval => ({
  ...approval,
  arguments: {},
  effects: [],
  flows: [],
  changes: [],
  suggestions: [],
});

const MOST = { text: 600, fact: 160 } as const;

export const isCritical = ({ verdict }: Approval): boolean =>
  verdict.reasons.some(({ source }) => source === 'critical-rule');

/** What a delivery or a record says it was about. */
export function aboutOf(subject: Subject): string {
  switch (subject.kind) {
    case 'approval':
    case 'reminder':
    case 'settled':
      return subject.approval.id;
    case 'alarm':
      return `alarm ${subject.alarm.kind}`;
    case 'script':
      return `script ${subject.script.name} ${subject.script.number}`;
    case 'test':
      return 'test';
  }
}

export const approvalOf = (subject: Subject): ApprovalId | null => ('approval' in subject ? subject.approval.id : null);

function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function ending({ state }: Approval): string {
  switch (state.kind) {
    case 'approved':
      return `Approved by ${state.by}`;
    case 'denied':
      return `Denied by ${state.by}`;
    case 'timed-out':
      return 'Nobody answered in time: it did not run';
    case 'cancelled':
      return 'Withdrawn: it did not run';
    case 'pending':
    case 'queued':
      return 'Waits';
  }
}

interface Words {
  readonly title: string;
  readonly text: string;
  readonly facts: readonly (readonly [string, string])[];
}

function wordsOf(subject: Subject, now: number): Words {
  switch (subject.kind) {
    case 'approval':
    case 'reminder': {
      const { approval } = subject;
      const what = isCritical(approval) ? 'Critical: approval needed' : 'Approval needed';
      return {
        title: subject.kind === 'reminder' ? `Still waiting. ${what}` : what,
        text: approval.summary,
        facts: [
          ['Agent', approval.agentName],
          ['Task', approval.taskTitle],
          ['Risk', approval.risk.join(', ')],
          ['Answer within', timeLeft(approval.expiresAt - now)],
        ],
      };
    }
    case 'settled':
      return {
        title: ending(subject.approval),
        text: subject.approval.summary,
        facts: [
          ['Agent', subject.approval.agentName],
          ['Task', subject.approval.taskTitle],
        ],
      };
    case 'alarm':
      return {
        title: `Alarm: ${subject.alarm.kind.replaceAll('-', ' ')}`,
        text: subject.alarm.text,
        facts: [['What to do', subject.alarm.hint]],
      };
    case 'script': {
      const { name, number, author, description, asks } = subject.script;
      return {
        title: 'A script waits for review',
        text: `${name}, version ${number}${description === '' ? '' : `: ${description}`}`,
        facts: [
          ['Proposed by', author],
          ['Asks for', asks],
        ],
      };
    }
    case 'test':
      return { title: 'Castellan can reach you here', text: 'This is a test. Nothing waits for an answer.', facts: [] };
  }
}

/** The message as it may leave now. */
export function shownOf(subject: Subject, ways: Ways, exits: Exits, now: number): Shown {
  const { title, text, facts } = wordsOf(subject, now);
  const words: JsonValue = {
    title: plain(title),
    text: plain(text),
    facts: facts.map(([name, value]) => ({ name, value: plain(value) })).filter(({ value }) => value !== ''),
  };
  // Links are credentials of their own and are put beside what was looked through.
  const said = exits.value(words) as { title: string; text: string; facts: { name: string; value: string }[] };
  const open = subject.kind === 'approval' || subject.kind === 'reminder' ? subject.approval : null;
  return {
    ...ways,
    kind: subject.kind,
    key: approvalOf(subject) ?? aboutOf(subject),
    title: cut(exits.text(said.title ?? ''), MOST.fact),
    text: cut(exits.text(said.text ?? ''), MOST.text),
    facts: (said.facts ?? []).map(({ name, value }) => ({ name, value: cut(exits.text(value), MOST.fact) })),
    urgent: subject.kind !== 'settled' && subject.kind !== 'test',
    secondsLeft: open === null ? null : Math.max(1, Math.ceil((open.expiresAt - now) / 1000)),
  };
}

/** The whole as text, for channels that know no more. */
export const bodyOf = ({ text, facts }: Shown): string =>
  [text, ...facts.map(({ name, value }) => `${name}: ${value}`)].join('\n');
