// No page without a look at it: every address of the router is looked at by axe, in both themes and at both sizes. What the
// others look at is counted; what stands before a sign-in (set-up, sign-in, invite, link, nothing) is looked at here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERSON, sendRequest, verifies } from '@castellan/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { drawn, overflow, violationsOf } from './support/axe.ts';
import { DESK, openPage, PHONE, signInPage } from './support/browser.ts';
import { ADDRESSES, incidentAddress, scriptAddresses } from './support/pages-world.ts';
import { chromium, inChromium, originOf } from './support/stage.ts';
import { type Machine, newMachine } from './support/walk.ts';

const ROUTER = join(import.meta.dirname, '..', '..', 'packages', 'web', 'src', 'app', 'router.tsx');
const routes = [...readFileSync(ROUTER, 'utf8').matchAll(/^ {2}path: '([^']+)',$/gm)].map(([, path]) => path ?? '');
const declared = readFileSync(ROUTER, 'utf8').match(/createRoute\(/g)?.length ?? 0;

/** Of these `inbox.test.ts` looks at the first, and this file at the others. */
const OTHERS = ['/', '/setup', '/sign-in', '/join', '/answer'] as const;

interface Look {
  readonly name: string;
  readonly path: string;
  /** null: its heading says enough. */
  readonly shows: string | null;
}
const BEFORE: readonly Look[] = [
  { name: 'set-up', path: '/setup', shows: 'One-time code' },
  { name: 'sign-in before set-up', path: '/sign-in', shows: 'Not set up yet' },
];
const OUTSIDE: readonly Look[] = [
  { name: 'sign-in', path: '/sign-in', shows: 'Sign in with a passkey' },
  { name: 'set-up that has begun', path: '/setup', shows: 'Set-up has begun' },
  { name: 'invite', path: `/join#${'a'.repeat(43)}`, shows: null },
  // In this order: a tab keeps the link it was opened with.
  { name: 'link that is not whole', path: '/answer', shows: 'This link is not whole' },
  { name: 'link that is not good', path: `/answer#${'a'.repeat(43)}`, shows: 'This link no longer works' },
  { name: 'no page', path: '/no-such-page', shows: null },
];
const STEPS = {
  factor: 'Add a second factor',
  preset: 'How much should be asked?',
  agents: 'Connect your agents',
  test: 'See how it is to be asked',
};

inChromium('axe', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await newMachine();
  });
  afterAll(() => machine?.daemon[Symbol.asyncDispose]());

  async function look(page: Page, { name, path, shows }: Look): Promise<readonly string[]> {
    await page.goto('about:blank');
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    if (shows !== null) await page.getByText(shows).first().waitFor();
    await drawn(page);
    const wide = await overflow(page);
    return [...(await violationsOf(page)), ...(wide > 0 ? [`${wide} px wider than the screen`] : [])].map(
      (each) => `${name}: ${each}`,
    );
  }

  verifies(['W2'], 'every address of the router is looked at', () => {
    expect(routes.length).toBeGreaterThan(14);
    // The shell is a route without an address.
    expect(routes.length).toBe(declared - 1);
    const named = scriptAddresses({ version: '0', ran: '0', failed: '0', schedule: '0' });
    const looked: readonly string[] = [
      ...OTHERS,
      ...[...ADDRESSES, ...named, incidentAddress('0')].map(({ path }) => path.split('?')[0] ?? ''),
    ];
    // `$name` in an address of the router stands for any one word.
    const isLookedAt = (route: string): boolean => {
      const pattern = new RegExp(`^${route.replace(/\$\w+/g, '[^/]+')}$`);
      return looked.some((path) => pattern.test(path));
    };
    expect(routes.filter((route) => !isLookedAt(route))).toEqual([]);
  });

  verifies(
    ['W2', 'A7'],
    'no page before a sign-in keeps anybody out, set-up included',
    async () => {
      const { daemon, code } = machine;
      const all = async (
        looks: readonly Look[],
        before: (page: Page) => Promise<void> = async () => undefined,
      ): Promise<void> => {
        for (const screen of [DESK, PHONE]) {
          const { page, context, faults } = await openPage(chromium(), screen, originOf(daemon.state.port));
          await before(page);
          const found: string[] = [];
          for (const each of looks) found.push(...(await look(page, each)));
          expect(found, screen.name).toEqual([]);
          expect(faults, screen.name).toEqual([]);
          await context.close();
        }
      };
      await all(BEFORE);
      const made = await sendRequest({ port: daemon.state.port }, 'POST', '/v1/setup', { body: { ...PERSON, code } });
      expect(made.status, made.text).toBe(200);
      await all(OUTSIDE);
      for (const [step, heading] of Object.entries(STEPS))
        await all([{ name: `set-up, ${step}`, path: '/setup', shows: heading }], async (page) => {
          await signInPage(page, PERSON);
          await page.evaluate((kept) => localStorage.setItem('castellan.setup-step', kept), step);
        });
    },
    { timeout: 600_000 },
  );
});
