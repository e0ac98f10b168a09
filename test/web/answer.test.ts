// The page of a link, as it comes in a message: opening it answers nothing, one more press does, and the link is spent.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PERSON, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { DELETE, MAIL, until } from '../e2e/support/world.ts';
import { violationsOf } from './support/axe.ts';
import { DESK, PHONE } from './support/browser.ts';
import { LETTER } from './support/calls.ts';
import { steady } from './support/hands.ts';
import { inChromium, type Stage, stage } from './support/stage.ts';

interface Box extends AsyncDisposable {
  readonly port: number;
  /** Links of the messages so far, by what each offers. */
  links(offer: 'Approve' | 'Deny' | 'Open'): readonly string[];
}

/** Takes what an ntfy server would. */
async function box(): Promise<Box> {
  const found: { label: string; link: string }[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const message = JSON.parse(text) as { click?: string; actions?: readonly { label: string; url: string }[] };
      if (message.click !== undefined) found.push({ label: 'Open', link: message.click });
      for (const { label, url } of message.actions ?? []) found.push({ label, link: url });
      response.setHeader('content-type', 'application/json').end('{"id":"x"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    links: (offer) => found.filter(({ label, link }) => label === offer && link.includes('#')).map(({ link }) => link),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const withBox = (port: number, answers: 'sign-in' | 'link'): Promise<Stage> =>
  stage({
    config: {
      notify: {
        channels: { phone: { kind: 'ntfy', server: `http://127.0.0.1:${port}`, topic: 'castellan', answers } },
      },
    },
  });

/** The link of a message, at the address that this test opens. */
const pathOf = (link: string): string => link.slice(new URL(link).origin.length);

inChromium('the page of a link', () => {
  verifies(['H2', 'H3', 'W2'], 'a link is looked at, answered with one press, and then spent', async () => {
    await using post = await box();
    await using it = await withBox(post.port, 'link');
    const call = it.agent.pre(DELETE, { id: '41' }, { cwd: it.cwd, server: MAIL });
    const link = await until('a message', () => post.links('Approve')[0]);
    const { page, faults } = await it.page(PHONE);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathOf(link));
    await page.getByText('Nothing is answered yet').waitFor();
    await page.getByRole('heading', { name: /“41”/ }).waitFor();
    // Neither in a request nor left where the next person at this screen reads it.
    const secret = link.slice(link.indexOf('#') + 1);
    expect(page.url()).not.toContain(secret);
    expect(asked.filter((url) => url.includes(secret) && !url.includes('#'))).toEqual([]);
    expect((await it.world.waiting(1)).length).toBe(1);
    await steady(page);
    await page.getByRole('button', { name: /^Approve once/ }).click();
    expect((await call).verdict).toBe('allow');
    await page.getByText(/^Approved/).waitFor();
    const again = await it.page(DESK);
    await again.page.goto(pathOf(link));
    await again.page
      .getByText(/Approved|no longer works/)
      .first()
      .waitFor();
    expect(await again.page.getByRole('button', { name: /^Approve once/ }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  verifies(['H3', 'A10'], 'where signing in is needed the link alone answers nothing and shows little', async () => {
    await using post = await box();
    await using it = await withBox(post.port, 'sign-in');
    const call = it.agent.pre('mcp__mail__send', LETTER, { cwd: it.cwd, server: MAIL });
    const link = await until('a message', () => post.links('Deny')[0] ?? post.links('Open')[0]);
    const { page } = await it.page(DESK);
    await page.goto(pathOf(link));
    await page.getByRole('button', { name: 'Sign in to answer' }).waitFor();
    expect(await page.getByRole('main').textContent()).not.toContain('here is the draft we spoke of');
    await page.getByRole('button', { name: 'Sign in to answer' }).click();
    await page.getByLabel('Name').fill(PERSON.name);
    await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('here is the draft we spoke of').waitFor();
    await steady(page);
    await page.getByRole('button', { name: /^Deny/ }).click();
    expect((await call).verdict).toBe('deny');
  });

  verifies(['W2'], 'no violation of WCAG 2.2 AA where nobody is signed in', async () => {
    await using post = await box();
    await using it = await withBox(post.port, 'link');
    void it.agent.pre('mcp__mail__send', LETTER, { cwd: it.cwd, server: MAIL }).catch(() => undefined);
    const link = await until('a message', () => post.links('Open')[0] ?? post.links('Approve')[0]);
    for (const screen of [DESK, PHONE]) {
      const { page, faults, context } = await it.page(screen);
      for (const place of ['/sign-in', '/join#an-invitation', '/join', '/setup', pathOf(link)]) {
        await page.goto('about:blank');
        await page.goto(place);
        await page.locator('h1, h2').first().waitFor();
        expect(await violationsOf(page), `${place.replace(/#.*/, '#…')}, ${screen.name}`).toEqual([]);
      }
      expect(faults).toEqual([]);
      await context.close();
    }
  });
});
