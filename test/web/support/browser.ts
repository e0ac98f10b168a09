// Real Chromium, as a person's screen: a desk or a phone, light or dark. Whatever the page's policy refused, or an error that
// nobody caught, fails the scenario that saw it.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

export interface Screen {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}
export const DESK: Screen = { name: 'desktop-light', width: 1280, height: 800, scheme: 'light' };
export const DESK_DARK: Screen = { ...DESK, name: 'desktop-dark', scheme: 'dark' };
export const PHONE: Screen = { name: 'phone-light', width: 390, height: 844, scheme: 'light' };
export const PHONE_DARK: Screen = { ...PHONE, name: 'phone-dark', scheme: 'dark' };

/** Root has no sandbox of its own in a container. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

/** How long anything may take to appear. It ends what never comes; a machine that does other things beside is no failure. */
const PATIENCE = 60_000;

export interface Seen {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong so far: refused by the policy, thrown, or asked from elsewhere. */
  readonly faults: string[];
}

/** Refused before anybody is signed in, and a feature that this very browser was built without, are no faults. */
const EXPECTED =
  /Failed to load resource: the server responded with a status of (4\d\d|503)|^Error with Permissions-Policy header: Unrecognized feature/;

export async function openPage(browser: Browser, screen: Screen, origin: string): Promise<Seen> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: screen.width, height: screen.height },
    colorScheme: screen.scheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    hasTouch: screen.width < 600,
    isMobile: screen.width < 600,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (asked !== new URL(origin).origin && protocol.startsWith('http')) faults.push(`asked ${request.url()}`);
  });
  return { page, context, faults };
}

/** Signs in as a program would click: the cookie by the daemon, the other half where the page keeps it. */
export async function signInPage(
  page: Page,
  person: { readonly name: string; readonly password: string },
): Promise<void> {
  await page.goto('/sign-in');
  const status = await page.evaluate(async ({ name, password }) => {
    const reply = await fetch('/v1/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password, carrier: 'browser' }),
    });
    const answer = (await reply.json()) as { csrf?: string };
    if (answer.csrf !== undefined) localStorage.setItem('castellan.csrf', answer.csrf);
    return reply.status;
  }, person);
  if (status !== 200) throw new Error(`sign-in: status ${status}`);
}
