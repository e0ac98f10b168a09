// The one alarm that a person ends, in a real browser: it says what was seen and where to look, the button says that somebody did, and
// who may only look is given none.
import { PERSON, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type Watched, watched } from '../e2e/support/escapes.ts';
import { originOf, somebody } from '../e2e/support/people.ts';
import { until } from '../e2e/support/world.ts';
import {
  DESK,
  DESK_DARK,
  hasChromium,
  openBrowser,
  openPage,
  PHONE,
  PHONE_DARK,
  signInPage,
} from './support/browser.ts';

const skip = !hasChromium || process.platform !== 'linux';
if (skip) process.stderr.write('SKIPPED: an alarm of what no call explains needs Linux and Chromium\n');

verifies(
  ['I6', 'W2'],
  'what no call explains is ended by a button, on a desk and on a phone, by whoever may answer and nobody else',
  async () => {
    await using at: Watched = await watched();
    const viewer = await somebody(
      at.daemon,
      (method, path, asked) => at.daemon.request(method, path, { body: asked?.body }),
      'zoe',
      'viewer',
    );
    const chrome = await openBrowser();
    try {
      for (const [nth, screen] of [DESK, DESK_DARK, PHONE, PHONE_DARK].entries()) {
        // Another program each time: what was seen does not ring again.
        at.does(`sleep ${70 + nth} &`);
        const alarm = await at.rings(`sleep ${70 + nth}`);
        if (nth === 0) {
          const { page, context } = await openPage(chrome, screen, originOf(at.daemon));
          await signInPage(page, { name: viewer.name, password: viewer.password });
          await page.goto('/');
          await page.getByRole('region', { name: 'Alarms' }).getByText('no call explains').waitFor();
          expect(await page.getByRole('button', { name: /I have seen it/ }).count()).toBe(0);
          await context.close();
        }
        const { page, context, faults } = await openPage(chrome, screen, originOf(at.daemon));
        await signInPage(page, PERSON);
        await page.goto('/');
        const shown = page.getByRole('region', { name: 'Alarms' });
        await shown
          .getByText(`sleep ${70 + nth}`)
          .first()
          .waitFor();
        await page.locator('main > [inert]').waitFor({ state: 'detached' });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wide, screen.name).toBeLessThanOrEqual(0);
        await shown.getByRole('button', { name: /I have seen it/ }).click();
        await shown.waitFor({ state: 'detached' });
        await until('it is over', async () => ((await at.alarms()).length === 0 ? true : undefined));
        expect(alarm.text).toContain('no call explains');
        expect(faults).toEqual([]);
        await context.close();
      }
    } finally {
      await chrome.close();
    }
  },
  { skip },
);
