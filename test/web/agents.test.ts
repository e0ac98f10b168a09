// The agents page in a real browser: a client that was found is connected after what is written was shown; how it stands, what
// stays open, and a verification as it goes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Standing, VerifyCheck } from '@castellan/contract';
import { PERSON, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { originOf } from '../e2e/support/people.ts';
import { overflow, violationsOf } from './support/axe.ts';
import { DESK, hasChromium, openBrowser, openPage, PHONE_DARK, signInPage } from './support/browser.ts';

const CURSOR = '{\n  "mcpServers": {\n    "notes": { "command": "uvx", "args": ["notes"] }\n  }\n}\n';

const check = (surface: string, situation: VerifyCheck['situation'], ok = true): VerifyCheck => ({
  ...{ id: `${surface}/${situation}`, surface, situation, ok },
  ...{ title: ok ? 'as it should' : 'a write that is denied does not run', seen: ok ? '' : 'the file is there' },
});

verifies(
  ['K5', 'K6'],
  'on the page a found client is connected, its ways past are named, and a verification fills its table',
  async () => {
    const user = tempFolder();
    const file = join(user, '.cursor', 'mcp.json');
    mkdirSync(join(user, '.cursor'));
    writeFileSync(file, CURSOR);
    await using daemon = await startDaemon({ home: join(user, 'state') });
    const browser = await openBrowser();
    try {
      const { page, faults } = await openPage(browser, DESK, originOf(daemon));
      await signInPage(page, PERSON);
      await page.goto('/agents');
      const found = page.locator('li', { hasText: 'Cursor' });
      await found.getByRole('button', { name: /Connect/ }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(/^\+ +"castellan": \{/).waitFor();
      await dialog
        .getByText('`notes`')
        .or(dialog.getByText('in the same file is not behind the gate'))
        .first()
        .waitFor();
      expect(readFileSync(file, 'utf8')).toBe(CURSOR);
      await dialog.getByRole('button', { name: 'Connect' }).click();
      await dialog.waitFor({ state: 'detached' });
      const agent = page.getByRole('list', { name: 'Connected' }).locator('li', { hasText: 'cursor' }).first();
      await agent.getByText('cannot be proven').waitFor();
      expect(readFileSync(file, 'utf8')).toContain('"castellan": {');
      await agent.getByText(/ways past stay open/).click();
      await agent.getByText(/its own terminal runs commands/i).waitFor();
      expect(await agent.getByRole('button', { name: /Verify now/ }).count()).toBe(0);

      // Another one stands in for what a real client does: that is tried in test/clients.
      const { agents } = (await daemon.request('GET', '/v1/agents')).json() as { agents: { id: string }[] };
      let standing: Partial<Standing> = {};
      await page.route('**/v1/standings', (route) => route.fulfill({ json: { standings: [standing] } }));
      const told = (state: 'running' | 'held' | 'not-held', checks: readonly VerifyCheck[]): void => {
        const id = agents[0]?.id as Standing['agent'];
        standing = {
          ...{ agent: id, connector: 'codex', title: 'Codex', scope: 'user', mode: 'hooks' },
          ...{ version: '0.169.0', known: true, gaps: [], due: '' },
          verification: {
            ...{ agent: id, state, version: '0.169.0', startedAt: Date.now() - 9000, checks: [...checks], text: '' },
            endedAt: state === 'running' ? null : Date.now(),
          },
        };
      };
      told('running', [check('shell', 'denied')]);
      await page.goto('/agents');
      const table = page.getByRole('table');
      await table.getByRole('row', { name: /Commands still to come ok still to come/ }).waitFor();
      told('not-held', [check('shell', 'denied'), check('file', 'denied', false)]);
      await table.getByRole('row', { name: /Files not tried FAILED not tried/ }).waitFor();
      await page.getByText('NOT HELD').waitFor();
      await page.getByText('Seen: the file is there').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(faults).toEqual([]);

      const phone = await openPage(browser, PHONE_DARK, originOf(daemon));
      await signInPage(phone.page, PERSON);
      await phone.page.route('**/v1/standings', (route) => route.fulfill({ json: { standings: [standing] } }));
      await phone.page.goto('/agents');
      await phone.page.getByText('NOT HELD').waitFor();
      expect(await overflow(phone.page)).toBeLessThanOrEqual(0);
      expect(await violationsOf(phone.page)).toEqual([]);
    } finally {
      await browser.close();
    }
  },
  { skip: !hasChromium },
);
