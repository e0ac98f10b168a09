// What axe-core finds on a page as it stands, each with where; and what is wider than the screen.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const EVERYTHING: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
/** All that another theme makes another. */
const COLOURS: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

/** What fades in has other colours on its way: until nothing moves any more, save what always does. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise(requestAnimationFrame);
    for (let rested = 0; rested < 3; ) {
      await frame();
      const moving = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
      rested = moving.length === 0 ? rested + 1 : 0;
      await Promise.allSettled(moving.map(({ finished }) => finished));
    }
  });
}

async function violations(page: Page, within: string, options: RunOptions): Promise<readonly string[]> {
  await still(page);
  const results = await page.evaluate(
    ([within, options]) => {
      const { axe } = globalThis as unknown as {
        axe: { run(within: string, options: RunOptions): Promise<AxeResults> };
      };
      return axe.run(within, { ...options, resultTypes: ['violations'] });
    },
    [within, options] as const,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, failureSummary }) => `${id}: ${target} ${html.slice(0, 200)} ${failureSummary}`),
  );
}

/** Where nobody has chosen a theme the page follows the machine's, also while it is open. */
async function become(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
}

/**
 * In the light everything; in the dark, which is the same page, its colours. `within`: a selector of the part that is new,
 * where the rest was looked at before. The page is light again afterwards.
 */
export async function violationsOf(page: Page, within = 'html'): Promise<readonly string[]> {
  // Put in from outside of the page: its own policy would not let such a script in.
  await page.evaluate(source);
  await become(page, 'light');
  const light = await violations(page, within, EVERYTHING);
  await become(page, 'dark');
  const dark = await violations(page, within, COLOURS);
  await become(page, 'light');
  return [...light, ...dark.map((each) => `in the dark, ${each}`)];
}

/** Pixels that a person would have to move the page aside. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Nothing on it is still to come. */
export const drawn = (page: Page): Promise<void> =>
  page.locator('[role=status]:has-text("Loading")').first().waitFor({ state: 'detached' });
