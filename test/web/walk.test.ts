// The whole walk of a person, on each screen, with a pointer, and once with the keyboard alone: from the one-time code to an
// answered terminal. The daemon, the browser, `castellan run` and the agent's own settings are the real ones.
import { verifies } from '@castellan/testkit';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { runAtTerminal } from '../e2e/support/run-in-terminal.ts';
import { DELETE, type HookAnswer, MAIL, sleep, type TestAgent, worldOf } from '../e2e/support/world.ts';
import { DESK, DESK_DARK, openPage, PHONE, PHONE_DARK, type Screen, type Seen } from './support/browser.ts';
import { type Hands, keyboard, pointer } from './support/hands.ts';
import { chromium, inChromium, originOf } from './support/stage.ts';
import { app, button, type Factor, go, inbox, newMachine, passkey, setUp, signOut } from './support/walk.ts';

/** What the agent is told; a question that nobody answers fails the walk and not its time. */
const told = (answer: Promise<HookAnswer>): Promise<HookAnswer> =>
  Promise.race([answer, sleep(60_000).then(() => Promise.reject(new Error('the agent was told nothing')))]);
const removal = (agent: TestAgent, id: string) => agent.pre(DELETE, { id }, { server: MAIL });
const sentence = (page: Page): Locator => page.getByRole('article').getByRole('heading', { level: 2 });

/** The card of what waits, from its row: what was answered is in the list too, and has no time left. */
async function card(page: Page, hands: Hands, text: string): Promise<void> {
  const row = page.getByRole('button', { name: new RegExp(`${text}.*left`) }).first();
  const answer = page.getByRole('article').getByRole('button', { name: /^Approve once/ });
  await row.waitFor();
  // A row that has just come may still move, as any that is new at the top of a list: then one looks, and goes back.
  for (let tries = 0; tries < 3; tries += 1) {
    if (await row.isVisible()) await hands.press(row);
    await sentence(page).filter({ hasText: text }).waitFor();
    const isIt = await answer.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (isIt) return;
    await go(page, hands, 'Inbox');
  }
}

async function answers(page: Page, hands: Hands, agent: TestAgent): Promise<void> {
  const approved = removal(agent, 'm41');
  await card(page, hands, 'm41');
  await hands.press(button(page, /^Approve once/));
  expect((await told(approved)).verdict).toBe('allow');

  await go(page, hands, 'Inbox');
  const denied = removal(agent, 'm42');
  await card(page, hands, 'm42');
  await hands.press(button(page, /^with a reason/));
  await hands.write(page.getByLabel(/Why not/), 'that one is still needed');
  await hands.press(button(page, 'Deny with this reason'));
  await page.getByText('Denied with your reason.').waitFor();
  expect(await told(denied)).toMatchObject({
    verdict: 'deny',
    reason: expect.stringContaining('that one is still needed'),
  });

  await go(page, hands, 'Inbox');
  const edited = removal(agent, 'm43');
  await card(page, hands, 'm43');
  await hands.press(button(page, /^Edit/));
  await hands.write(page.getByRole('textbox', { name: 'Arguments' }), '{ "id": "m44" }');
  await hands.press(button(page.getByRole('dialog'), 'Approve with these'));
  expect(await told(edited)).toMatchObject({ verdict: 'allow', updatedInput: { id: 'm44' } });
}

async function grantAndRevoke(page: Page, hands: Hands, agent: TestAgent): Promise<void> {
  await go(page, hands, 'Inbox');
  const granted = removal(agent, 'm45');
  await card(page, hands, 'm45');
  await hands.press(button(page, /^Approve more/));
  const dialog = page.getByRole('dialog', { name: 'Approve this, and more' });
  await hands.press(dialog.getByRole('listitem').getByRole('button').first());
  expect((await told(granted)).verdict).toBe('allow');

  await go(page, hands, 'Grants');
  await button(page, /^Revoke/).waitFor();
  expect((await told(removal(agent, 'm45'))).verdict, 'the grant covers it').toBe('allow');
  await hands.press(button(page, /^Revoke/));
  await hands.press(button(page.getByRole('dialog'), 'Revoke'));
  await page.getByText('that ended').waitFor();
  await go(page, hands, 'Inbox');
  const asked = removal(agent, 'm45');
  await card(page, hands, 'm45');
  await hands.press(button(page, /^Approve once/));
  expect((await told(asked)).verdict, 'asked about again').toBe('allow');
}

