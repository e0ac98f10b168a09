// What a person does on these pages, done in a real browser and looked up at the daemon: levels, presets, grants, secrets,
// rules, a terminal; and what somebody who may only look is not shown.
import { PERSON, verifies } from '@castellan/testkit';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { originOf } from '../e2e/support/people.ts';
import { until } from '../e2e/support/world.ts';
import { DESK, hasChromium, openBrowser, openPage, PHONE, type Seen, signInPage } from './support/browser.ts';
import { ADDRESSES, type PagesWorld, pagesWorld } from './support/pages-world.ts';

let it: PagesWorld;
let chrome: Browser;
let seen: Seen;
beforeAll(async () => {
  if (!hasChromium) return;
  it = await pagesWorld();
  chrome = await openBrowser();
  seen = await openPage(chrome, DESK, originOf(it.world.daemon));
  await signInPage(seen.page, PERSON);
});
afterAll(async () => {
  await chrome?.close();
  await it?.[Symbol.asyncDispose]();
});
const options = { skip: !hasChromium };

async function told<T>(path: string): Promise<T> {
  const reply = await it.world.daemon.request('GET', path);
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text}`);
  return reply.json() as T;
}

/** The page, live: before that nothing on it can be pressed. */
async function open(path: string, shows: string, page: Page = seen.page): Promise<Page> {
  await page.goto(path);
  await page.getByText(shows).first().waitFor();
  await page.locator('main > [inert]').waitFor({ state: 'detached' });
  return page;
}

interface PolicyTold {
  readonly preset: string;
  readonly deny: readonly string[];
  readonly modules: readonly {
    readonly manifest: { readonly name: string };
    readonly overrides: Record<string, string>;
  }[];
}
const policy = (): Promise<PolicyTold> => told<PolicyTold>('/v1/policy');

verifies(
  ['P2', 'P3', 'W1'],
  'a preset and the level of one tool are changed after the page has said what will be so',
  async () => {
    const page = await open('/modules', 'Tea store');
    await page.getByRole('button', { name: 'Switch Full auto' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('More runs without you').waitFor();
    expect((await policy()).preset).toBe('autonomous');
    await dialog.getByRole('button', { name: 'Switch to Full auto' }).click();
    await until('the preset', async () => ((await policy()).preset === 'full-auto' ? true : undefined));

    await page.getByRole('searchbox').fill('send an e-mail');
    await page.getByLabel('Level of mail/send').selectOption('deny');
    await page.getByRole('button', { name: 'Change the level' }).click();
    await until('the level', async () => {
      const { modules } = await policy();
      const mail = modules.find(({ manifest }) => manifest.name === 'mail');
      return mail?.overrides.send === 'deny' ? true : undefined;
    });

    await page.getByLabel('Deny a tool').fill('calendar/*');
    await page.getByRole('button', { name: 'Deny it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Deny it' }).click();
    await until('the deny', async () => ((await policy()).deny.includes('calendar/*') ? true : undefined));
    expect(seen.faults).toEqual([]);
  },
  options,
);

verifies(
  ['H8', 'W1'],
  'a grant says what it allows and is revoked with the keyboard alone',
  async () => {
    const page = await open('/grants', 'made');
    const before = (await it.world.grants()).filter(({ revokedAt }) => revokedAt === null).length;
    expect(before).toBeGreaterThan(0);
    await page
      .getByRole('button', { name: /^Revoke/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    // The safe answer has the focus; the other one is one Tab away.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until('a grant less', async () => {
      const left = (await it.world.grants()).filter(({ revokedAt }) => revokedAt === null).length;
      return left === before - 1 ? true : undefined;
    });
    await page.getByText('that ended').waitFor();
  },
  options,
);

verifies(
  ['W1'],
  'the value of a secret is sent once and is nowhere on the page afterwards',
  async () => {
    const value = 'a-value-that-nobody-may-see-again';
    const page = await open('/secrets', 'GITHUB_TOKEN');
    const answers: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/v1/'))
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
    });
    await page.getByRole('button', { name: 'Add a secret' }).click();
    await page.getByLabel('Name').fill('NEW_TOKEN');
    await page.getByLabel('Value', { exact: true }).fill(value);
    await page.getByLabel('What it may be used for').fill('nonsense');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByText('write it as kind:name').waitFor();
    await page.getByLabel('What it may be used for').fill('host:api.example.org');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByText('NEW_TOKEN').first().waitFor();
    await page.getByText('Goes only to api.example.org').waitFor();
    // The dialog is on its way out when the row is there.
    await expect.poll(() => page.content()).not.toContain(value);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.join('\n')).not.toContain(value);
  },
  options,
);

verifies(
  ['W1'],
  'a call is tried out, and a file of rules is written after its change was looked at',
  async () => {
    const page = await open('/rules', 'own-safety');
    await page.getByRole('button', { name: 'Delete a folder' }).click();
    await page.getByText('What it would do').waitFor();
    await page.getByRole('link', { name: 'C02.delete-recursive' }).waitFor();

    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByLabel('Name of the file').fill('deploys');
    await page.locator('.cm-content').waitFor();
    await page.getByRole('button', { name: 'Review the change' }).click();
    await page.getByText('What will change').first().waitFor();
    await page.getByRole('button', { name: 'Save and put in force' }).click();
    await page.getByText('deploys', { exact: true }).first().waitFor();
    const { files } = await told<{ files: readonly { path: string; tests: readonly { passed: boolean }[] }[] }>(
      '/v1/rules',
    );
    const written = files.find(({ path }) => path === 'rules/deploys.yaml');
    expect(written?.tests.map(({ passed }) => passed)).toEqual([true, true]);
    expect(seen.faults).toEqual([]);
  },
  options,
);

verifies(
  ['H11', 'W1', 'W2'],
  'a terminal is watched in its own colours and answered, within the policy of the page',
  async () => {
    const { id } = await it.terminal.terminal();
    const page = await open(`/terminals?open=${id}`, 'what you type arrives');
    const rows = page.locator('.xterm-rows');
    await rows.getByText('Do you want to make this edit?').waitFor();
    expect(await rows.locator('span[style*="217"]').count()).toBeGreaterThan(0);
    await page.keyboard.press('1');
    await rows.getByText('edited').waitFor();
    expect(it.terminal.screen()).toContain('edited');
    expect(seen.faults).toEqual([]);
  },
  options,
);

verifies(
  ['H11', 'W1', 'W3'],
  'keys reach the terminal whenever the page says that they do: live late, and live again',
  async () => {
    const { page, context, faults } = await openPage(chrome, DESK, originOf(it.world.daemon));
    await signInPage(page, PERSON);
    const lines: WebSocketRoute[] = [];
    const wait = Promise.withResolvers<void>();
    await page.routeWebSocket(/\/v1\/socket/, async (line) => {
      await wait.promise;
      line.connectToServer();
      lines.push(line);
    });
    const says = page.getByText('what you type arrives');
    const edits = (): number => it.terminal.screen().split('edited').length - 1;
    const press = async (): Promise<void> => {
      const before = edits();
      await says.waitFor();
      await page.keyboard.press('1');
      await until('the edit', async () => (edits() > before ? true : undefined));
    };
    const { id } = await it.terminal.terminal();
    await page.goto(`/terminals?open=${id}`);
    // The terminal is drawn on a page that is not live yet: nothing there takes the focus, so no key would arrive.
    await page.locator('.xterm-rows').getByText('Do you want to make this edit?').waitFor();
    await page.getByText('press the terminal to type').waitFor();
    expect(await says.count()).toBe(0);
    wait.resolve();
    await press();

    // Lost and found again: the page was inert meanwhile.
    await lines[0]?.close({ code: 1011 });
    await expect.poll(() => lines.length).toBe(2);
    await press();

    // Elsewhere on the page keys are not the terminal's, and are not said to be.
    await page.getByRole('link', { name: 'All terminals' }).focus();
    await page.getByText('press the terminal to type').waitFor();
    await page.locator('.xterm-screen').click();
    await press();
    expect(faults).toEqual([]);
    await context.close();
  },
  options,
);

verifies(
  ['W1'],
  'somebody who may only look sees the pages and no button that would be refused',
  async () => {
    const { page, context, faults } = await openPage(chrome, PHONE, originOf(it.world.daemon));
    await signInPage(page, it.viewer);
    const acts =
      /^(Revoke|Freeze|Thaw|Disconnect|Switch|Accept it|Deny it|Add a secret|Rotate|Change|Remove|New file|Resume|Invite|Make a)/;
    for (const { name, path, shows } of ADDRESSES) {
      if (/people|tokens|approvals|account/.test(name)) continue;
      await open(path, name === 'terminals' ? 'claude' : shows, page);
      const buttons = await page.locator('main').getByRole('button').allInnerTexts();
      expect(
        buttons.filter((text) => acts.test(text)),
        name,
      ).toEqual([]);
    }
    const { id } = await it.terminal.terminal();
    await open(`/terminals?open=${id}`, 'read only', page);
    await page.keyboard.press('q');
    await page.waitForTimeout(300);
    expect((await it.terminal.terminal()).endedAt).toBeNull();
    expect(faults).toEqual([]);
    await context.close();
  },
  options,
);
