// One picture of a page, and the screens they are taken on.
import type { Page } from 'playwright-core';
import { DESK, DESK_DARK, PHONE, PHONE_DARK, type Screen } from '../../test/web/support/browser.ts';

export const DESKS = [DESK, DESK_DARK];
export const ALL = [...DESKS, PHONE, PHONE_DARK];

export interface Picture {
  readonly name: string;
  readonly path: string;
  /** What must be on the screen before it counts as drawn. */
  readonly shows: string | RegExp;
  readonly on: readonly Screen[];
  readonly after?: (page: Page) => Promise<void>;
}

/** Longer than buttons are dead after a card changed. */
export const steady = (page: Page): Promise<void> => page.waitForTimeout(800);