async function presetChange(page: Page, hands: Hands, agent: TestAgent): Promise<void> {
  await go(page, hands, 'Modules');
  await hands.press(button(page, 'Switch Full auto'));
  await hands.press(button(page.getByRole('dialog'), 'Switch to Full auto'));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await told(removal(agent, 'm46'))).verdict, 'full auto asks nobody').toBe('allow');
  // What a Critical rule asks about is asked about under any preset.
  const letter = agent.pre('mcp__mail__send', { to: 'a@acme.com', subject: 'm47', body: 'b' }, { server: MAIL });
  await go(page, hands, 'Inbox');
  await card(page, hands, 'm47');
  await hands.press(button(page, /^with a reason/));
  await hands.write(page.getByLabel(/Why not/), 'no letters today');
  await hands.press(button(page, 'Deny with this reason'));
  await page.getByText('Denied with your reason.').waitFor();
  expect((await told(letter)).reason).toContain('no letters today');
}

/** Asks as agents do: raw keys, no line. */
const ASKS = `
process.stdin.setRawMode(true);
process.stdout.write('Do you want to proceed?\\r\\n 1. Yes\\r\\n 2. No\\r\\n> ');
let keys = '';
process.stdin.on('data', (bytes) => {
  keys += bytes;
  if (!keys.endsWith('\\r')) return;
  process.stdout.write('\\r\\nit was ' + JSON.stringify(keys) + '\\r\\n');
  setTimeout(() => process.exit(keys.startsWith('1') ? 7 : 8), 200);
});`;

interface Walk {
  readonly screen: Screen;
  readonly hands: Hands;
  readonly factor: (seen: Seen, hands: Hands) => Factor | Promise<Factor>;
}

async function walk({ screen, hands, factor: made }: Walk): Promise<void> {
  const machine = await newMachine();
  const { daemon } = machine;
  const seen = await openPage(chromium(), screen, originOf(daemon.state.port));
  try {
    const { page, faults } = seen;
    const factor = await made(seen, hands);
    const agent = await setUp(page, hands, machine, factor);
    await signOut(page, hands);
    await factor.signIn();
    await inbox(page);
    await answers(page, hands, agent);
    await grantAndRevoke(page, hands, agent);
    await presetChange(page, hands, agent);

    const at = await runAtTerminal(daemon, ASKS);
    await go(page, hands, 'Terminals');
    await hands.press(page.locator('main').getByRole('link').first());
    const rows = page.locator('.xterm-rows');
    await rows.getByText('Do you want to proceed?').waitFor();
    await page.getByText('what you type arrives').waitFor();
    await page.keyboard.type('1');
    await page.keyboard.press('Enter');
    expect(await at.ended, 'the program got the keys').toBe(7);
    expect(at.screen()).toContain('it was "1\\r"');
    await page.getByText(/It has ended with exit code 7/).waitFor();

    expect(faults).toEqual([]);
    expect(await worldOf(daemon).verify()).toMatchObject({ kind: 'verified' });
  } catch (error) {
    const shown = await seen.page.locator('body').ariaSnapshot();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nthe screen said:\n${shown}`, {
      cause: error,
    });
  } finally {
    await seen.context.close();
    await daemon[Symbol.asyncDispose]();
  }
}

inChromium('the whole walk', () => {
  const claims = ['A6', 'A7', 'A10', 'A11', 'H1', 'H2', 'H7', 'H8', 'H11', 'W1', 'W2', 'P2', 'P3', 'P5'] as const;
  const walks: Readonly<Record<string, Walk>> = {
    'at a desk, light, with a passkey': { screen: DESK, hands: pointer, factor: passkey },
    'at a desk, dark, with an app': { screen: DESK_DARK, hands: pointer, factor: app },
    'on a phone, light, with an app': { screen: PHONE, hands: pointer, factor: app },
    'on a phone, dark, with a passkey': { screen: PHONE_DARK, hands: pointer, factor: passkey },
    'with the keyboard alone': { screen: DESK, hands: keyboard, factor: passkey },
  };
  for (const [name, each] of Object.entries(walks))
    verifies([...claims], `set up, sign in, answer, grant, revoke, change, type: ${name}`, () => walk(each), {
      timeout: 600_000,
    });
});
