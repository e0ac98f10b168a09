// The pages from memory: what is served, how, and what does not exist.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { sendRequest, tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headersOf, pagePolicy } from '../src/http/headers.ts';
import { createPageServer, readPages } from '../src/http/static.ts';
import { manualClock } from './fixtures.ts';

const script = 'export const text = "a page that is long enough to be packed";\n'.repeat(50);
const folder = join(tempFolder(), 'dist');
mkdirSync(join(folder, 'assets'), { recursive: true });
mkdirSync(join(folder, '.vite'));
writeFileSync(join(folder, 'index.html'), '<meta nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__"></script>');
writeFileSync(join(folder, 'assets', 'page-AbCd_123.js'), script);
writeFileSync(join(folder, 'assets', 'page-AbCd_123.js.map'), '{}');
writeFileSync(join(folder, 'service-worker.js'), 'self;');
writeFileSync(join(folder, 'icon.svg'), '<svg/>');
writeFileSync(join(folder, '.vite', 'manifest.js'), '{}');
writeFileSync(join(folder, 'notes.txt'), 'no');
writeFileSync(join(tempFolder(), 'outside.js'), 'secret');
const outside = join(tempFolder(), 'outside.js');
writeFileSync(outside, 'secret');
symlinkSync(outside, join(folder, 'link.js'));

const pages = createPageServer(readPages(folder), manualClock());
const server = createServer((message, response) => {
  if (pages.asks(message) !== null) pages.answer(message, response);
  else response.writeHead(404).end();
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => server.close());
const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  sendRequest({ port }, 'GET', path, { headers });

verifies(['W2'], 'the page has a fresh nonce each time, the same in its policy and in its tags', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/inbox', '/rules/mine', '/approvals/approval_aaaaaa', '/?a=b']) {
    const { status, headers, text } = await get(path);
    expect(status, path).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const nonce = /<meta nonce="([\w-]{22})"><script nonce="\1">/.exec(text)?.[1] ?? '';
    expect(headers['content-security-policy'], path).toContain(`style-src 'self' 'nonce-${nonce}'`);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(5);
});

test('a hashed file is kept for ever, the others are asked for again, each by what is in it', async () => {
  const hashed = await get('/assets/page-AbCd_123.js');
  expect(hashed.text).toBe(script);
  expect(hashed.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
  const worker = await get('/service-worker.js');
  expect(worker.headers).toMatchObject({
    'cache-control': 'no-cache',
    'content-security-policy': pagePolicy(null),
  });
  const etag = worker.headers.etag ?? '';
  expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
  const again = await get('/service-worker.js', { 'if-none-match': etag });
  expect([again.status, again.text]).toEqual([304, '']);
});

test('files are packed as the browser can read them', async () => {
  for (const [accepted, expected] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ] as const) {
    const response = await fetch(`http://127.0.0.1:${port}/assets/page-AbCd_123.js`, {
      method: 'HEAD',
      headers: { 'accept-encoding': accepted },
    });
    expect(response.headers.get('content-encoding') ?? undefined, accepted).toBe(expected);
  }
  const text = await (await fetch(`http://127.0.0.1:${port}/assets/page-AbCd_123.js`)).text();
  expect(text, 'fetch unpacks what it asked for').toBe(script);
});

verifies(
  ['N3', 'A1'],
  'no path leads out of the folder, and what is not a file of the page does not exist',
  async () => {
    const paths = [
      '/../outside.js',
      '/assets/../../outside.js',
      '/%2e%2e/outside.js',
      '/..%2foutside.js',
      '/assets/..%5c..%5coutside.js',
      '//etc/passwd.js',
      '/link.js',
      '/.vite/manifest.js',
      '/assets/page-AbCd_123.js.map',
      '/assets/page-AbCd_123.js/',
      '/assets/',
      '/assets',
      '/notes.txt',
      '/index.html',
      '/v1',
      '/v1/none',
      '/model/x/y',
      '/favicon.ico',
      '/__proto__.js',
      '/constructor.js',
    ];
    for (const path of paths) {
      const { status, text } = await get(path);
      expect(status, path).toBe(404);
      expect(text, path).not.toContain('secret');
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
      expect((await sendRequest({ port }, method, '/', {})).status, method).toBe(404);
  },
);

test('what is removed after the start is served all the same, and a build that never was says what to do', async () => {
  const own = join(tempFolder(), 'dist');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'index.html'), 'x');
  writeFileSync(join(own, 'icon.svg'), '<svg/>');
  const read = readPages(own);
  rmSync(own, { recursive: true });
  expect(read.files.get('/icon.svg')?.bytes.toString()).toBe('<svg/>');
  expect(readPages(own).page).toBeNull();
});

verifies(['W2'], 'pin: the policy of the page and what every answer says', () => {
  expect(pagePolicy('N')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' data:; font-src 'self'; " +
      "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; " +
      "form-action 'none'; require-trusted-types-for 'script'; trusted-types default",
  );
  const local = Object.fromEntries(headersOf({ kind: 'loopback', port: 1 }));
  expect(local).toMatchObject({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
  });
  expect(local['permissions-policy']).toMatch(/camera=\(\).*publickey-credentials-get=\(self\)/);
  expect(JSON.stringify(local)).not.toMatch(/unsafe|\*/);
  expect(local['strict-transport-security']).toBeUndefined();
  const away = Object.fromEntries(headersOf({ kind: 'remote', host: 'x' }));
  expect(away['strict-transport-security']).toBe('max-age=31536000');
});
