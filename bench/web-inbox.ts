// The inbox in real Chromium: how long a cold open takes until a waiting call can be read and the page is live, how long after
// an agent asked its sentence stands on the screen, and whether 10,000 waiting calls scroll. The first two are against the
// real daemon; 10,000 calls are one real call, told 10,000 times by a socket of this benchmark, because no machine holds so
// many agents.
import type { Approval } from '@castellan/contract';
import { PERSON } from '@castellan/testkit';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { until } from '../test/e2e/support/world.ts';
import { DESK, hasChromium, openBrowser, openPage, signInPage } from '../test/web/support/browser.ts';
import { type BenchDaemon, benchDaemon } from './lib/daemon.ts';
import { report, spread } from './lib/spread.ts';
import { within } from './lib/within.ts';

const ROUNDS = 9;
const ASKED = 25;
const WAITING = 10_000;
/** Longest time of one measurement, in milliseconds: it fails then, and all is closed. */
const PATIENCE = 90_000;
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

interface Watched {
  readonly readyAt?: number;
  longest: number;
  seenAt: number | null;
}

/** Counts from the start of the navigation, in the page's own clock. */
const WATCH = `
  globalThis.longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
  }).observe({ type: 'longtask' });
  new MutationObserver(() => {
    if (globalThis.readyAt === undefined && document.querySelector('article h2') && !document.querySelector('main > [inert]'))
      globalThis.readyAt = performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true });
`;

interface Bench {
  readonly daemon: BenchDaemon;
  readonly browser: Browser;
  readonly options: BrowserContextOptions;
  /** An agent asks to send a letter; resolves when somebody answered. */
  readonly send: (to: string) => Promise<unknown>;
}

async function coldOpens({ browser, options }: Bench): Promise<readonly number[]> {
  const cold: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    await page.goto('/');
    await page.waitForFunction(() => (globalThis as unknown as Watched).readyAt !== undefined);
    cold.push(await page.evaluate(() => (globalThis as unknown as Watched).readyAt ?? 0));
    await context.close();
  }
  return cold;
}

/** From the request of the agent to the frame that shows its sentence, both on this machine's clock. */
async function onScreen({ daemon, browser, options, send }: Bench): Promise<readonly number[]> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('status').filter({ hasText: 'waits' }).first().waitFor();
  await page.locator('main > [inert]').waitFor({ state: 'detached' });
  const times: number[] = [];
  for (let round = 0; round < ASKED; round += 1) {
    const to = `round-${round}@acme.com`;
    await page.evaluate((text) => {
      const here = globalThis as unknown as Watched;
      here.seenAt = null;
      const look = new MutationObserver(() => {
        if (!(document.querySelector('main')?.textContent ?? '').includes(text)) return;
        look.disconnect();
        requestAnimationFrame(() => {
          here.seenAt = Date.now();
        });
      });
      look.observe(document.body, { subtree: true, childList: true, characterData: true });
    }, to);
    const sent = Date.now();
    const answered = send(to);
    await page.waitForFunction(() => typeof (globalThis as unknown as Watched).seenAt === 'number');
    times.push((await page.evaluate(() => (globalThis as unknown as Watched).seenAt ?? 0)) - sent);
    const { approvals } = (await daemon.request('GET', '/v1/approvals')) as { approvals: readonly Approval[] };
    const mine = approvals.find(({ state, arguments: given }) => state.kind === 'pending' && given.to === to);
    if (mine === undefined) throw new Error(`round ${round} does not wait`);
    await daemon.request('POST', `/v1/approvals/${mine.id}/resolve`, { answer: 'deny' });
    await answered;
  }
  await context.close();
  return times;
}

/** Ids that differ in their last letters. */
const numbered = (id: string, n: number): string =>
  `${id.slice(0, -4)}${[15, 10, 5, 0].map((shift) => DIGITS[(n >> shift) & 31]).join('')}`;

