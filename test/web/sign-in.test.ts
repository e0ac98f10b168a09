// First run and every way in, as a person clicks them: set-up with the code, an app, a passkey, and what strangers get.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERSON, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { sleep } from '../e2e/support/world.ts';
import { DESK, openPage, PHONE, type Seen } from './support/browser.ts';
import { steady } from './support/hands.ts';
import { chromium, inChromium, originOf, stage } from './support/stage.ts';
import { totpCode } from './support/totp.ts';

async function fresh(): Promise<{ seen: Seen; code: string; end: () => Promise<void> }> {
  const daemon = await startDaemon({ home: join(tempFolder(), 'state'), setup: false });
  const seen = await openPage(chromium(), DESK, originOf(daemon.state.port));
  const code = readFileSync(join(daemon.home, 'daemon', 'setup-code'), 'utf8').trim();
  return {
    seen,
    code,
    end: async () => {
      await seen.context.close();
      await daemon[Symbol.asyncDispose]();
    },
  };
}

async function makeAccount(page: Page, code: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('One-time code').fill(code);
  await page.getByLabel('Name').fill(PERSON.name);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Add a second factor' }).waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.goto('/');
  await page
    .getByRole('button', { name: /Account of/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

async function typePassword(page: Page): Promise<void> {
  await page.getByLabel('Name').fill(PERSON.name);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

inChromium('set-up and sign-in', () => {
  verifies(['A7', 'W1', 'A11'], 'set-up from the code to the answered test call; an app as second factor', async () => {
    const { seen, code, end } = await fresh();
    const { page, faults } = seen;
    await page.goto('/setup');
    await page.getByLabel('One-time code').fill('AAAA-AAAA-AAAA');
    await page.getByLabel('Name').fill('eve');
    await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('alert').waitFor();
    await makeAccount(page, code);

    await page.getByRole('button', { name: 'Use an authenticator app' }).click();
    await page.getByText('I cannot scan it').click();
    const secret = (await page.locator('details code').textContent()) ?? '';
    await page.getByLabel('Six digits').fill(totpCode(secret));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByLabel('I have kept them').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('You have a second factor.').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();

    await page.getByRole('radio', { name: /Full auto/ }).check();
    await expect.poll(() => page.getByRole('radio', { name: /Full auto/ }).isChecked()).toBe(true);
    expect(await page.getByRole('row', { name: /search the web/ }).textContent()).toMatch(
      /asks in its terminal[\s\S]*waits for you[\s\S]*runs/,
    );
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Connect your agents' }).waitFor();
    // Set-up goes on where it was.
    await page.reload();
    await page.getByRole('heading', { name: 'Connect your agents' }).waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();

    await page.getByRole('button', { name: 'Make a test call' }).click();
    await page.getByRole('heading', { name: /Send an e-mail to/ }).waitFor();
    await steady(page);
    await page.getByRole('button', { name: /^Deny d?$/ }).click();
    await page.getByText('Denied.').waitFor();
    await page.getByRole('button', { name: 'Open the inbox' }).click();
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();

    await signOut(page);
    await typePassword(page);
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await page.getByLabel(/Code of your app/).fill('000000');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').waitFor();
    // The code that was just used up counts once: the next one does.
    await page.getByLabel(/Code of your app/).fill(totpCode(secret, Date.now() + 30_000));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    expect(faults).toEqual([]);
    await end();
  });

  verifies(
    ['A7', 'W1'],
    'what set-up left open is gone on with from the inbox; only what is there is ticked',
    async () => {
      const { seen, code, end } = await fresh();
      const { page, faults } = seen;
      await makeAccount(page, code);
      await page.getByRole('button', { name: 'Later' }).click();
      await page.getByRole('heading', { name: 'How much should be asked?' }).waitFor();
      const steps = page.getByRole('list', { name: 'Steps of the set-up' });
      await steps.getByText('Second factor · later').waitFor();
      expect(await steps.getByRole('img', { name: 'in place' }).count()).toBe(1);

      await page.goto('/');
      await page.getByText('Set-up: 4 steps left').waitFor();
      await page.getByRole('link', { name: 'Go on' }).click();
      await page.getByRole('heading', { name: 'Add a second factor' }).waitFor();
      await page.goto('/settings');
      await page.getByRole('link', { name: 'Set-up' }).click();
      await page.getByRole('heading', { name: 'Add a second factor' }).waitFor();

      await page.goto('/');
      await page.getByRole('button', { name: 'Do not remind me of set-up' }).click();
      await page.getByText('Set-up: 4 steps left').waitFor({ state: 'detached' });
      await page.reload();
      await page.getByText('No agent is connected yet').waitFor();
      expect(await page.getByText('Set-up: 4 steps left').count()).toBe(0);
      expect(faults).toEqual([]);
      await end();
    },
  );

  verifies(
    ['P2', 'W1'],
    'of two presets chosen quickly the later one stays, however slowly the first arrives',
    async () => {
      await using it = await stage();
      const { page, faults } = await it.signedIn(DESK);
      await page.evaluate(() => localStorage.setItem('castellan.setup-step', 'preset'));
      await page.goto('/setup');
      const asked = (request: { method(): string; url(): string }): boolean =>
        request.method() === 'POST' && request.url().endsWith('/v1/policy');
      let answered = 0;
      page.on('response', (response) => {
        if (asked(response.request())) answered += 1;
      });
      let first = true;
      await page.route('**/v1/policy', async (route) => {
        const held = first && asked(route.request());
        if (held) {
          first = false;
          // Long enough for the second one to arrive, were it sent beside this one.
          await sleep(700);
        }
        await route.continue();
      });
      await page.getByRole('radio', { name: /Full auto/ }).check();
      await page.getByRole('radio', { name: /Autonomous/ }).check();
      await expect.poll(() => answered).toBe(2);
      const policy = (await it.world.daemon.request('GET', '/v1/policy')).json() as { preset: string };
      expect(policy.preset).toBe('autonomous');
      expect(await page.getByRole('radio', { name: /Autonomous/ }).isChecked()).toBe(true);
      expect(faults).toEqual([]);
    },
  );

  verifies(['A11', 'W1'], 'a passkey is added in set-up, and signs in alone', async () => {
    const { seen, code, end } = await fresh();
    const { page, context, faults } = seen;
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
    await makeAccount(page, code);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByLabel('What to call it').fill('laptop');
    await page.getByRole('button', { name: 'Make the passkey' }).click();
    await page.getByLabel('I have kept them').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('You have a second factor.').waitFor();
    await signOut(page);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await signOut(page);
    // And as the second step after a password.
    await typePassword(page);
    await page.getByRole('button', { name: 'Use your passkey' }).click();
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    expect(faults).toEqual([]);
    await end();
  });

  verifies(
    ['A8', 'A10'],
    'wrong passwords are held off with a countdown; one half of a sign-in is nobody',
    async () => {
      await using it = await stage();
      const mia = await it.signedIn(DESK);
      await mia.page.goto('/');
      await mia.page.getByRole('heading', { name: 'Inbox' }).waitFor();
      // The cookie alone, as another page of this machine would be sent it.
      await mia.page.evaluate(() => localStorage.clear());
      await mia.page.goto('/activity');
      await mia.page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(new URL(mia.page.url()).searchParams.get('to')).toBe('/activity');

      const { page } = await it.page(PHONE);
      await page.goto('/activity');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      for (let attempt = 0; attempt < 8; attempt += 1) {
        await page.getByLabel('Name').fill(PERSON.name);
        await page.getByLabel('Password', { exact: true }).fill('not-the-password');
        // What is on the page may still be of the attempt before: the answer itself says which this was.
        const reply = page.waitForResponse((response) => response.url().endsWith('/v1/sign-in'));
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        if ((await reply).status() === 429) break;
        await page.getByRole('alert').waitFor();
      }
      await page.getByText(/You may try again in/).waitFor();
      expect(await page.getByRole('button', { name: 'Sign in', exact: true }).isDisabled()).toBe(true);
    },
  );

  verifies(['A11'], 'at an address of numbers the page leads to a name, where passkeys work', async () => {
    await using it = await stage();
    const { page } = await it.page(DESK);
    await page.goto(`http://127.0.0.1:${new URL(it.origin).port}/sign-in`);
    const link = page.getByRole('link', { name: 'this page at a name' });
    expect(await link.getAttribute('href')).toBe(`${it.origin}/sign-in`);
  });
});
