// Pictures of every page for the guide: real Chromium, the real daemon, a day of work. `npm run screens` makes them anew;
// `-- inbox` those whose name has that in it.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERSON, startDaemon } from '@castellan/testkit';
import type { Browser, Page } from 'playwright-core';
import { ntfyServer } from '../test/e2e/support/notify/ntfy-server.ts';
import { runAtTerminal } from '../test/e2e/support/run-in-terminal.ts';
import { MAIL, until, worldOf } from '../test/e2e/support/world.ts';
import {
  DESK,
  hasChromium,
  openBrowser,
  openPage,
  PHONE,
  PHONE_DARK,
  type Screen,
  signInPage,
} from '../test/web/support/browser.ts';
import { LETTER } from '../test/web/support/calls.ts';
import { bundle } from './bundle.ts';
import { palettePng } from './lib/palette-png.ts';
import { ALL, DESKS, type Picture, steady } from './lib/picture.ts';
import { inRoot } from './lib/run.ts';
import { type House, house } from './lib/screens-house.ts';
import { scriptPictures } from './lib/screens-scripts.ts';

const OUT = inRoot('docs', 'guide', 'screens');
const AGENT = `
const out = (text) => process.stdout.write(text.replaceAll('\\n', '\\r\\n'));
out('\\u001b[1;38;2;217;119;87m* Claude Code\\u001b[0m  \\u001b[2m~/site\\u001b[0m\\n\\n');
out('> fix the failing test in src/app.ts\\n\\n');
out('\\u001b[32m*\\u001b[0m Read(src/app.ts)\\n  8 lines\\n\\n');
out('\\u001b[32m*\\u001b[0m Update(src/app.ts)\\n');
out('  \\u001b[48;2;70;30;30m- export const port = 3000;\\u001b[0m\\n  \\u001b[48;2;30;60;30m+ export const port = 3001;\\u001b[0m\\n\\n');
out('Do you want to make this edit to app.ts?\\n\\u001b[36m> 1. Yes\\u001b[0m\\n  2. Yes, and do not ask again in this session\\n  3. No, and say what to do instead\\n');
process.stdin.setRawMode?.(true);
process.stdin.resume();
`;

const open =
  (text: RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: text }).first().click();
    await page.getByRole('article').waitFor();
    await steady(page);
  };
const key =
  (pressed: string) =>
  async (page: Page): Promise<void> => {
    await steady(page);
    await page.keyboard.press(pressed);
    await page.getByRole('dialog').waitFor();
    await steady(page);
  };

const pictures = (approval: (text: string) => string, terminal: string): readonly Picture[] => [
  { name: 'inbox', path: `/?approval=${approval('push')}`, shows: 'Why you are asked', on: DESKS, after: steady },
  { name: 'inbox', path: '/', shows: 'client@acme.com', on: [PHONE, PHONE_DARK], after: steady },
  { name: 'card', path: '/', shows: 'client@acme.com', on: [PHONE, PHONE_DARK], after: open(/client@acme\.com/) },
  {
    name: 'letter',
    path: `/?approval=${approval('client@acme.com')}`,
    shows: 'Why you are asked',
    on: DESKS,
    after: steady,
  },
  { name: 'file', path: `/?approval=${approval('pre-push')}`, shows: 'Why you are asked', on: [DESK], after: steady },
  {
    name: 'install',
    path: `/?approval=${approval('get.example.com')}`,
    shows: 'Why you are asked',
    on: [DESK],
    after: steady,
  },
  {
    name: 'edit',
    path: `/?approval=${approval('client@acme.com')}`,
    shows: 'Why you are asked',
    on: [DESK],
    after: key('e'),
  },
  {
    name: 'more',
    path: `/?approval=${approval('docs.example')}`,
    shows: 'Why you are asked',
    on: [DESK],
    after: key('g'),
  },
  { name: 'keys', path: '/', shows: /wait/, on: [DESK], after: key('?') },
  { name: 'activity', path: '/activity', shows: 'Prompts an hour', on: ALL, after: steady },
  { name: 'tasks', path: '/work', shows: 'This turn', on: DESKS },
  { name: 'agents', path: '/agents', shows: 'Night shift', on: DESKS },
  { name: 'modules', path: '/modules', shows: 'held back', on: ALL },
  { name: 'modules-server', path: '/modules/notes', shows: 'What is different now', on: ALL, after: steady },
  {
    name: 'modules-add',
    path: '/modules',
    shows: 'held back',
    on: [DESK],
    after: async (page) => {
      await page.getByRole('button', { name: 'Add a server' }).click();
      await page.getByText('How it is reached').waitFor();
      await steady(page);
    },
  },
  { name: 'rules', path: '/rules', shows: 'own-safety', on: DESKS },
  { name: 'grants', path: '/grants', shows: 'made', on: DESKS },
  { name: 'secrets', path: '/secrets', shows: 'GITHUB_TOKEN', on: DESKS },
  { name: 'checks', path: '/checks', shows: 'Who gets in', on: DESKS },
  { name: 'checklist', path: '/checks?by=checklist', shows: 'before deployment', on: [DESK] },
  { name: 'incidents', path: '/incidents', shows: 'deleted four letters', on: [DESK] },
  {
    name: 'incident',
    path: '/incidents',
    shows: 'deleted four letters',
    on: [DESK, PHONE_DARK],
    after: async (page) => {
      await page.getByRole('link', { name: /deleted four letters/ }).click();
      await page.getByText('What is to be done').waitFor();
      await steady(page);
    },
  },
  {
    name: 'query',
    path: '/activity?q=verdict:deny since:2d',
    shows: 'What can be asked',
    on: DESKS,
    after: async (page) => {
      await page.getByText('What can be asked').click();
      await steady(page);
    },
  },
  {
    name: 'panic',
    path: '/grants',
    shows: 'made',
    on: [DESK, PHONE_DARK],
    after: async (page) => {
      await page.keyboard.press('p');
      await page.keyboard.press('p');
      await page.getByRole('dialog').waitFor();
      await steady(page);
    },
  },
  { name: 'terminals', path: '/terminals', shows: 'open', on: [DESK] },
  {
    name: 'terminal',
    path: `/terminals?open=${terminal}`,
    shows: 'Do you want to make this edit',
    on: DESKS,
    after: steady,
  },
  { name: 'settings-account', path: '/settings', shows: 'Authenticator app', on: DESKS },
  { name: 'settings-sign-ins', path: '/settings?tab=sign-ins', shows: 'this one', on: [DESK] },
  { name: 'settings-people', path: '/settings?tab=people', shows: 'ben', on: [DESK] },
  { name: 'settings-tokens', path: '/settings?tab=tokens', shows: 'Status board', on: [DESK] },
  { name: 'settings-notifications', path: '/settings?tab=notifications', shows: 'hallway-screen', on: DESKS },
  { name: 'settings-approvals', path: '/settings?tab=approvals', shows: 'Seconds to answer', on: [DESK] },
  { name: 'settings-remote', path: '/settings?tab=remote', shows: 'From elsewhere', on: [DESK] },
  { name: 'settings-copies', path: '/settings?tab=copies', shows: 'Make one now', on: [DESK] },
  { name: 'settings-records', path: '/settings?tab=records', shows: 'Collectors', on: [DESK] },
  { name: 'settings-service', path: '/settings?tab=service', shows: 'castellan.log', on: [DESK] },
  { name: 'settings-appearance', path: '/settings?tab=appearance', shows: 'Theme', on: [DESK] },
];

