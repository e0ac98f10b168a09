// The pages of months: a bad day from `P P` to the last step back, an undo that was seen first, a query with its faults, files that
// leave, a check that is mended, a copy. One daemon, one person, a real browser; looked up at the daemon and on the disk.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, PERSON, runProcess, tempFolder, verifies } from '@castellan/testkit';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { originOf } from '../e2e/support/people.ts';
import { ofKind, type TestAgent, type World, world } from '../e2e/support/world.ts';
import { DESK, hasChromium, openBrowser, openPage, PHONE, type Seen, signInPage } from './support/browser.ts';

let it: World;
let agent: TestAgent;
let chrome: Browser;
let seen: Seen;
let cwd: string;
beforeAll(async () => {
  if (!hasChromium) return;
  it = await world({ preset: 'full-auto', alarms: { diskFreeMiB: 1 } });
  agent = await it.connect('editor');
  cwd = join(tempFolder(), 'site');
  mkdirSync(cwd);
  chrome = await openBrowser();
  seen = await openPage(chrome, DESK, originOf(it.daemon));
  await signInPage(seen.page, PERSON);
});
afterAll(async () => {
  await chrome?.close();
  await it?.[Symbol.asyncDispose]();
});
const options = { skip: !hasChromium };

/** The page, live: before that nothing on it can be pressed. */
async function open(path: string, shows: string, page: Page = seen.page): Promise<Page> {
  await page.goto(path);
  await page.getByText(shows).first().waitFor();
  await page.locator('main > [inert]').waitFor({ state: 'detached' });
  return page;
}

/** @returns the id of the call. */
async function wrote(name: string, content: string): Promise<string> {
  const id = `toolu_${name}_${content.length}`;
  const input = { file_path: join(cwd, name), content };
  expect(await agent.pre('Write', input, { cwd, id })).toMatchObject({ verdict: 'allow' });
  writeFileSync(input.file_path, content);
  await agent.post('Write', input, id, { cwd });
  const made = ofKind(await it.records('kind:attempt'), 'attempt').find(({ externalId }) => externalId === id);
  if (made === undefined) throw new Error('no attempt');
  return made.call;
}

async function saved(
  page: Page,
  press: () => Promise<void>,
): Promise<{ readonly name: string; readonly text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  const file = await (download as Download).path();
  return { name: download.suggestedFilename(), text: readFileSync(file, 'utf8') };
}

verifies(
  ['U1', 'W1'],
  'a task is undone after its lines were seen: what changed since is named and left alone, what is not chosen stays',
  async () => {
    for (const name of ['a.ts', 'b.ts', 'c.ts']) writeFileSync(join(cwd, name), 'before\n');
    for (const name of ['a.ts', 'b.ts']) await wrote(name, 'by the agent\n');
    const call = await wrote('c.ts', 'by the agent\n');
    writeFileSync(join(cwd, 'c.ts'), 'by me\n');

    const page = await open(`/activity?call=${call}`, 'What happened');
    await page.getByRole('button', { name: 'Undo the whole task' }).click();
    await page.getByText('1 conflict: these are left alone').waitFor();
    const steps = page.getByRole('list', { name: 'What would change' });
    expect(await steps.textContent()).toContain('-by the agent');
    const second = steps.getByRole('checkbox', { name: join(cwd, 'b.ts') });
    await second.focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Undo 1 path' }).click();
    await page.getByText('1 path put back').waitFor();
    expect(['a.ts', 'b.ts', 'c.ts'].map((name) => readFileSync(join(cwd, name), 'utf8'))).toEqual([
      'before\n',
      'by the agent\n',
      'by me\n',
    ]);
    expect(seen.faults).toEqual([]);
  },
  options,
);

