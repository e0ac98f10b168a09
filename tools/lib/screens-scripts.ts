// Pictures of scripts: what waits, its review, a run, what is written, what begins by itself.
import type { Page } from 'playwright-core';
import { DESK } from '../../test/web/support/browser.ts';
import type { ScriptsWorld } from '../../test/web/support/scripts-world.ts';
import { ALL, DESKS, type Picture, steady } from './picture.ts';

/** Brings a part of the review to the top, as its key does. */
const at =
  (key: string) =>
  async (page: Page): Promise<void> => {
    await steady(page);
    await page.keyboard.press(key);
    await steady(page);
  };

export function scriptPictures({ waits, ran, schedule }: ScriptsWorld): readonly Picture[] {
  const review = `/scripts/${waits.script}/versions/${waits.digest.replace('sha256:', '')}`;
  return [
    { name: 'scripts', path: '/scripts', shows: 'Waiting for review', on: ALL },
    { name: 'script', path: '/scripts/opening-hours', shows: 'Used today', on: DESKS },
    { name: 'script-review', path: review, shows: 'def merged', on: ALL, after: steady },
    { name: 'script-source', path: review, shows: 'def merged', on: ALL, after: at('o') },
    { name: 'script-test', path: review, shows: 'def merged', on: [DESK], after: at('t') },
    { name: 'script-run', path: `/runs/${ran.id}`, shows: 'Result', on: DESKS },
    { name: 'script-write', path: '/propose', shows: 'Try it', on: [DESK], after: steady },
    { name: 'schedules', path: '/schedules', shows: 'Hours for the board', on: ALL },
    { name: 'schedule', path: `/schedules/${schedule.id}`, shows: 'History', on: DESKS },
  ];
}
