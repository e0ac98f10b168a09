// Which page a browser shows, told from the calls that drive it.
import type { Call, Effect, JsonObject } from '@castellan/contract';
import { expect, test } from 'vitest';
import { pageAfter } from '../src/labels/page.ts';

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

test('opening a page shows it; a page that logs in, or a field for a password, makes it one of credentials', () => {
  const shop = pageAfter(null, call('navigate', { url: 'https://shop.example/things?id=1' }), connect('shop.example'));
  expect(shop).toEqual({ host: 'shop.example', credentials: false });
  expect(pageAfter(shop, call('click', { element: 'Buy' }), [])).toEqual(shop);
  const typed = pageAfter(shop, call('fill', { element: 'Password', value: 'x' }), []);
  expect(typed).toEqual({ host: 'shop.example', credentials: true });
  // It stays one until another page is opened, whatever else is clicked.
  expect(pageAfter(typed, call('click', { element: 'Next' }), [])).toEqual(typed);
  expect(pageAfter(typed, call('navigate', { url: 'https://news.example/' }), connect('news.example'))).toEqual({
    host: 'news.example',
    credentials: false,
  });
  const login = pageAfter(
    null,
    call('navigate', { url: 'https://bank.example/login?next=/' }),
    connect('bank.example'),
  );
  expect(login?.credentials).toBe(true);
  // The words count in the path, not in the host's own name.
  expect(
    pageAfter(null, call('navigate', { url: 'https://login.example/' }), connect('login.example'))?.credentials,
  ).toBe(false);
  expect(pageAfter(null, call('click', { element: 'Password' }), [])).toBeNull();
});
