// The inbox in real Chromium: how long a cold open takes until a waiting call can be read and the page is live, and whether
// 10,000 waiting calls scroll. The cold open is against the real daemon; 10,000 calls are one real call, told 10,000 times
// by a socket of this benchmark, because no machine holds so many agents.
import type { Approval } from '@castellan/contract';
import { PERSON } from '@castellan/testkit';
import { MAIL, until } from '../test/e2e/support/world.ts';
import { DESK, hasChromium, openBrowser, openPage, signInPage } from '../test/web/support/browser.ts';
import { benchDaemon } from './lib/daemon.ts';
import { report, spread } from './lib/spread.ts';

const ROUNDS = 9;
const WAITING = 10_000;
const LETTER = { to: 'client@acme.com', subject: 'The draft', body: 'Hello Ada, here is the draft.' };
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

if (!hasChromium) throw new Error('no Chromium on this machine');
await using daemon = await benchDaemon();
const browser = await openBrowser();
const origin = `http://localhost:${daemon.state.port}`;

const { credential } = (await daemon.request('POST', '/v1/agents', {
  kind: 'claude-code',
  name: 'bench',
  watched: [],
  hookTimeoutSeconds: 600,
})) as { credential: string };
const hook = (body: unknown): Promise<unknown> => daemon.request('POST', '/v1/hooks/claude-code', body, credential);
void hook({
  session_id: 's1',
  transcript_path: '/tmp/t.jsonl',
  cwd: '/tmp',
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: 'mcp__mail__send',
  tool_input: LETTER,
  tool_use_id: 'toolu_1',
  mcp_server: MAIL,
}).catch(() => undefined);
const template = await until('an approval', async () => {
  const { approvals } = (await daemon.request('GET', '/v1/approvals')) as { approvals: readonly Approval[] };
  return approvals[0];
});

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
interface Watched {
  readonly readyAt?: number;
  longest: number;
}

const cold: number[] = [];
const signed = await openPage(browser, DESK, origin);
await signInPage(signed.page, PERSON);
const kept = await signed.context.storageState();
await signed.context.close();
for (let round = 0; round < ROUNDS; round += 1) {
  const context = await browser.newContext({ baseURL: origin, storageState: kept, viewport: DESK });
  const page = await context.newPage();
  await page.addInitScript(WATCH);
  await page.goto('/');
  await page.waitForFunction(() => (globalThis as unknown as Watched).readyAt !== undefined);
  cold.push(await page.evaluate(() => (globalThis as unknown as Watched).readyAt ?? 0));
  await context.close();
}

/** Ids that differ in their last letters. */
const numbered = (id: string, n: number): string =>
  `${id.slice(0, -4)}${[15, 10, 5, 0].map((shift) => DIGITS[(n >> shift) & 31]).join('')}`;

const context = await browser.newContext({ baseURL: origin, storageState: kept, viewport: DESK });
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
await browser.close();

report(
  'web-inbox',
  [
    { what: 'cold open until a waiting call is shown and live, ms', ...spread(cold) },
    { what: `rows in the page while ${WAITING} wait`, ...spread([mounted]) },
    { what: `longest task while ${WAITING} are scrolled, ms (0: none over 50)`, ...spread([longest]) },
  ],
  [
    { text: `interactive within 1 s, median: ${spread(cold).p50}`, kept: spread(cold).p50 <= 1000 },
    { text: `at most 200 rows mounted: ${mounted}`, kept: mounted <= 200 },
    { text: `no task over 50 ms while scrolling: ${longest}`, kept: longest <= 50 },
  ],
);
process.exit();
