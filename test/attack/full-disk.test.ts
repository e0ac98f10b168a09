// An agent that fills the disk keeps nobody in (A12): whoever is kept out, made less or removed is that at once, and what would
// give more is not given. The daemon's own limit on files stands in for the disk.
import { execFileSync } from 'node:child_process';
import type { Me, User } from '@castellan/contract';
import { fault } from '@castellan/testkit';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { type Browser, browser, plain, signInReply, somebody } from '../e2e/support/people.ts';
import { type World, world } from '../e2e/support/world.ts';

// Passwords are hashed for real, by each who joins.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let it: World;
let admin: Browser;
beforeEach(async () => {
  it = await world();
  admin = await browser(it.daemon);
});
afterEach(() => it[Symbol.asyncDispose]());

const fill = (): void => void execFileSync('prlimit', [`--pid=${it.daemon.pid}`, '--fsize=1:']);
const people = async (): Promise<readonly User[]> =>
  ((await admin.send('GET', '/v1/users')).json() as { users: readonly User[] }).users;
const named = async (name: string): Promise<User | undefined> => (await people()).find((user) => user.name === name);

fault(
  'people-on-full-disk',
  ['A12', 'A6'],
  'whoever is kept out on a full disk is out, and every sign-in of theirs',
  async () => {
    const roger = await somebody(it.daemon, admin.send, 'roger', 'admin');
    fill();
    const disabled = await admin.send('PATCH', `/v1/users/${roger.id}`, { body: { disabled: true } });
    expect(disabled.status, 'it is told that it was not written').toBeGreaterThanOrEqual(500);
    expect((await roger.browser.send('GET', '/v1/me')).status).toBe(401);
    expect((await signInReply(it.daemon, roger)).status).not.toBe(200);
    expect((await named('roger'))?.disabledAt).not.toBeNull();
    // Letting in again is more, so it needs a disk.
    expect((await admin.send('PATCH', `/v1/users/${roger.id}`, { body: { disabled: false } })).status).not.toBe(200);
    expect((await named('roger'))?.disabledAt).not.toBeNull();
  },
);

fault('people-on-full-disk', ['A12'], 'a role that is taken on a full disk is taken, and none is given', async () => {
  const eve = await somebody(it.daemon, admin.send, 'evelyn', 'admin');
  const vivian = await somebody(it.daemon, admin.send, 'vivian', 'viewer');
  fill();
  expect((await admin.send('PATCH', `/v1/users/${eve.id}`, { body: { role: 'viewer' } })).status).not.toBe(200);
  expect(((await eve.browser.send('GET', '/v1/me')).json() as Me).user.role).toBe('viewer');
  expect((await admin.send('PATCH', `/v1/users/${vivian.id}`, { body: { role: 'admin' } })).status).not.toBe(200);
  expect((await named('vivian'))?.role).toBe('viewer');
});

fault(
  'people-on-full-disk',
  ['A12', 'A13'],
  'whoever is removed on a full disk is gone, with their tokens',
  async () => {
    const roger = await somebody(it.daemon, admin.send, 'roger', 'admin');
    const made = await roger.browser.send('POST', '/v1/api-tokens', {
      body: { name: 'robot', permissions: ['approvals:read'], days: 1 },
    });
    const { token } = made.json() as { token: string };
    const asToken = async (): Promise<number> =>
      (await plain(it.daemon, 'GET', '/v1/approvals', { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await asToken()).toBe(200);
    fill();
    expect((await admin.send('DELETE', `/v1/users/${roger.id}`)).status).not.toBe(200);
    expect(await named('roger')).toBeUndefined();
    expect((await roger.browser.send('GET', '/v1/me')).status).toBe(401);
    expect(await asToken()).toBe(401);
  },
);
