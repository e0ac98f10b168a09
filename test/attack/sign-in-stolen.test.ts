// The attacker has a piece of somebody's sign-in: a cookie that a page on another port was sent, a refresh token from a backup, an
// access token from a log, the half of another session. A piece is nothing, and using one twice is found.

import { join } from 'node:path';
import { ROUTES, type Route } from '@castellan/contract';
import { type RunningDaemon, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  type Browser,
  browser,
  cookieOf,
  originOf,
  plain,
  program,
  programFrom,
  refresh,
  signInReply,
} from '../e2e/support/people.ts';
import { ofKind, worldOf } from '../e2e/support/world.ts';

let daemon: RunningDaemon;
let mia: Browser;
beforeAll(async () => {
  daemon = await startDaemon();
  mia = await browser(daemon);
});
afterAll(() => daemon[Symbol.asyncDispose]());

const WITH_ID = (path: string): string => path.replaceAll(/:[a-z]+/g, 'x_aaaaaa');
/** What needs somebody. */
const guarded = Object.entries<Route>(ROUTES).filter(([, route]) => route.permission !== 'public');

verifies(['A10', 'N3'], "another port's page has the cookie and gets nothing with it, on any route", async () => {
  expect(guarded.length).toBeGreaterThan(60);
  for (const [name, route] of guarded) {
    // As a browser sends it: a plain link or image, and a fetch or form of that page.
    for (const headers of [
      { cookie: `castellan_session=${mia.cookie}` },
      { cookie: `castellan_session=${mia.cookie}`, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
      { cookie: `castellan_session=${mia.cookie}`, origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
    ]) {
      const reply = await plain(daemon, route.method, WITH_ID(route.path), {
        headers,
        body: route.method === 'GET' ? undefined : {},
      });
      expect(reply.status, `${name} ${reply.text}`).toBe(403);
    }
  }
  expect((await mia.send('GET', '/v1/me')).status).toBe(200);
});

verifies(
  ['A10'],
  'a cookie with the half of another sign-in, with a half that is nearly right, or the half alone',
  async () => {
    const other = await browser(daemon);
    const halves = [
      other.csrf,
      mia.csrf.slice(1),
      `${mia.csrf}0`,
      mia.csrf.toUpperCase(),
      '',
      mia.cookie,
      '0'.repeat(64),
    ];
    for (const half of halves) {
      const headers = { cookie: `castellan_session=${mia.cookie}`, 'x-castellan-csrf': half };
      expect((await plain(daemon, 'GET', '/v1/me', { headers })).status, half).toBe(401);
    }
    expect((await plain(daemon, 'GET', '/v1/me', { headers: { 'x-castellan-csrf': mia.csrf } })).status).toBe(401);
    const swapped = { cookie: `castellan_session=${other.cookie}`, 'x-castellan-csrf': mia.csrf };
    expect((await plain(daemon, 'GET', '/v1/me', { headers: swapped })).status).toBe(401);
    // As a bearer it is none.
    for (const token of [mia.cookie, mia.csrf])
      expect((await plain(daemon, 'GET', '/v1/me', { headers: { authorization: `Bearer ${token}` } })).status).toBe(
        401,
      );
  },
);

verifies(['A10', 'N3'], 'a change needs our own origin, and the origin alone is nobody', async () => {
  const own = { cookie: `castellan_session=${mia.cookie}`, 'x-castellan-csrf': mia.csrf };
  const body = { change: 'reload' };
  const origins = ['null', 'http://127.0.0.1:3000', 'https://evil.test', originOf(daemon).replace('http', 'https'), ''];
  for (const origin of origins)
    expect((await plain(daemon, 'POST', '/v1/policy', { body, headers: { ...own, origin } })).status, origin).toBe(403);
  expect((await plain(daemon, 'POST', '/v1/policy', { body, headers: own })).status, 'no origin').toBe(403);
  for (const headers of [{ origin: originOf(daemon) }, { referer: `${originOf(daemon)}/` }]) {
    const reply = await plain(daemon, 'POST', '/v1/policy', { body, headers });
    expect(reply.status, reply.text).toBe(401);
  }
  expect((await mia.send('POST', '/v1/policy', { body })).status).toBe(200);
});

verifies(['A10', 'A1'], 'two credentials are none, whichever of them is good', async () => {
  const agent = await worldOf(daemon).connect('mallory');
  const own = { cookie: `castellan_session=${mia.cookie}`, 'x-castellan-csrf': mia.csrf };
  for (const token of [agent.credential, daemon.state.token, (await program(daemon)).access, 'nonsense0000000000']) {
    const reply = await plain(daemon, 'GET', '/v1/status', { headers: { ...own, authorization: `Bearer ${token}` } });
    expect(reply.status, reply.text).toBe(401);
    expect(reply.text).toContain('two different credentials');
  }
  const twice = `castellan_session=${'a'.repeat(90)}; castellan_session=${mia.cookie}`;
  const tossed = await plain(daemon, 'GET', '/v1/status', { headers: { ...own, cookie: twice } });
  expect(tossed.status).toBe(400);
});

verifies(
  ['A6'],
  'a refresh token is good once: the replay ends the whole family, is told, and is recorded',
  async () => {
    const stolen = await program(daemon);
    const second = await refresh(daemon, stolen.refresh);
    expect(second.status).toBe(200);
    const next = cookieOf(second, 'castellan_refresh');
    const { access } = second.json() as { access: string };
    expect(next).not.toBe(stolen.refresh);
    const me = (token: string) => plain(daemon, 'GET', '/v1/me', { headers: { authorization: `Bearer ${token}` } });
    expect((await me(access)).status).toBe(200);

    const replay = await refresh(daemon, stolen.refresh);
    expect(replay.status).toBe(401);
    expect(cookieOf(replay, 'castellan_refresh')).toBe('');
    for (const token of [access, stolen.access]) expect((await me(token)).status, 'dead at once').toBe(401);
    expect((await refresh(daemon, next)).status, "also the owner's newest token").toBe(401);
    expect((await mia.send('GET', '/v1/me')).status, 'other sign-ins go on').toBe(200);

    const status = (await mia.send('GET', '/v1/status')).json() as { alarms: { kind: string; text: string }[] };
    expect(status.alarms.map(({ kind }) => kind)).toContain('token-reused');
    const records = ofKind(await worldOf(daemon).records(), 'sign-in');
    const last = records.findLast(({ signIn }) => signIn === stolen.me.signIn.id);
    expect(last).toMatchObject({ change: 'reused', who: 'mia' });
    const text = JSON.stringify(records) + status.alarms.map((alarm) => alarm.text).join();
    for (const secret of [stolen.refresh, next, access, stolen.access, stolen.refresh.slice(-64)])
      expect(text).not.toContain(secret);
  },
);

verifies(['A6'], 'the same token twice at the same instant is used twice', async () => {
  const { refresh: token, access } = await program(daemon);
  const replies = await Promise.all(Array.from({ length: 8 }, () => refresh(daemon, token)));
  expect(replies.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  const winner = replies.find(({ status }) => status === 200);
  for (const each of [access, (winner?.json() as { access?: string } | undefined)?.access ?? access])
    expect((await plain(daemon, 'GET', '/v1/me', { headers: { authorization: `Bearer ${each}` } })).status).toBe(401);
});

verifies(['A6'], 'a refresh token that is nobody ends nothing: made up, half right, or of a browser', async () => {
  const it = await program(daemon);
  const flip = (text: string, at: number): string =>
    `${text.slice(0, at)}${text.at(at) === '0' ? '1' : '0'}${text.slice(at + 1)}`;
  const inFamily = it.refresh.length - 100;
  const guesses = [
    '',
    'x',
    it.refresh.slice(0, -128) + '0'.repeat(128),
    flip(it.refresh, inFamily),
    it.refresh.slice(0, -1),
    `${it.refresh}0`,
    it.refresh.replace('castellan_r_', 'castellan_s_'),
    mia.cookie,
    it.access,
  ];
  for (const guess of guesses) expect((await refresh(daemon, guess)).status, guess.slice(0, 30)).toBe(401);
  const twice = `castellan_refresh=${it.refresh}; castellan_refresh=${it.refresh}`;
  expect((await plain(daemon, 'POST', '/v1/sign-in/refresh', { headers: { cookie: twice } })).status).toBe(401);
  expect((await it.send('GET', '/v1/me')).status, 'the family lives').toBe(200);
  expect((await refresh(daemon, it.refresh)).status).toBe(200);
});

verifies(['A6', 'A3'], 'an access token ends with its sign-in, with its run, and is none of a browser', async () => {
  const home = join(tempFolder(), 'state');
  const first = await startDaemon({ home });
  const admin = await browser(first);
  const it = await program(first);
  const out = await program(first);
  expect((await admin.send('DELETE', `/v1/sign-ins/${it.me.signIn.id}`)).status).toBe(200);
  expect((await it.send('GET', '/v1/me')).status, 'revoked').toBe(401);
  expect((await refresh(first, it.refresh)).status).toBe(401);
  expect((await out.send('POST', '/v1/sign-out')).status).toBe(200);
  expect((await out.send('GET', '/v1/me')).status, 'signed out').toBe(401);
  const kept = programFrom(first, await signInReply(first, undefined, 'program'));
  await first.kill();

  await using second = await startDaemon({ home });
  const me = (token: string) => plain(second, 'GET', '/v1/me', { headers: { authorization: `Bearer ${token}` } });
  expect((await me(kept.access)).status, 'of an earlier run').toBe(401);
  const again = await refresh(second, kept.refresh);
  expect(again.status, 'the sign-in itself outlives it').toBe(200);
  expect((await me((again.json() as { access: string }).access)).status).toBe(200);
  expect((await refresh(second, kept.refresh)).status, 'also over a restart a replay is one').toBe(401);
  expect((await me((again.json() as { access: string }).access)).status).toBe(401);
});
