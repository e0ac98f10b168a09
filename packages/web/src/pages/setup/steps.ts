// The steps of set-up, which of them are done, and where somebody who comes back goes on. What the daemon can tell is asked of
// it; the browser keeps what it cannot: that a preset was looked at, a test call was answered, and that one wants no reminding.
import type { Agent, Preset, User } from '@castellan/contract';

export const STEPS = ['account', 'factor', 'preset', 'agents', 'test'] as const;
export type Step = (typeof STEPS)[number];
export type AfterAccount = Exclude<Step, 'account'>;

export const STEP_TITLES: Readonly<Record<Step, string>> = {
  account: 'Account',
  factor: 'Second factor',
  preset: 'Asking',
  agents: 'Agents',
  test: 'Test call',
};

const KEY = 'castellan.setup-step';
const DONE_KEY = 'castellan.setup-done';
const QUIET_KEY = 'castellan.setup-quiet';

export function keptStep(storage: Pick<Storage, 'getItem'>): AfterAccount {
  const text = storage.getItem(KEY);
  return STEPS.find((step): step is AfterAccount => step === text && step !== 'account') ?? 'factor';
}
export const keepStep = (storage: Pick<Storage, 'setItem'>, step: Step): void => storage.setItem(KEY, step);
export const forgetStep = (storage: Pick<Storage, 'removeItem'>): void => storage.removeItem(KEY);

/** Steps of which only this browser knows that they were done. */
export type Noted = 'preset' | 'test';
export const notedSteps = (storage: Pick<Storage, 'getItem'>): readonly string[] =>
  (storage.getItem(DONE_KEY) ?? '').split(' ');
export function noteStep(storage: Pick<Storage, 'getItem' | 'setItem'>, step: Noted): void {
  const noted = notedSteps(storage);
  if (!noted.includes(step)) storage.setItem(DONE_KEY, [...noted, step].join(' ').trim());
}

export const isQuiet = (storage: Pick<Storage, 'getItem'>): boolean => storage.getItem(QUIET_KEY) !== null;
export const keepQuiet = (storage: Pick<Storage, 'setItem'>): void => storage.setItem(QUIET_KEY, 'yes');

export interface Facts {
  readonly user: Pick<User, 'factors'>;
  readonly preset: Preset;
  readonly agents: readonly Pick<Agent, 'kind' | 'revokedAt'>[];
  /** Of this browser. */
  readonly noted: readonly string[];
}

/** What is really there; a step that was passed by is not among them. */
export function doneSteps({ user, preset, agents, noted }: Facts): ReadonlySet<Step> {
  const { totp, passkeys } = user.factors;
  const done: Readonly<Record<Step, boolean>> = {
    account: true,
    factor: totp || passkeys > 0,
    // Nobody is given another preset than this without having chosen it.
    preset: preset !== 'autonomous' || noted.includes('preset'),
    agents: agents.some(({ kind, revokedAt }) => kind !== 'demo' && kind !== 'castellan' && revokedAt === null),
    test: noted.includes('test'),
  };
  return new Set(STEPS.filter((step) => done[step]));
}

/** Steps to remind of. Another browser does not know what was noted in the first: with factor and agent there, all is well. */
export function openSteps(done: ReadonlySet<Step>, begunHere: boolean): readonly AfterAccount[] {
  if (!begunHere && done.has('factor') && done.has('agents')) return [];
  return STEPS.filter((step): step is AfterAccount => step !== 'account' && !done.has(step));
}
export const hasBegun = (storage: Pick<Storage, 'getItem'>): boolean => storage.getItem(KEY) !== null;

/** null: that was the last. */
export const stepAfter = (step: Step): AfterAccount | null => {
  const next = STEPS[STEPS.indexOf(step) + 1];
  return next === undefined || next === 'account' ? null : next;
};

/** Calls of every day, to see what each preset would do with them. */
export const EXAMPLES = [
  { text: 'read a file of the project', tool: 'Read', input: { file_path: '/srv/site/src/app.ts' } },
  { text: 'change a file of the project', tool: 'Write', input: { file_path: '/srv/site/notes.md', content: 'hello' } },
  { text: 'search the web', tool: 'WebSearch', input: { query: 'opening hours' } },
  { text: 'archive a letter', tool: 'mail/archive', input: { id: '41' } },
  { text: 'run the tests of the project', tool: 'Bash', input: { command: 'npm test' } },
  { text: 'send a letter', tool: 'mail/send', input: { to: 'ada@example.com', subject: 'The draft', body: 'Hello' } },
] as const;
export const EXAMPLE_FOLDER = '/srv/site';