async function take(page: Page, screen: Screen, { name, path, shows, after }: Picture): Promise<void> {
  await page.goto(path);
  await page.getByText(shows).first().waitFor();
  await page.locator('main > [inert]').waitFor({ state: 'detached' });
  await page.locator('[role=status]:has-text("Loading")').first().waitFor({ state: 'detached' });
  await after?.(page);
  await keep(page, `${name}-${screen.name}`);
}

async function keep(page: Page, name: string): Promise<void> {
  const png = palettePng(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  writeFileSync(join(OUT, `${name}.png`), png);
  process.stdout.write(`${name}.png ${(png.length / 1024).toFixed(0)} KiB\n`);
}

async function inside(chrome: Browser, it: House, wanted: string): Promise<void> {
  const { daemon, world, scripts } = it;
  const at = await runAtTerminal(daemon, AGENT);
  const terminal = await at.terminal();
  const approvals = await world.approvals();
  const approval = (text: string): string => {
    const found = approvals.find(
      (each) => each.state.kind === 'pending' && JSON.stringify([each.summary, each.arguments]).includes(text),
    );
    if (found === undefined)
      throw new Error(
        `nothing waits about \`${text}\`: ${approvals.map(({ summary, state }) => `${state.kind} ${summary}`).join('; ')}`,
      );
    return found.id;
  };
  const all = [...pictures(approval, terminal.id), ...scriptPictures(scripts)];
  for (const screen of ALL) {
    const { page, context, faults } = await openPage(chrome, screen, `http://localhost:${daemon.state.port}`);
    await signInPage(page, PERSON);
    for (const each of all)
      if (each.on.includes(screen) && each.name.includes(wanted))
        await take(page, screen, each).catch((error: unknown) => faults.push(`${each.name}: ${String(error)}`));
    for (const fault of faults) process.stdout.write(`FAULT ${screen.name}: ${fault}\n`);
    await context.close();
  }
  at.pty.kill();
}

/** After a panic nothing else is to be seen: the last picture of the house. */
async function stopped(chrome: Browser, { daemon }: House): Promise<void> {
  for (const screen of [DESK, PHONE_DARK]) {
    const { page, context } = await openPage(chrome, screen, `http://localhost:${daemon.state.port}`);
    await signInPage(page, PERSON);
    // Grants have ended with the first of the two.
    await page.goto('/checks');
    await page.getByText('Who gets in').first().waitFor();
    await page.locator('main > [inert]').waitFor({ state: 'detached' });
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    await page.getByLabel('What is wrong').fill('It answers letters that nobody asked about');
    await page.getByRole('button', { name: 'Stop everything', exact: true }).click();
    await page.getByText('Read what happened').waitFor();
    await steady(page);
    await keep(page, `way-back-${screen.name}`);
    await context.close();
  }
}

/** What somebody sees before they are signed in: on a daemon that was started a moment ago. */
async function before(chrome: Browser, wanted: string, claude: string): Promise<void> {
  await using daemon = await startDaemon({
    setup: false,
    timeout: 60_000,
    env: { PATH: `${claude}:${process.env.PATH ?? ''}` },
  });
  const code = readFileSync(join(daemon.home, 'daemon', 'setup-code'), 'utf8').trim();
  const steps = {
    account: 'One-time code',
    factor: 'Add a second factor',
    preset: 'How much should be asked?',
    agents: 'Connect your agents',
    test: 'See how it is to be asked',
  };
  for (const [step, shows] of Object.entries(steps)) {
    if (step === 'factor') {
      const made = await daemon.request('POST', '/v1/setup', { token: null, body: { ...PERSON, code } });
      if (made.status !== 200) throw new Error(made.text);
    }
    for (const screen of [DESK, PHONE_DARK]) {
      const { page, context } = await openPage(chrome, screen, `http://localhost:${daemon.state.port}`);
      if (step !== 'account') {
        await signInPage(page, PERSON);
        await page.evaluate((kept) => localStorage.setItem('castellan.setup-step', kept), step);
      }
      await page.goto('/setup');
      await page.getByText(shows).first().waitFor();
      if (step === 'preset') await page.getByRole('row', { name: /search the web/ }).waitFor();
      if (step === 'agents') await page.getByText('2.1.330').waitFor();
      if (step === 'test') {
        const start = page.getByRole('button', { name: 'Make a test call' });
        await start.click();
        await page.getByRole('heading', { name: /Send an e-mail/ }).waitFor();
      }
      await steady(page);
      const name = step === 'account' ? 'set-up' : `set-up-${step}`;
      if (name.includes(wanted)) await keep(page, `${name}-${screen.name}`);
      if (step === 'test') await page.getByRole('button', { name: /^Deny/ }).click();
      await page.waitForTimeout(300);
      await context.close();
      if (step === 'factor' && 'sign-in'.includes(wanted)) {
        const out = await openPage(chrome, screen, `http://localhost:${daemon.state.port}`);
        await out.page.goto('/sign-in');
        await out.page.getByText('Sign in with a passkey').waitFor();
        await keep(out.page, `sign-in-${screen.name}`);
        await out.context.close();
      }
    }
  }
}

/** The page that the link of a message leads to, on the phone. */
async function linked(chrome: Browser): Promise<void> {
  const token = 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2';
  await using ntfy = await ntfyServer(token);
  const channels = { phone: { kind: 'ntfy', server: ntfy.url, topic: 'tea-house', token: 'NTFY' } };
  await using daemon = await startDaemon({
    timeout: 60_000,
    config: { approvals: { timeoutSeconds: 900 }, notify: { channels } },
  });
  const uses = [
    { kind: 'module', name: 'notify' },
    { kind: 'host', name: ntfy.host },
  ];
  await daemon.request('POST', '/v1/secrets', { body: { name: 'NTFY', value: token, uses } });
  const agent = await worldOf(daemon).connect('Letters', 3600);
  await agent.hook({
    session_id: 's1',
    cwd: '/tmp',
    hook_event_name: 'UserPromptSubmit',
    prompt: 'Answer the letters of this morning',
  });
  void agent.pre('mcp__mail__send', LETTER, { server: MAIL }).catch(() => undefined);
  const url = await until(
    'the message',
    () => ntfy.published.at(-1)?.actions.find(({ label }) => label === 'Approve')?.url,
    20_000,
  );
  for (const screen of [PHONE, PHONE_DARK]) {
    const { page, context } = await openPage(chrome, screen, new URL(url).origin);
    await signInPage(page, PERSON);
    await page.goto(url);
    await page.getByText('Nothing is answered yet').waitFor();
    await steady(page);
    await keep(page, `answer-${screen.name}`);
    await context.close();
  }
}

if (!hasChromium) throw new Error('there is no Chromium on this machine');
const [wanted = ''] = process.argv.slice(2);
if (process.env.CASTELLAN_NO_BUNDLE === undefined) {
  await bundle();
  process.env.CASTELLAN_TEST_DAEMON = inRoot('packages', 'daemon', 'dist', 'main.js');
}
mkdirSync(OUT, { recursive: true });
if (wanted === '') for (const name of readdirSync(OUT)) rmSync(join(OUT, name));
await using it = await house();
const chrome = await openBrowser();
await inside(chrome, it, wanted);
if ('way-back'.includes(wanted)) await stopped(chrome, it);
if ('answer'.includes(wanted)) await linked(chrome);
await before(chrome, wanted, join(it.folder, 'bin'));
await chrome.close();
const sizes = readdirSync(OUT).map((name) => statSync(join(OUT, name)).size);
process.stdout.write(
  `${sizes.length} pictures, ${(sizes.reduce((sum, size) => sum + size, 0) / 1024 / 1024).toFixed(1)} MiB\n`,
);