verifies(
  ['L4', 'L5', 'W1'],
  'a query says where it is not understood, and narrows the list, the export and nothing else; a call is proved to a stranger',
  async () => {
    const page = await open('/activity', 'What can be asked');
    const rows = page.getByRole('list', { name: 'Calls' }).getByRole('listitem');
    await rows.first().waitFor();
    const field = page.getByRole('searchbox', { name: 'Find calls' });
    await field.fill('tool:Write verdikt:deny');
    await page.getByText('at character 12').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await rows.count()).toBeGreaterThan(0);
    await field.fill('tool:undo');
    await expect.poll(() => rows.count()).toBe(1);

    await page.getByRole('button', { name: 'Export' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Form').selectOption('csv');
    const csv = await saved(page, () => dialog.getByRole('button', { name: 'Export' }).click());
    expect(csv.name).toMatch(/^castellan-\d{4}-\d{2}-\d{2}\.csv$/);
    expect(csv.text).toContain('undo');
    expect(csv.text).not.toContain('Write');
    await dialog.getByText('Saved').waitFor();
    await page.keyboard.press('Escape');

    await rows.first().getByRole('button').click();
    const proof = await saved(page, () => page.getByRole('button', { name: /^Proof/ }).click());
    const file = join(tempFolder(), proof.name);
    writeFileSync(file, proof.text);
    // The key that a stranger was given, and not the one that the file brings.
    const vkey = readFileSync(join(it.daemon.home, 'ledger', 'vkey'), 'utf8').trim();
    const verifier = inRoot('packages', 'ledger', 'verifier', 'verify.mjs');
    const told = await runProcess(process.execPath, [verifier, file, '--key', vkey]);
    expect(told, told.stderr).toMatchObject({ code: 0 });
    expect(seen.faults).toEqual([]);
  },
  options,
);

verifies(
  ['R2', 'W1'],
  'a check is mended with one press, and the lines of the checklists stand with what answers them',
  async () => {
    const page = await open('/checks', 'Who gets in');
    await page.locator('#ledger-verified').getByRole('button', { name: /^Fix/ }).click();
    await expect
      .poll(async () => ofKind(await it.records('kind:check'), 'check').map(({ check, change }) => [check, change]))
      .toContainEqual(['ledger-verified', 'mended']);
    await page.getByRole('link', { name: 'By checklist' }).click();
    await page.getByRole('heading', { name: 'OpenPact: before deployment' }).waitFor();
    expect(await page.getByRole('link', { name: 'By checklist' }).getAttribute('aria-current')).toBe('page');
    expect(await page.getByRole('link', { name: 'By subject' }).getAttribute('aria-current')).toBeNull();
  },
  options,
);

verifies(
  ['W1'],
  'a copy of the state is made from the settings, and its passphrase does not stay on the page',
  async () => {
    const page = await open('/settings?tab=copies', 'Make one now');
    const first = page.getByLabel('Passphrase', { exact: true });
    await first.fill('five unrelated words of mine');
    await page.getByLabel('Once more', { exact: true }).fill('five unrelated words of mine');
    await page.getByRole('button', { name: 'Make a copy' }).click();
    await page.getByText('Made, read back and verified').waitFor();
    expect(await first.inputValue()).toBe('');
    const { copies } = (await it.daemon.request('GET', '/v1/backups')).json() as { copies: { file: string }[] };
    expect(copies).toHaveLength(1);
    await open('/settings?tab=records', 'no record leaves by itself');
    await open('/settings?tab=service', 'castellan.log');
    expect(seen.faults).toEqual([]);
  },
  options,
);

verifies(
  ['R3', 'W1', 'W2'],
  'P P opens the panic and does not declare it; it stands on every page, and the steps lead back with the keyboard alone',
  async () => {
    const page = await open('/grants', 'Grants');
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    const dialog = page.getByRole('dialog', { name: 'Panic: stop everything?' });
    await dialog.waitFor();
    // The safe answer has the focus.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    expect(ofKind(await it.records('kind:incident-step'), 'incident-step')).toEqual([]);
    await dialog.getByLabel('What is wrong').fill('it reads my mail');
    await dialog.getByRole('button', { name: 'Stop everything' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The way back' }).waitFor();
    await page.getByText('A panic is in force').waitFor();
    const denied = await agent.pre('Read', { file_path: join(cwd, 'a.ts') }, { cwd, id: 'toolu_denied' });
    expect([denied.verdict, denied.status]).not.toContain('allow');

    // Also on a phone that was there before nobody, and on every page of it.
    const phone = await openPage(chrome, PHONE, originOf(it.daemon));
    await signInPage(phone.page, PERSON);
    await open('/secrets', 'A panic is in force', phone.page);

    const report = await saved(page, () => page.getByRole('button', { name: 'Markdown' }).click());
    expect(report.name).toMatch(/^incident_\w+\.md$/);
    expect(report.text).toContain('it reads my mail');
    const names = ['I have read it', 'These are dealt with', 'Go on', 'Go on', 'Go on with these', 'Go on'];
    const current = page.locator('[aria-current=step]');
    for (const [index, name] of names.entries()) {
      await page.locator(`[data-standing=done]`).nth(index).waitFor({ state: 'detached' });
      await current.getByRole('button', { name, exact: true }).and(page.locator(':enabled')).press('Enter');
      await page.locator(`[data-standing=done]`).nth(index).waitFor();
    }
    await current.getByRole('button', { name: 'End the panic' }).and(page.locator(':enabled')).press('Enter');
    await page.getByText('A panic is in force').waitFor({ state: 'detached' });
    await phone.page.getByText('A panic is in force').waitFor({ state: 'detached' });
    expect(existsSync(join(it.daemon.home, 'daemon', 'panic.json'))).toBe(false);
    await page.getByLabel('Note').fill('the page it read is blocked now');
    await page.getByRole('button', { name: 'Add the note' }).click();
    await page.getByRole('listitem').filter({ hasText: 'the page it read is blocked now' }).waitFor();
    expect([...seen.faults, ...phone.faults]).toEqual([]);
    await phone.context.close();
  },
  options,
);
