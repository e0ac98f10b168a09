// What every answer says to a browser, on the real daemon; and the pages as `npm run bundle` builds them, where they are built.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES, type Route } from '@castellan/contract';
import { inRoot, type RunningDaemon, startDaemon, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { plain } from './support/people.ts';
import { exchange, lines } from './support/raw.ts';

// Daemons are started for real: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let daemon: RunningDaemon;
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(() => daemon[Symbol.asyncDispose]());

const dist = inRoot('packages', 'web', 'dist');
const isBuilt = existsSync(join(dist, 'index.html'));

/** Spelt out again: what nothing may be answered without. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
} as const;

verifies(['W2', 'N3'], 'every answer is closed to other pages, whichever route and however it ends', async () => {
  const routes = Object.entries<Route>(ROUTES);
  expect(routes.length).toBeGreaterThan(80);
  for (const [name, { method, path }] of routes) {
    const target = path.replaceAll(/:[a-z]+/g, 'x_aaaaaa').replace('*', 'v1');
    for (const headers of [{}, { origin: 'https://evil.test' }]) {
      const reply = await plain(daemon, method, target, { headers, ...(method === 'GET' ? {} : { body: {} }) });
      expect(reply.headers, name).toMatchObject(ALWAYS);
      expect(reply.headers['content-security-policy'], name).toMatch(/^default-src 'none'; frame-ancestors 'none'/);
      expect(reply.headers['permissions-policy'], name).toContain('camera=()');
      expect(reply.headers['strict-transport-security'], 'this listener has no TLS').toBeUndefined();
    }
  }
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/inbox'],
    ['GET', '/v1/none'],
    ['GET', '/assets/none.js'],
    ['POST', '/'],
    ['OPTIONS', '/v1/status'],
  ] as const)
    expect((await plain(daemon, method, path)).headers, `${method} ${path}`).toMatchObject(ALWAYS);
  const upgrade = await exchange(
    { port: daemon.state.port },
    lines(
      'GET /v1/socket HTTP/1.1',
      `Host: 127.0.0.1:${daemon.state.port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
    ),
    { quiet: 1000 },
  );
  expect(upgrade.statuses).toEqual([401]);
  for (const [name, value] of Object.entries(ALWAYS)) expect(upgrade.text).toContain(`${name}: ${value}`);
});

verifies(
  ['W2', 'N3'],
  'the page may be opened from a link anywhere; its files only by itself; the rest by nobody',
  async () => {
    const opened = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await plain(daemon, 'GET', '/', { headers: opened })).status).toBe(isBuilt ? 200 : 503);
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', origin: 'http://127.0.0.1:3000' },
      { ...opened, origin: 'null' },
      { ...opened, origin: 'https://evil.test' },
      { host: `evil.test:${daemon.state.port}` },
    ])
      expect((await plain(daemon, 'GET', '/', { headers })).status, JSON.stringify(headers)).toBe(403);
    expect((await plain(daemon, 'GET', '/v1/status', { headers: opened })).status, 'no link leads to the API').toBe(
      403,
    );
    expect((await daemon.request('GET', '/', { over: 'socket', headers: { host: 'castellan' } })).status).toBe(404);
  },
);

verifies(
  ['W2'],
  'the built page loads nothing from anywhere else, and holds no code or style of its own',
  async (context) => {
    if (!isBuilt) {
      context.skip();
      return;
    }
    const page = await plain(daemon, 'GET', '/');
    expect(page.headers['cache-control']).toBe('no-store');
    const policy = page.headers['content-security-policy'];
    const nonce = /'nonce-([\w-]+)'/.exec(String(policy))?.[1] ?? 'none';
    expect(page.text).toContain(`nonce="${nonce}"`);
    expect(page.text).not.toContain('__CSP_NONCE__');
    expect(page.text).not.toMatch(/<script(?![^>]* src=)[^>]*>|<style|\son\w+=|style="|javascript:/i);
    for (const [, address] of page.text.matchAll(/(?:src|href)="([^"]*)"/g)) {
      expect(address).toMatch(/^\/[^/]/);
      const file = await plain(daemon, 'GET', address ?? '', { headers: { 'sec-fetch-site': 'same-origin' } });
      if (/\.(?:js|css)$/.test(address ?? '')) {
        expect(file.status, address).toBe(200);
        expect(file.headers['cache-control'], address).toBe('public, max-age=31536000, immutable');
      }
    }
    const files = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.css'));
    for (const name of files) {
      const text = readFileSync(join(dist, 'assets', name), 'utf8');
      expect(text, name).not.toMatch(/url\(\s*["']?(?:https?:)?\/\//);
    }
  },
);
