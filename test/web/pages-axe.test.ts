// Every page but the inbox, with real data, in both themes and at both sizes: nothing that keeps a person with a keyboard, a
// screen reader or weak eyes out, and nothing wider than the screen.
import { PERSON, verifies } from '@castellan/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { originOf } from '../e2e/support/people.ts';
import { drawn, overflow, violationsOf } from './support/axe.ts';
import { DESK, hasChromium, openBrowser, openPage, PHONE, signInPage } from './support/browser.ts';
import { ADDRESSES, incidentAddress, type PagesWorld, pagesWorld, scriptAddresses } from './support/pages-world.ts';

let it: PagesWorld;
let chrome: Browser;
beforeAll(async () => {
  if (!hasChromium) return;
  it = await pagesWorld();
  chrome = await openBrowser();
});
afterAll(async () => {
  await chrome?.close();
  await it?.[Symbol.asyncDispose]();
});

interface View {
  readonly name: string;
  readonly path: string;
  readonly shows: string;
  readonly press?: string;
  /** Of a large page only what the press brought: the rest is looked at as a page. */
  readonly within?: string;
}
/** What is behind a press: a sheet, a dialog, what was folded. */
const OPENED: readonly View[] = [
  { name: 'query', path: '/activity?q=verdikt:deny', press: 'summary', shows: 'All terms must hold', within: 'search' },
  {
    ...{ name: 'panic', path: '/grants', press: 'button:visible:is([aria-label^=Panic], :has-text("Panic"))' },
    ...{ shows: 'Stop everything', within: '[role=dialog]' },
  },
  { name: 'call', path: '/activity', press: 'ol[aria-label=Calls] button', shows: 'What it would do' },
  {
    ...{ name: 'tools', path: '/modules', press: 'summary:has-text("Tea store")', shows: 'Buy something' },
    within: 'details[open]',
  },
  {
    ...{ name: 'preset', path: '/modules', press: 'button:has-text("Switch")', shows: 'Among them' },
    within: '[role=dialog]',
  },
  { name: 'new server', path: '/modules', press: 'button:has-text("Add a server")', shows: 'How it is reached' },
  {
    ...{ name: 'accept', path: '/modules/notes', press: 'button:has-text("Accept")', shows: 'You accept exactly this' },
    within: '[role=dialog]',
  },
  { name: 'run form', path: '/scripts/opening-hours', press: 'button:has-text("Run")', shows: 'A JSON list' },
  { name: 'new schedule', path: '/schedules', press: 'button:has-text("Add a schedule")', shows: 'Time zone' },
  { name: 'new secret', path: '/secrets', press: 'button:has-text("Add a secret")', shows: 'Keep it' },
  { name: 'editor', path: '/rules', press: 'button:has-text("New file")', shows: 'schema' },
  { name: 'try', path: '/rules', press: 'button:has-text("Delete a folder")', shows: 'What it would do' },
  { name: 'channel', path: '/settings?tab=notifications', press: 'button:has-text("Add")', shows: 'Tells of' },
];

for (const screen of [DESK, PHONE])
  verifies(
    ['W2'],
    `no page keeps anybody out, light and dark: ${screen.width} px`,
    async () => {
      const { page, context, faults } = await openPage(chrome, screen, originOf(it.world.daemon));
      await signInPage(page, PERSON);
      const found: string[] = [];
      const { id } = await it.terminal.terminal();
      const terminal = { name: 'terminal', path: `/terminals?open=${id}`, shows: 'what you type arrives' };
      const { waits, ran, failed, schedule } = it.scripts;
      const version = waits.digest.replace('sha256:', '');
      const named = scriptAddresses({ version, ran: ran.id, failed: failed.id, schedule: schedule.id });
      const views: readonly View[] = [...ADDRESSES, ...named, terminal, incidentAddress(it.incident), ...OPENED];
      for (const { name, path, shows, press, within } of views) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        // Before it is live the page is inert, and nobody would look at it.
        await page.locator('main > [inert]').waitFor({ state: 'detached' });
        if (press !== undefined) await page.locator(press).first().click();
        await page.getByText(shows).first().waitFor();
        await drawn(page);
        found.push(...(await violationsOf(page, within)).map((each) => `${name}: ${each}`));
        const wide = await overflow(page);
        if (wide > 0) found.push(`${name}: ${wide} px wider than the screen`);
        const tall = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
        if (tall > 0) found.push(`${name}: the document scrolls ${tall} px past the shell`);
      }
      expect(found).toEqual([]);
      expect(faults).toEqual([]);
      await context.close();
    },
    { skip: !hasChromium, timeout: 600_000 },
  );
