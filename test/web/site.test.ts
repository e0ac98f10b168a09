// The documentation as a site, built as `npm run docs:build` builds it and read in a real browser: whole, and asking nobody.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupsIn } from '../../tools/docs/site/pages.ts';
import { inRoot, tool } from '../../tools/lib/run.ts';
import { DESK, hasChromium, openBrowser, PHONE_DARK } from './support/browser.ts';

const SITE = inRoot('.cache', 'site');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

let server: Server;
let origin = '';

beforeAll(async () => {
  const built = await tool('vitepress', ['build', inRoot('docs')], { output: 'keep' });
  expect(built.code, built.output).toBe(0);
  server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    const file = join(SITE, path.endsWith('/') ? `${path}index.html` : path);
    if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test('every page that the index lists is built', () => {
  const pages = groupsIn(readFileSync(inRoot('docs', 'README.md'), 'utf8')).flatMap(({ items }) => items);
  expect(pages.length).toBeGreaterThan(30);
  expect(pages.filter(({ link }) => !existsSync(join(SITE, `${link}.html`)))).toEqual([]);
});

describe.skipIf(!hasChromium)('in a browser', () => {
  verifies(
    ['R4'],
    'guardrails, permissions and privacy are read on a desk and a phone, searched, and ask nobody',
    async () => {
      const browser = await openBrowser();
      try {
        for (const { width, height, scheme } of [DESK, PHONE_DARK]) {
          const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
          const elsewhere: string[] = [];
          page.on('request', (request) => {
            if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) elsewhere.push(request.url());
          });
          for (const [name, heading] of [
            ['guardrails', 'Critical'],
            ['permissions', 'How one outcome comes of it'],
            ['privacy', 'Every connection that there can be'],
            ['promises', 'Not promised yet'],
          ] as const) {
            await page.goto(`${origin}/docs/reference/${name}.html`);
            await page.getByRole('heading', { name: heading }).first().waitFor();
            const wider = await page.evaluate(
              () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
            );
            expect(wider, `${name} at ${width}`).toBeLessThanOrEqual(0);
          }
          await page.goto(`${origin}/`);
          await page
            .getByRole('button', { name: /search/i })
            .first()
            .click();
          await page.locator('#localsearch-input').fill('exfiltration');
          await page.locator('.result').first().waitFor();
          expect(elsewhere).toEqual([]);
          await page.close();
        }
      } finally {
        await browser.close();
      }
    },
  );
});
