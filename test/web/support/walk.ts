// The steps of a whole walk, from the one-time code on: each is done on the page, with a pointer or with the keyboard alone.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, PERSON, type RunningDaemon, startDaemon, tempFolder } from '@castellan/testkit';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { agentOver, type TestAgent, UNHURRIED, until } from '../../e2e/support/world.ts';
import type { Seen } from './browser.ts';
import type { Hands } from './hands.ts';
import { totpCode } from './totp.ts';

export interface Machine {
  readonly daemon: RunningDaemon;
  /** The settings of the agent that is installed on it. */
  readonly settings: string;
  /** What the terminal of whoever started the daemon shows. */
  readonly code: string;
}

/** Nobody has an account yet; a program that says it is Claude Code is installed, and nothing is connected. */
export async function newMachine(): Promise<Machine> {
  const folder = tempFolder();
  const [bin, home] = [join(folder, 'bin'), join(folder, 'home')];
  mkdirSync(bin);
  mkdirSync(join(home, '.claude'), { recursive: true });
  writeFileSync(join(bin, 'claude'), `#!/bin/sh\necho '2.1.330 (Claude Code)'\n`);
  chmodSync(join(bin, 'claude'), 0o755);
  const settings = join(home, '.claude', 'settings.json');
  writeFileSync(settings, '{\n  "theme": "dark"\n}\n');
  const daemon = await startDaemon({
    home: join(folder, 'state'),
    setup: false,
    timeout: 60_000,
    config: { approvals: { timeoutSeconds: 600 }, limits: UNHURRIED },
    env: { PATH: `${bin}:${bareEnvironment(home).PATH}`, HOME: home },
  });
  return { daemon, settings, code: readFileSync(join(daemon.home, 'daemon', 'setup-code'), 'utf8').trim() };
}

/** How the person proves who they are, from the second step on. */
export interface Factor {
  /** Adds it, in set-up. */
  add(): Promise<void>;
  /** In the dialog that a Critical call opens. */
  prove(dialog: Locator): Promise<void>;
  /** From the page of the sign-in to inside. */
  signIn(): Promise<void>;
}

const button = (page: Page | Locator, name: string | RegExp): Locator =>
  page.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) }).first();

/** The codes are kept; gives them. */
async function keepCodes(page: Page, hands: Hands): Promise<readonly string[]> {
  const list = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await list.first().waitFor();
  const codes = await list.allTextContents();
  await hands.choose(page.getByLabel('I have kept them'));
  await hands.press(button(page, 'Done'));
  return codes;
}

async function typePassword(page: Page, hands: Hands): Promise<void> {
  await hands.write(page.getByLabel('Name'), PERSON.name);
  await hands.write(page.getByLabel('Password', { exact: true }), PERSON.password);
  await hands.press(button(page, 'Sign in'));
}

/** A passkey of this device: a touch is given as soon as it is asked for. */
export async function passkey({ page, context }: Seen, hands: Hands): Promise<Factor> {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async add() {
      await hands.press(button(page, 'Add a passkey'));
      await hands.write(page.getByLabel('What to call it'), 'laptop');
      await hands.press(button(page, 'Make the passkey'));
      await keepCodes(page, hands);
    },
    prove: (dialog) => hands.press(button(dialog, 'Approve with a passkey')),
    signIn: () => hands.press(button(page, 'Sign in with a passkey')),
  };
}

/** An authenticator app. A code counts once, so the test call is answered with a recovery code. */
export function app({ page }: Seen, hands: Hands): Factor {
  let secret = '';
  let codes: readonly string[] = [];
  return {
    async add() {
      await hands.press(button(page, 'Use an authenticator app'));
      await hands.press(page.getByText('I cannot scan it'));
      secret = (await page.locator('details code').textContent()) ?? '';
      await hands.write(page.getByLabel('Six digits'), totpCode(secret));
      await hands.press(button(page, 'Confirm'));
      codes = await keepCodes(page, hands);
    },
    async prove(dialog) {
      await hands.write(dialog.getByLabel(/Code of your app/), codes[0] ?? '');
      await hands.press(button(dialog, 'Approve'));
    },
    async signIn() {
      await typePassword(page, hands);
      await hands.write(page.getByLabel(/Code of your app/), totpCode(secret, Date.now() + 30_000));
      await hands.press(button(page, 'Go on'));
    },
  };
}

export const inbox = (page: Page): Promise<void> =>
  page.getByRole('status').filter({ hasText: /wait/ }).first().waitFor();

/** Account, factor, preset, agent, test call: gives the agent that was connected. */
export async function setUp(page: Page, hands: Hands, machine: Machine, factor: Factor): Promise<TestAgent> {
  const { daemon, settings, code } = machine;
  await page.goto('/');
  await hands.write(page.getByLabel('One-time code'), code);
  await hands.write(page.getByLabel('Name'), PERSON.name);
  await hands.write(page.getByLabel('Password', { exact: true }), PERSON.password);
  await hands.press(button(page, 'Make the account'));
  await page.getByRole('heading', { name: 'Add a second factor' }).waitFor();
  await factor.add();
  await page.getByText('You have a second factor.').waitFor();
  await hands.press(button(page, 'Go on'));

  for (const preset of [/Full auto/, /Autonomous/]) {
    await hands.choose(page.getByRole('radio', { name: preset }));
    await until('the preset', async () =>
      (await page.getByRole('radio', { name: preset }).isChecked()) ? 1 : undefined,
    );
  }
  await hands.press(button(page, 'Go on'));

  await page.getByRole('heading', { name: 'Connect your agents' }).waitFor();
  await hands.press(button(page, /^Connect/));
  const dialog = page.getByRole('dialog');
  await dialog.getByText('PreToolUse').first().waitFor();
  await hands.press(button(dialog, 'Connect'));
  await page.getByText('connected', { exact: true }).waitFor();
  const id = /agent_\w+/.exec((await daemon.request('GET', '/v1/status')).text)?.[0] ?? '';
  const hookFile = join(daemon.home, 'agents', id, 'hook');
  expect(readFileSync(settings, 'utf8'), 'the settings lead to what we wrote').toContain(hookFile);
  const credential = /castellan_a_\w+/.exec(readFileSync(hookFile, 'utf8'))?.[0] ?? '';
  await hands.press(button(page, 'Go on'));

  await hands.press(button(page, 'Make a test call'));
  await page.getByRole('heading', { name: /Send an e-mail to/ }).waitFor();
  await hands.press(button(page, /^Approve once/));
  await factor.prove(page.getByRole('dialog'));
  await page.getByText(/^Approved by/).waitFor();
  await hands.press(button(page, 'Open the inbox'));
  await inbox(page);
  return agentOver(daemon, id, credential);
}

export async function signOut(page: Page, hands: Hands): Promise<void> {
  await hands.press(button(page, /^Account of/));
  await hands.item(page.getByRole('menuitem', { name: 'Sign out' }));
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

/** To another page by what the screen offers: the rail, or the bar of a phone and what is behind `More`. */
export async function go(page: Page, hands: Hands, title: string): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title });
  await page.getByRole('navigation', { name: 'Pages' }).first().waitFor();
  if (await link.first().isVisible()) await hands.press(link.first());
  else {
    await hands.press(button(page, 'More'));
    await hands.item(page.getByRole('menuitem', { name: title }));
  }
  await page.getByRole('heading', { level: 1, name: title }).first().waitFor();
  await page.locator('main > [inert]').waitFor({ state: 'detached' });
}

export { button };