async function scrolled({ browser, options }: Bench, template: Approval) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.addInitScript(WATCH);
  await page.routeWebSocket(/\/v1\/socket/, (socket) => {
    const end = Date.now() + 3_600_000;
    const approvals = Array.from({ length: WAITING }, (_, n) => ({
      ...template,
      id: numbered(template.id, n),
      call: numbered(template.call, n),
      summary: `${template.summary} ${n}`,
      createdAt: template.createdAt + n,
      expiresAt: end,
    }));
    socket.send(JSON.stringify({ epoch: 'bench', seq: 0, event: { kind: 'hello', approvals, alarms: [] } }));
  });
  await page.goto('/');
  await page.getByText(`${WAITING} wait`, { exact: true }).waitFor();
  await page.waitForTimeout(2000);
  const rows = page.locator('main ul > li > button');
  await page.evaluate(() => {
    (globalThis as unknown as Watched).longest = 0;
  });
  await page.locator('main ul').first().hover();
  let mounted = 0;
  for (let step = 0; step < 120; step += 1) {
    await page.mouse.wheel(0, step % 20 === 19 ? 90_000 : 1200);
    if (step % 20 === 0) mounted = Math.max(mounted, await rows.count());
  }
  await page.waitForTimeout(500);
  const longest = await page.evaluate(() => (globalThis as unknown as Watched).longest);
  await context.close();
  return { mounted, longest };
}

/** Signs in, has one call wait, and measures. */
async function measure(daemon: BenchDaemon, browser: Browser) {
  const origin = `http://localhost:${daemon.state.port}`;
  const { credential } = (await daemon.request('POST', '/v1/agents', {
    kind: 'claude-code',
    name: 'bench',
    hookTimeoutSeconds: 600,
  })) as { credential: string };
  const send = (to: string): Promise<unknown> =>
    daemon.request(
      'POST',
      '/v1/calls',
      {
        tool: 'mail/send',
        input: { to, subject: 'The draft', body: 'Hello, here is the draft.' },
        cwd: '/tmp',
        session: 'bench',
      },
      credential,
    );
  // It waits until the daemon ends, which is no failure of the benchmark.
  send('client@acme.com').catch(() => undefined);
  const template = await until('an approval', async () => {
    const { approvals } = (await daemon.request('GET', '/v1/approvals')) as { approvals: readonly Approval[] };
    return approvals[0];
  });
  const signed = await openPage(browser, DESK, origin);
  await signInPage(signed.page, PERSON);
  const storageState = await signed.context.storageState();
  await signed.context.close();
  const bench = { daemon, browser, send, options: { baseURL: origin, storageState, viewport: DESK } };
  const cold = await within(PATIENCE, 'cold opens', coldOpens(bench));
  const shown = await within(PATIENCE, 'asked and on screen', onScreen(bench));
  return { cold, shown, ...(await within(PATIENCE, 'scrolling', scrolled(bench, template))) };
}

if (!hasChromium) throw new Error('no Chromium on this machine');
const daemon = await benchDaemon();
try {
  const browser = await openBrowser();
  try {
    const { cold, shown, mounted, longest } = await measure(daemon, browser);
    const [open, told] = [spread(cold), spread(shown)];
    report(
      'web-inbox',
      [
        { what: 'cold open until a waiting call is shown and live, ms', ...open },
        { what: `agent asks until its sentence is on the screen, ${ASKED} rounds, ms`, ...told },
        { what: `rows in the page while ${WAITING} wait`, ...spread([mounted]) },
        { what: `longest task while ${WAITING} are scrolled, ms (0: none over 50)`, ...spread([longest]) },
      ],
      [
        { text: `interactive within 1 s, median: ${open.p50}`, kept: open.p50 <= 1000 },
        { text: `a new approval is on the screen within 200 ms, median: ${told.p50}`, kept: told.p50 <= 200 },
        { text: `at most 200 rows mounted: ${mounted}`, kept: mounted <= 200 },
        { text: `no task over 50 ms while scrolling: ${longest}`, kept: longest <= 50 },
      ],
    );
  } finally {
    await browser.close();
  }
} finally {
  await daemon[Symbol.asyncDispose]();
}
