// What a scenario of the pages stands on: a fresh daemon with one account, an agent, and a browser. Everything ends with the
// test that made it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DaemonOptions, PERSON, startDaemon, tempFolder } from '@castellan/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { type TestAgent, UNHURRIED, type World, worldOf } from '../../e2e/support/world.ts';
import { CHROMIUM, hasChromium, openBrowser, openPage, type Screen, type Seen, signInPage } from './browser.ts';
import { project } from './calls.ts';

export interface Stage extends AsyncDisposable {
  readonly world: World;
  readonly agent: TestAgent;
  /** The agent's project. */
  readonly cwd: string;
  readonly origin: string;
  /** Nobody is signed in on it. */
  page(screen: Screen): Promise<Seen>;
  /** Mia is. */
  signedIn(screen: Screen): Promise<Seen>;
}

let browser: Browser | null = null;

/** Scenarios in real Chromium; skipped, and said so, where there is none. */
export function inChromium(name: string, scenarios: () => void): void {
  if (!hasChromium) process.stderr.write(`skipped: ${name}: no Chromium at ${CHROMIUM}\n`);
  describe.skipIf(!hasChromium)(name, () => {
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());
    scenarios();
  });
}

export const chromium = (): Browser => {
  if (browser === null) throw new Error('there is no browser: use `inChromium`');
  return browser;
};

/** At a name, as a person opens it: browsers keep passkeys for names. */
export const originOf = (port: number): string => `http://localhost:${port}`;

export async function stage(options: DaemonOptions = {}): Promise<Stage> {
  const folder = tempFolder();
  const daemon = await startDaemon({
    home: join(folder, 'state'),
    ...options,
    config: { approvals: { timeoutSeconds: 600 }, limits: UNHURRIED, ...options.config },
  });
  const world = worldOf(daemon);
  const agent = await world.connect('Claude Code', 900);
  mkdirSync(join(folder, 'work'));
  const cwd = project(join(folder, 'work'));
  await agent.hook({
    session_id: 's1',
    cwd,
    hook_event_name: 'UserPromptSubmit',
    prompt: 'Publish the new version of the site',
  });
  const origin = originOf(daemon.state.port);
  const opened: Seen[] = [];
  const page = async (screen: Screen): Promise<Seen> => {
    const seen = await openPage(chromium(), screen, origin);
    opened.push(seen);
    return seen;
  };
  return {
    world,
    agent,
    cwd,
    origin,
    page,
    async signedIn(screen) {
      const seen = await page(screen);
      await signInPage(seen.page, PERSON);
      return seen;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map(({ context }) => context.close()));
      await daemon[Symbol.asyncDispose]();
    },
  };
}
