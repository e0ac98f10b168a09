// Two ways of using a page: with a pointer, or with the keyboard alone. RULE: the keyboard's hands never set the focus by
// program; what Tab and the arrows do not reach counts as not there.
import type { Locator, Page } from 'playwright-core';

export interface Hands {
  press(what: Locator): Promise<void>;
  /** Types over what stands there. */
  write(where: Locator, text: string): Promise<void>;
  /** Chooses a radio button or a tick. */
  choose(what: Locator): Promise<void>;
  /** An item of a menu that is open. */
  item(what: Locator): Promise<void>;
}

/** Buttons are dead for a moment after a card changes. */
const alive = (what: Locator): Promise<void> =>
  what.and(what.page().locator(':not([aria-disabled="true"]):not([disabled])')).first().waitFor();

/** Until the keys and buttons of the card that is looked at are no longer dead. */
export const steady = (page: Page): Promise<void> =>
  alive(page.getByRole('article').getByRole('button', { name: /^(Approve once|Deny)/ }));

export const pointer: Hands = {
  async press(what) {
    await alive(what);
    await what.click();
  },
  async write(where, text) {
    await where.click();
    await where.page().keyboard.press('Control+a');
    await where.page().keyboard.type(text);
  },
  choose: (what) => what.check(),
  item: (what) => what.click(),
};

const has = (what: Locator): Promise<boolean> => what.evaluate((element) => element === document.activeElement);

async function reach(what: Locator): Promise<void> {
  await what.waitFor();
  const page = what.page();
  for (let presses = 0; presses < 150; presses += 1) {
    if (await has(what)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${what}`);
}

export const keyboard: Hands = {
  async press(what) {
    await alive(what);
    await reach(what);
    await what.page().keyboard.press('Enter');
  },
  async write(where, text) {
    await reach(where);
    await where.page().keyboard.press('Control+a');
    await where.page().keyboard.type(text);
  },
  async choose(what) {
    const page: Page = what.page();
    await what.waitFor();
    if ((await what.getAttribute('type')) === 'checkbox') {
      await reach(what);
      await page.keyboard.press('Space');
      return;
    }
    // Tab reaches a group of radio buttons at the one that is chosen; arrows go on from there.
    for (let presses = 0; presses < 150; presses += 1) {
      if (await page.evaluate(() => document.activeElement?.getAttribute('type') === 'radio')) break;
      await page.keyboard.press('Tab');
    }
    for (let presses = 0; presses < 10 && !(await has(what)); presses += 1) await page.keyboard.press('ArrowDown');
    if (!(await what.isChecked())) throw new Error(`the arrows do not reach ${what}`);
  },
  async item(what) {
    await what.waitFor();
    const page = what.page();
    for (let presses = 0; presses < 20 && !(await has(what)); presses += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  },
};
