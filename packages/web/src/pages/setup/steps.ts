// The steps of set-up, where somebody who comes back goes on, and what is kept of that: the name of a step, nothing else.

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

export function keptStep(storage: Pick<Storage, 'getItem'>): AfterAccount {
  const text = storage.getItem(KEY);
  return STEPS.find((step): step is AfterAccount => step === text && step !== 'account') ?? 'factor';
}
export const keepStep = (storage: Pick<Storage, 'setItem'>, step: Step): void => storage.setItem(KEY, step);
export const forgetStep = (storage: Pick<Storage, 'removeItem'>): void => storage.removeItem(KEY);

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
