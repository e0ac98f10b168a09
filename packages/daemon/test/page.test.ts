// Which page a browser shows, told from the calls that drive it.
import type { Call, DeclaredEffect, Effect, JsonObject, Page } from '@castellan/contract';
import { expect, test } from 'vitest';
import { drivesBrowser, pageAfter } from '../src/labels/page.ts';

const call = (tool: string, given: JsonObject): Call => ({
  id: 'call_000001',
  agent: 'agent_000001',
  task: 'task_000001',
  session: 'session_000001',
  module: 'browser',
  tool,
  arguments: given,
  cwd: '/',
  workspace: '/',
  origin: 'hook',
  at: 0,
});
const connect = (target: string): readonly Effect[] => [
  { kind: 'connect', target, targetKind: 'host', place: 'public', certainty: 'certain' },
];
/** What the manifest declares: a tool that opens `url`, and one that acts on the page shown. */
const OPENS: readonly DeclaredEffect[] = [{ kind: 'connect', from: 'url', as: 'url', optional: false }];
const ACTS: readonly DeclaredEffect[] = [{ kind: 'send', target: 'the page shown', as: 'text', optional: false }];
const after = (page: Page | null, made: Call, effects: readonly Effect[]): Page | null =>
  pageAfter(page, made, effects, { effects: effects.length > 0 ? OPENS : ACTS });

test('opening a page shows it; a page that logs in, or a field for a password, makes it one of credentials', () => {
  const shop = after(null, call('navigate', { url: 'https://shop.example/things?id=1' }), connect('shop.example'));
  expect(shop).toEqual({ host: 'shop.example', credentials: false });
  expect(after(shop, call('click', { element: 'Buy' }), [])).toEqual(shop);
  const typed = after(shop, call('fill', { element: 'Password', value: 'x' }), []);
  expect(typed).toEqual({ host: 'shop.example', credentials: true });
  // It stays one until another page is opened, whatever else is clicked.
  expect(after(typed, call('click', { element: 'Next' }), [])).toEqual(typed);
  expect(after(typed, call('navigate', { url: 'https://news.example/' }), connect('news.example'))).toEqual({
    host: 'news.example',
    credentials: false,
  });
  const login = after(null, call('navigate', { url: 'https://bank.example/login?next=/' }), connect('bank.example'));
  expect(login?.credentials).toBe(true);
  // The words count in the path, not in the host's own name.
  expect(after(null, call('navigate', { url: 'https://login.example/' }), connect('login.example'))?.credentials).toBe(
    false,
  );
  expect(after(null, call('click', { element: 'Password' }), [])).toBeNull();
});

test('the port counts only where it is not the scheme’s own', () => {
  const shown = (url: string, host: string) => after(null, call('navigate', { url }), connect(host))?.host;
  expect(shown('https://shop.example/', 'shop.example:443')).toBe('shop.example');
  expect(shown(' HTTP://shop.example/', 'shop.example:80')).toBe('shop.example');
  expect(shown('http://[::1]/', '[::1]:80')).toBe('[::1]');
  expect(shown('https://shop.example:80/', 'shop.example:80')).toBe('shop.example:80');
  expect(shown('http://shop.example:443/', 'shop.example:443')).toBe('shop.example:443');
  expect(shown('https://shop.example:8443/', 'shop.example:8443')).toBe('shop.example:8443');
});

test('going back or to another tab shows a page nobody knows; a page of credentials is not shaken off that way', () => {
  const shop = { host: 'shop.example', credentials: false };
  const bank = { host: 'bank.example', credentials: true };
  const back = call('navigate_back', {});
  expect(pageAfter(shop, back, [], { effects: OPENS })).toBeNull();
  expect(pageAfter(bank, back, [], { effects: OPENS })).toEqual(bank);
  expect(pageAfter(shop, back, [], { effects: ACTS })).toEqual(shop);
  expect(pageAfter(shop, back, [], { effects: null })).toEqual(shop);
});

test('a form with a password among its fields makes the page one of credentials', () => {
  const shop = { host: 'shop.example', credentials: false };
  const form = (name: string) =>
    call('fill_form', { fields: [{ name: 'E-mail', value: 'a' }, { name, value: 'x' }, 7] });
  expect(after(shop, form('Password'), [])?.credentials).toBe(true);
  expect(after(shop, form('City'), [])?.credentials).toBe(false);
});

test('the browsers that ship are known by the names of their manifests', () => {
  const drives = ['browser', 'playwright', 'puppeteer', 'fetch', 'claude-code'].map((moduleName) =>
    drivesBrowser({ moduleName, effects: OPENS }),
  );
  expect(drives).toEqual([true, true, true, false, false]);
});
