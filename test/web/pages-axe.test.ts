// Every page but the inbox, with real data, in both themes and at both sizes: nothing that keeps a person with a keyboard, a
// screen reader or weak eyes out, and nothing wider than the screen. CASTELLAN_SHOTS: a folder for pictures of them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PERSON, verifies } from '@castellan/testkit';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { originOf } from '../e2e/support/people.ts';
import { hasChromium, openBrowser, openPage, SCREENS, type Screen, signInPage } from './support/browser.ts';
import { ADDRESSES, type PagesWorld, pagesWorld } from './support/pages-world.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.CASTELLAN_SHOTS;

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

/** The page's own policy lets no script in; the driver's world is apart from it. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(
    (options: RunOptions) => {
      const { axe } = globalThis as unknown as {
        axe: { run(where: Document, options: RunOptions): Promise<AxeResults> };
      };
      return axe.run(document, options);
    },
    { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

/** What is behind a press: a sheet, a dialog, what was folded. */
const OPENED = [
  { name: 'activity-call', path: '/activity', press: 'ol[aria-label=Calls] button', shows: 'What it would do' },
  { name: 'modules-tools', path: '/modules', press: 'summary:has-text("Tea store")', shows: 'Buy something' },
  { name: 'modules-preset', path: '/modules', press: 'button:has-text("Switch")', shows: 'Among them' },
  { name: 'secrets-add', path: '/secrets', press: 'button:has-text("Add a secret")', shows: 'Keep it' },
  { name: 'rules-editor', path: '/rules', press: 'button:has-text("New file")', shows: 'schema' },
  { name: 'rules-try', path: '/rules', press: 'button:has-text("Delete a folder")', shows: 'What it would do' },
  { name: 'channel-add', path: '/settings?tab=notifications', press: 'button:has-text("Add")', shows: 'Tells of' },
] as const;

async function picture(page: Page, screen: Screen, name: string): Promise<void> {
  if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${name}-${screen.name}.png`), fullPage: true });
}

for (const screen of SCREENS)
  verifies(
    ['W2'],
    `no page keeps anybody out: ${screen.name}`,
    async () => {
      const { page, context, faults } = await openPage(chrome, screen, originOf(it.world.daemon));
      await signInPage(page, PERSON);
      const found: string[] = [];
      const { id } = await it.terminal.terminal();
      const terminal = { name: 'terminal', path: `/terminals?open=${id}`, shows: 'what you type arrives' };
      for (const { name, path, shows, ...more } of [...ADDRESSES, terminal, ...OPENED]) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        // Before it is live the page is inert, and nobody would look at it.
        await page.locator('main > [inert]').waitFor({ state: 'detached' });
        if ('press' in more) await page.locator(more.press).first().click();
        await page.getByText(shows).first().waitFor();
        await page.locator('[role=status]:has-text("Loading")').first().waitFor({ state: 'detached' });
        await picture(page, screen, name);
        found.push(...(await violations(page)).map((each) => `${name}: ${each}`));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) found.push(`${name}: ${wide} px wider than the screen`);
        const tall = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
        if (tall > 0) found.push(`${name}: the document scrolls ${tall} px past the shell`);
      }
      expect(found).toEqual([]);
      expect(faults).toEqual([]);
      await context.close();
    },
    { skip: !hasChromium, timeout: 300_000 },
  );
