// The inbox as a person uses it: by keys, by thumb, beside another person, and when the daemon goes away.
import { verifies } from '@castellan/testkit';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { DELETE, MAIL, sleep } from '../e2e/support/world.ts';
import { violationsOf } from './support/axe.ts';
import { DESK, PHONE } from './support/browser.ts';
import { ask, askMany, LETTER } from './support/calls.ts';
import { steady } from './support/hands.ts';
import { inChromium, type Stage, stage } from './support/stage.ts';

const card = (page: Page) => page.getByRole('article');
const sentence = (page: Page) => card(page).getByRole('heading', { level: 2 });

async function openInbox(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('status').filter({ hasText: /wait/ }).first().waitFor();
  await expect.poll(() => page.locator('main > [inert]').count()).toBe(0);
}

const letter = (it: Stage, subject: string) =>
  it.agent.pre('mcp__mail__send', { ...LETTER, subject }, { cwd: it.cwd, server: MAIL });
const removal = (it: Stage, id: string) => it.agent.pre(DELETE, { id }, { cwd: it.cwd, server: MAIL });

inChromium('inbox', () => {
  verifies(
    ['H1', 'H2', 'W2'],
    'a call is read and answered with the keyboard alone; keys are dead when a card is new',
    async () => {
      await using it = await stage();
      const { page, faults } = await it.signedIn(DESK);
      await openInbox(page);
      await page.getByText('Nothing waits for you').waitFor();
      const first = letter(it, 'first');
      await sentence(page).filter({ hasText: 'first' }).waitFor();
      expect(await page.title()).toMatch(/^\(1\) Inbox/);
      const text = await card(page).textContent();
      for (const part of [
        'Claude Code',
        'Publish the new version',
        'client@acme.com',
        'sends to',
        'Critical rule',
        'left',
      ])
        expect(text).toContain(part);
      // To be seen, not only there.
      await card(page)
        .getByText(/^Cannot be undone: what is sent to/)
        .waitFor();
      // Everything of the arguments is there.
      await page.keyboard.press('o');
      await card(page).getByText('here is the draft we spoke of').last().waitFor();
      await steady(page);
      await page.keyboard.press('a');
      expect(await first).toMatchObject({ verdict: 'allow', updatedInput: { ...LETTER, subject: 'first' } });
      await card(page)
        .getByText(/^Approved by/)
        .waitFor();

      const second = letter(it, 'second');
      const third = letter(it, 'third');
      await it.world.waiting(2);
      await page.getByRole('button', { name: /third/ }).waitFor();
      // In the very moment in which the next card is drawn: nothing may happen.
      await page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const press = (key: string) => dispatchEvent(new KeyboardEvent('keydown', { key }));
            const title = (): string | undefined => document.querySelector('article h2')?.textContent;
            const before = title();
            new MutationObserver((_, observer) => {
              if (title() === undefined || title() === before) return;
              observer.disconnect();
              press('a');
              resolve();
            }).observe(document.body, { subtree: true, childList: true, characterData: true });
            press('j');
          }),
      );
      await sleep(300);
      expect((await it.world.waiting(2)).length).toBe(2);
      await steady(page);
      await page.keyboard.press('r');
      await page.keyboard.type('not to clients');
      await page.keyboard.press('Enter');
      await page.getByText('Denied with your reason.').waitFor();
      const denied = await Promise.race([second, third]);
      expect(denied.verdict).toBe('deny');
      expect(denied.reason).toContain('not to clients');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      expect(faults).toEqual([]);
    },
  );

  verifies(['H2'], 'a deny can be undone for a moment, and is sent when the page is left', async () => {
    await using it = await stage();
    const { page } = await it.signedIn(PHONE);
    await page.clock.install();
    const call = letter(it, 'the letter');
    await it.world.waiting(1);
    await openInbox(page);
    await page.getByRole('button', { name: /the letter/ }).click();
    await steady(page);
    // The page's clock stands still: however slow this machine is, the moment is not over before the undo.
    await page.clock.pauseAt(Date.now() + 1000);
    await page.getByRole('button', { name: /^Deny/ }).click();
    await page.getByText('It is sent').waitFor();
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.clock.runFor(10_000);
    await page.clock.resume();
    expect((await it.world.waiting(1)).length).toBe(1);
    await steady(page);
    await page.getByRole('button', { name: /^Deny/ }).click();
    await page.getByText('It is sent').waitFor();
    await page.close();
    expect((await call).verdict).toBe('deny');
  });

  verifies(['H7', 'H1'], 'edited arguments are what runs, and the change is shown as one', async () => {
    await using it = await stage();
    const { page, faults } = await it.signedIn(DESK);
    const call = removal(it, '41');
    await openInbox(page);
    await sentence(page).waitFor();
    await steady(page);
    await page.keyboard.press('e');
    const editor = page.getByRole('textbox', { name: 'Arguments' });
    await editor.waitFor();
    expect(await page.getByRole('button', { name: 'Nothing is changed yet' }).isDisabled()).toBe(true);
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('{ "id": "42" }');
    await page.locator('.cm-deletedChunk').first().waitFor();
    await page.getByRole('button', { name: 'Approve with these' }).click();
    expect(await call).toMatchObject({ verdict: 'allow', updatedInput: { id: '42' } });
    await card(page).getByText('With other arguments:').waitFor();
    expect(faults).toEqual([]);
  });

  verifies(
    ['H8', 'P5'],
    'approve more says what it would newly allow and when that ends; the next call runs',
    async () => {
      await using it = await stage();
      const { page } = await it.signedIn(DESK);
      const call = removal(it, '41');
      await openInbox(page);
      await sentence(page).waitFor();
      await steady(page);
      await page.keyboard.press('g');
      const dialog = page.getByRole('dialog', { name: 'Approve this, and more' });
      await dialog
        .getByText(/ends (after|with)/)
        .first()
        .waitFor();
      await dialog.getByRole('listitem').getByRole('button').first().click();
      expect((await call).verdict).toBe('allow');
      await expect.poll(async () => (await it.world.grants()).length).toBe(1);
      expect((await removal(it, '41')).verdict).toBe('allow');
    },
  );

  verifies(['H6', 'W2'], 'two people at once: the first answer wins, the other sees who and when', async () => {
    await using it = await stage();
    const one = await it.signedIn(DESK);
    const other = await it.signedIn(PHONE);
    const call = letter(it, 'both see it');
    await it.world.waiting(1);
    await openInbox(one.page);
    await openInbox(other.page);
    await sentence(one.page).waitFor();
    await other.page.getByRole('button', { name: /both see it/ }).click();
    await sentence(other.page).waitFor();
    await steady(one.page);
    await one.page.keyboard.press('a');
    expect((await call).verdict).toBe('allow');
    await card(other.page)
      .getByText(/^Approved by/)
      .waitFor();
    expect(await other.page.getByRole('button', { name: /^Approve once/ }).count()).toBe(0);
  });

  verifies(['W2'], 'without the daemon the page says so, and nothing on it can be pressed', async () => {
    await using it = await stage();
    const { page } = await it.signedIn(DESK);
    void letter(it, 'left alone').catch(() => undefined);
    await it.world.waiting(1);
    await openInbox(page);
    await sentence(page).waitFor();
    await steady(page);
    await it.world.daemon.kill();
    await page
      .getByText(/Not connected/)
      .first()
      .waitFor();
    expect(await page.locator('main > [inert]').count()).toBe(1);
    await page.keyboard.press('a');
    await page.keyboard.press('d');
    expect(await page.getByText('It is sent').count()).toBe(0);
    await page.getByRole('button', { name: 'Try now' }).waitFor();
  });

  verifies(['W2'], 'no violation of WCAG 2.2 AA in the inbox, on a desk and a phone, light and dark', async () => {
    await using it = await stage();
    await askMany(it.world, it.agent, it.cwd);
    const approvals = await it.world.approvals();
    expect(approvals.length).toBeGreaterThan(3);
    for (const screen of [DESK, PHONE]) {
      const { page, faults, context } = await it.signedIn(screen);
      await openInbox(page);
      expect(await violationsOf(page), `list, ${screen.name}`).toEqual([]);
      for (const { id } of approvals.slice(0, 3)) {
        await page.goto(`/?approval=${id}`);
        await sentence(page).waitFor();
        await steady(page);
        expect(await violationsOf(page), `${id}, ${screen.name}`).toEqual([]);
      }
      for (const key of ['g', 'e', '?']) {
        await page.keyboard.press(key);
        await page.getByRole('dialog').waitFor();
        expect(await violationsOf(page), `dialog of ${key}, ${screen.name}`).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
      expect(await violationsOf(page), `palette, ${screen.name}`).toEqual([]);
      expect(faults).toEqual([]);
      await context.close();
    }
  });

  verifies(['W2'], 'of many that wait only those in sight are in the page', async () => {
    await using it = await stage({ config: { approvals: { timeoutSeconds: 600 } } });
    const { page } = await it.signedIn(DESK);
    await openInbox(page);
    for (let n = 0; n < 30; n += 1)
      ask(it.agent, 'mcp__store__buy', { item: `tea ${n}` }, it.cwd, { server: { name: 'store', source: 'user' } });
    await it.world.waiting(30);
    await page.getByText('30 wait', { exact: true }).waitFor();
    expect(await page.locator('main ul > li > button').count()).toBeLessThan(30);
    await page.keyboard.press('k');
  });
});
