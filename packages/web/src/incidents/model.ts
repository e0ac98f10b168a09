// An incident as words: what a panic did, and what each step of the way back asks of a person. Pure.
import type { Incident, RecoveryStep, StopStep } from '@castellan/contract';
import { countText } from '../kit/time-text.ts';

type Stopped = Incident['did'][number];

const DID: Readonly<Record<StopStep, (count: number) => string>> = {
  file: () => 'Outlives a restart of the daemon',
  agents: (count) => `${countText(count, 'agent')} cut off`,
  approvals: (count) => `${countText(count, 'call')} that waited refused`,
  network: (count) => `${countText(count, 'connection')} to the outside ended`,
  runs: (count) => `${countText(count, 'run')} of scripts ended`,
  terminals: (count) => `${countText(count, 'terminal')} ended`,
  'sign-ins': (count) => `${countText(count, 'sign-in')} ended`,
  tokens: (count) => `${countText(count, 'API token')} ended`,
  scripts: (count) => `${countText(count, 'script')} disabled`,
  schedules: (count) => `${countText(count, 'schedule')} paused`,
  processes: (count) => `${countText(count, 'program')} of agents ended`,
  record: () => 'Recorded in the ledger',
};

export const didWords = ({ step, count, failed }: Stopped): string =>
  failed === null ? DID[step](count) : `Could not be done: ${step}: ${failed}`;

interface Words {
  readonly title: string;
  readonly text: string;
  /** On the button that takes the step. */
  readonly yes: string;
}

export const STEP_WORDS: Readonly<Record<RecoveryStep, Words>> = {
  look: {
    title: 'Read what happened',
    text: 'The report below: what ran, which secrets were used, what was reached.',
    yes: 'I have read it',
  },
  secrets: {
    title: 'Rotate what was given out',
    text: 'A secret that an agent had may be known. Rotate it where it comes from, then here.',
    yes: 'These are dealt with',
  },
  people: {
    title: 'Let people back in',
    text: 'Everybody signs in again, and tokens are made anew. Change the passwords that may be known.',
    yes: 'Go on',
  },
  agents: {
    title: 'Connect the agents that come back',
    text: 'Each gets a new credential. One that you no longer trust simply stays out.',
    yes: 'Go on',
  },
  scripts: {
    title: 'Choose which scripts and schedules come back',
    text: 'What is not chosen stays disabled, and can be restored later.',
    yes: 'Go on with these',
  },
  rules: {
    title: 'Add the rule that would have stopped it',
    text: 'And undo what can be undone: each file in the report leads to its call.',
    yes: 'Go on',
  },
  close: {
    title: 'End the panic',
    text: 'Calls are decided again, by the rules as they are now.',
    yes: 'End the panic',
  },
};
