// Away from the desk: a message on the phone leads to the card and one more press; two browsers agree; a daemon that goes and
// comes back loses nothing.
import { join } from 'node:path';
import { PERSON, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { type NtfyServer, ntfyServer } from '../e2e/support/notify/ntfy-server.ts';
import { keep, NTFY_TOKEN } from '../e2e/support/notify/stage.ts';
import {
  agentOver,
  DELETE,
  MAIL,
  type TestAgent,
  UNHURRIED,
  until,
  type World,
  worldOf,
} from '../e2e/support/world.ts';
import { DESK, DESK_DARK, openPage, PHONE, type Screen, type Seen, signInPage } from './support/browser.ts';
import { chromium, inChromium, originOf } from './support/stage.ts';
import { button, inbox } from './support/walk.ts';

const removal = (agent: TestAgent, id: string) => agent.pre(DELETE, { id }, { server: MAIL });
const card = (page: Page) => page.getByRole('article');

inChromium('elsewhere', () => {
  let ntfy: NtfyServer;
  let it: World;
  let agent: TestAgent;
  let origin = '';
  let home = '';
  const config = () => ({
    approvals: { timeoutSeconds: 600 },
    limits: UNHURRIED,
    notify: {
      address: origin,
      channels: { bell: { kind: 'ntfy', server: ntfy.url, topic: 'castellan_x7', token: 'NTFY' } },
    },
  });
  const open = async (screen: Screen): Promise<Seen> => {
    const seen = await openPage(chromium(), screen, origin);
    return seen;
  };

  beforeAll(async () => {
    ntfy = await ntfyServer(NTFY_TOKEN);
    home = join(tempFolder(), 'state');
    // The first run takes a port; it is the address of the links ever after.
    const first = await startDaemon({ home, timeout: 60_000 });
    const { port } = first.state;
    origin = originOf(port);
    await first.stop();
    it = worldOf(await startDaemon({ home, config: config(), env: { CASTELLAN_PORT: `${port}` }, timeout: 60_000 }));
    await keep(it, 'NTFY', NTFY_TOKEN, ntfy.host);
    agent = await it.connect('Claude Code', 600);
  });
  afterAll(async () => {
    await it?.daemon[Symbol.asyncDispose]();
    await ntfy?.[Symbol.asyncDispose]();
  });

  const linkAbout = (id: string): Promise<string> =>
    until(
      'the message',
      () =>
        ntfy.published
          .findLast(({ message, title }) => `${title} ${message}`.includes(id))
          ?.actions.find(({ label }) => label === 'Approve')?.url,
    );

  verifies(
    ['H2', 'H3', 'A11', 'W2'],
    'the link of a message opens the card on a phone; opening answers nothing, signing in and one more press do',
    async () => {
      const asked = removal(agent, 'm61');
      const url = await linkAbout('m61');
      expect(url).toMatch(new RegExp(`^${origin}/answer#[\\w-]{43}$`));
      const { page, context, faults } = await open(PHONE);
      const requested: string[] = [];
      page.on('request', (request) => requested.push(request.url()));
      await page.goto(url);
      await page.getByText(/Nothing is answered yet/).waitFor();
      expect(page.url(), 'the link is not left in the address bar').toBe(`${origin}/answer`);
      await page.getByRole('heading', { name: /m61/ }).waitFor();
      expect(await button(page, /^Approve once/).count(), 'nobody is signed in').toBe(0);
      expect((await it.waiting()).map(({ state }) => state.kind)).toEqual(['pending']);
      await button(page, 'Sign in to answer').click();
      await page.getByLabel('Name').fill(PERSON.name);
      await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
      await button(page, 'Sign in').click();
      await page.getByText(/Nothing is answered yet/).waitFor();
      expect((await it.waiting()).length).toBe(1);
      await page.locator('button:not([aria-disabled])', { hasText: /^Approve once/ }).click();
      expect((await asked).verdict).toBe('allow');
      await card(page)
        .getByText(/^Approved by/)
        .waitFor();
      const token = url.slice(url.indexOf('#') + 1);
      expect(requested.length).toBeGreaterThan(3);
      expect(
        requested.filter((each) => each.includes(token)),
        'no request line has the link',
      ).toEqual([]);
      // The same link again.
      await page.goto('about:blank');
      await page.goto(url);
      await page
        .getByText(/no longer works/)
        .or(card(page).getByText(/^Approved by/))
        .first()
        .waitFor();
      expect(await button(page, /^Approve once/).count()).toBe(0);
      expect(faults).toEqual([]);
      await context.close();
    },
  );

  verifies(
    ['H6', 'W3', 'A10', 'H2'],
    'the daemon stops: nothing can be pressed and the page says so; it comes back: live without loss, the first answer wins',
    async () => {
      const [one, other] = [await open(DESK), await open(DESK_DARK)];
      for (const { page } of [one, other]) {
        await signInPage(page, PERSON);
        await page.goto('/');
        await inbox(page);
      }
      const lost = removal(agent, 'm62').catch(() => null);
      await one.page.getByRole('heading', { level: 2, name: /m62/ }).waitFor();
      const { port } = it.daemon.state;
      await it.daemon.stop();
      for (const { page } of [one, other]) {
        await page
          .getByText(/Not connected/)
          .first()
          .waitFor();
        await page
          .getByText(/nothing here can be pressed/)
          .first()
          .waitFor();
        expect(await page.locator('main > [inert]').count()).toBe(1);
        for (const key of ['a', 'd', 'j', 'e', 'g']) await page.keyboard.press(key);
        // No place of the page takes the focus of a keyboard.
        await page.locator('main').press('Tab');
        expect(
          await page.evaluate(() => document.querySelector('main > [inert]')?.contains(document.activeElement)),
        ).toBe(false);
        expect(await page.getByText(/^Denied/).count()).toBe(0);
        expect(await page.getByRole('dialog').count()).toBe(0);
      }
      const told = await lost;
      expect(told?.verdict, 'a daemon that is gone allows nothing').not.toBe('allow');

      it = worldOf(await startDaemon({ home, config: config(), env: { CASTELLAN_PORT: `${port}` }, timeout: 60_000 }));
      for (const { page } of [one, other]) {
        const now = button(page, 'Try now');
        await now.click({ timeout: 3000 }).catch(() => undefined);
        await page
          .getByText(/Not connected/)
          .first()
          .waitFor({ state: 'detached' });
        await page.locator('main > [inert]').waitFor({ state: 'detached' });
        // What waited ended with the daemon that was asked; it is not offered any more.
        await expect.poll(() => button(page, /^Approve once/).count()).toBe(0);
      }
      // The agent's credential is good over a restart.
      const asked = removal(agentOver(it.daemon, agent.id, agent.credential), 'm63');
      // What was looked at stays in sight; the new one is beside it.
      for (const { page } of [one, other]) {
        await page.getByRole('button', { name: /m63.*left/ }).click();
        await page.getByRole('heading', { level: 2, name: /m63/ }).waitFor();
      }
      await one.page.locator('button:not([aria-disabled])', { hasText: /^Approve once/ }).click();
      expect((await asked).verdict).toBe('allow');
      const said = other.page.getByRole('article').getByText(/^Approved by/);
      await said.waitFor();
      const text = (await other.page.getByRole('article').textContent()) ?? '';
      expect(text).toMatch(/Approved by\s*mia/i);
      expect(text, 'and when').toMatch(/ago|now/);
      expect(await button(other.page, /^Approve once/).count()).toBe(0);
      for (const { context } of [one, other]) await context.close();
    },
  );
});
