// Signing in as people do: the browser's cookie and its half, a program's tokens, how long each lives, and what ends it.
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { SignIn, SignInAnswer } from '@castellan/contract';
import { inRoot, PERSON, runProcess, sendRequest, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { browser, browserFrom, cookieOf, plain, program, refresh, signInReply, somebody } from './support/people.ts';
import { ofKind, worldOf } from './support/world.ts';

const HOUR = 3_600_000;

function movable() {
  const file = join(tempFolder(), 'offset');
  const set = (ms: number): void => writeFileSync(file, String(ms));
  set(0);
  const preload = `--import ${inRoot('test', 'e2e', 'support', 'fake-clock.mjs')}`;
  return { set, env: { CLOCK_OFFSET: file, NODE_OPTIONS: preload } };
}

verifies(
  ['A10', 'A6'],
  'what each is given: a cookie no script can read, a half for the page, a token for a program',
  async () => {
    await using daemon = await startDaemon();
    const byBrowser = await signInReply(daemon, PERSON, 'browser', { 'user-agent': 'Pages/1' });
    const [line = '', ...more] = byBrowser.headers['set-cookie'] ?? [];
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^castellan_session=castellan_s_[0-9a-z]+_[0-9a-f]{64}; Path=\/; Max-Age=259200; HttpOnly; SameSite=Strict$/,
    );
    const answer = byBrowser.json() as Extract<SignInAnswer, { kind: 'signed-in' }>;
    expect(answer.csrf).toMatch(/^[0-9a-f]{64}$/);
    expect(answer.access).toBeUndefined();
    expect(byBrowser.headers['cache-control']).toBe('no-store');

    const byProgram = await signInReply(daemon, PERSON, 'program');
    expect(byProgram.headers['set-cookie']?.[0]).toMatch(
      /^castellan_refresh=castellan_r_[0-9a-z]+_[0-9a-f]{128}; Path=\/v1\/sign-in\/refresh; Max-Age=259200; HttpOnly; SameSite=Strict$/,
    );
    const told = byProgram.json() as Extract<SignInAnswer, { kind: 'signed-in' }>;
    expect(told.csrf).toBeUndefined();
    const [head = '', body = ''] = (told.access ?? '')
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(head)).toEqual({ alg: 'HS256', typ: 'at+jwt' });
    const claims = JSON.parse(body) as Record<string, unknown>;
    expect(claims).toMatchObject({
      iss: 'castellan',
      aud: 'castellan-api',
      sub: told.me.user.id,
      sid: told.me.signIn.id,
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
    expect(told.expiresAt).toBe(Number(claims.exp) * 1000);

    // Whose name it is does not hang on how it is spelt.
    expect((await signInReply(daemon, { ...PERSON, name: 'Mia' })).status).toBe(200);
    const me = browserFrom(daemon, byBrowser);
    const shown = (await me.send('GET', '/v1/me')).json() as { signIn: SignIn; user: { name: string } };
    expect(shown.user.name).toBe('mia');
    expect(shown.signIn).toMatchObject({
      kind: 'browser',
      address: '127.0.0.1',
      client: 'Pages/1',
      current: true,
      factor: 'none',
    });
  },
);

verifies(['A6', 'A10'], 'how long each lives: fifteen minutes, a day without use, three days in all', async () => {
  const clock = movable();
  await using daemon = await startDaemon({ env: clock.env });
  const [idle, used, agent] = [await browser(daemon), await browser(daemon), await program(daemon)];
  clock.set(HOUR / 4 + 1000);
  expect((await agent.send('GET', '/v1/me')).status, 'an access token of a quarter of an hour ago').toBe(401);
  const again = await refresh(daemon, agent.refresh);
  expect(again.status).toBe(200);
  let token = cookieOf(again, 'castellan_refresh');
  for (const hours of [12, 23]) {
    clock.set(hours * HOUR);
    expect((await used.send('GET', '/v1/me')).status).toBe(200);
  }
  clock.set(24 * HOUR + 60_000);
  expect((await used.send('GET', '/v1/me')).status).toBe(200);
  expect((await idle.send('GET', '/v1/me')).status, 'not used for a day').toBe(401);
  for (const hours of [46, 69]) {
    clock.set(hours * HOUR);
    expect((await used.send('GET', '/v1/me')).status).toBe(200);
    const next = await refresh(daemon, token);
    expect(next.status).toBe(200);
    token = cookieOf(next, 'castellan_refresh');
    // Its cookie ends with the sign-in, not three days from now.
    const left = Number(/Max-Age=(\d+)/.exec(next.headers['set-cookie']?.[0] ?? '')?.[1]);
    expect(left).toBeGreaterThan((72 - hours) * 3600 - 300);
    expect(left).toBeLessThanOrEqual((72 - hours) * 3600);
  }
  clock.set(72 * HOUR + 60_000);
  expect((await used.send('GET', '/v1/me')).status, 'three days').toBe(401);
  expect((await refresh(daemon, token)).status).toBe(401);
  // Setting the clock back revives nothing.
  clock.set(0);
  expect((await used.send('GET', '/v1/me')).status).toBe(401);
  expect((await idle.send('GET', '/v1/me')).status).toBe(401);
});

verifies(
  ['A6', 'A3'],
  'sign-ins outlive a restart, whichever way the daemon ended; what was ended stays ended',
  async () => {
    const home = join(tempFolder(), 'state');
    const first = await startDaemon({ home });
    const [kept, out] = [await browser(first), await browser(first)];
    const tokens = await program(first);
    expect((await out.send('POST', '/v1/sign-out')).status).toBe(200);
    await first.kill();
    await using second = await startDaemon({ home });
    const ask = (who: { cookie: string; csrf: string }) =>
      plain(second, 'GET', '/v1/me', {
        headers: { cookie: `castellan_session=${who.cookie}`, 'x-castellan-csrf': who.csrf },
      });
    expect((await ask(kept)).status).toBe(200);
    expect((await ask(out)).status).toBe(401);
    expect((await refresh(second, tokens.refresh)).status).toBe(200);
  },
);

verifies(['A6', 'L5'], 'a list of what stands open, one of them ended, and what the ledger says of it', async () => {
  await using daemon = await startDaemon();
  const me = await browser(daemon);
  const other = await browser(daemon);
  const { signIns } = (await me.send('GET', '/v1/sign-ins')).json() as { signIns: SignIn[] };
  expect(signIns.filter(({ current }) => current).map(({ id }) => id)).toEqual([me.me.signIn.id]);
  expect(signIns.map(({ id }) => id)).toContain(other.me.signIn.id);
  expect(JSON.stringify(signIns)).not.toMatch(/[0-9a-f]{64}/);
  const ended = await me.send('DELETE', `/v1/sign-ins/${other.me.signIn.id}`);
  expect(ended.json()).toMatchObject({ id: other.me.signIn.id, userName: 'mia', current: false });
  expect((await other.send('GET', '/v1/me')).status).toBe(401);
  expect((await me.send('DELETE', `/v1/sign-ins/${other.me.signIn.id}`)).status).toBe(404);
  const out = await me.send('POST', '/v1/sign-out');
  expect(cookieOf(out, 'castellan_session')).toBe('');
  expect(out.headers['set-cookie']?.join()).toContain('Max-Age=0');
  expect((await me.send('GET', '/v1/me')).status).toBe(401);

  const records = await worldOf(daemon).records();
  const mine = ofKind(records, 'sign-in').filter(({ signIn }) =>
    [me, other].some(({ me: m }) => m.signIn.id === signIn),
  );
  expect(mine.map(({ change }) => change)).toEqual(['succeeded', 'succeeded', 'revoked', 'signed-out']);
  for (const record of mine) expect(record).toMatchObject({ who: 'mia', address: '127.0.0.1' });
  expect(ofKind(records, 'person').map(({ change, who, by }) => `${change} ${who} ${by}`)).toEqual([
    'created mia set-up',
  ]);
  const text = JSON.stringify(records);
  for (const secret of [me.cookie, me.csrf, other.cookie, other.csrf, PERSON.password])
    expect(text).not.toContain(secret);
});

verifies(
  ['A8'],
  'another password: the present one is asked for, the rule holds, every other sign-in ends',
  async () => {
    await using daemon = await startDaemon();
    const [me, other, agent] = [await browser(daemon), await browser(daemon), await program(daemon)];
    const change = (current: string, password: string) =>
      me.send('POST', '/v1/me/password', { body: { current, password } });
    const fresh = 'nine-Herons-under-8-bridges';
    expect((await change('wrong-Horse-battery-9', fresh)).status).toBe(401);
    const weak = await change(PERSON.password, 'Password12345678');
    expect(weak.status).toBe(400);
    expect(weak.json()).toMatchObject({ hint: expect.stringContaining('words') });
    expect(weak.text).not.toContain('Password12345678');
    expect((await other.send('GET', '/v1/me')).status).toBe(200);
    expect((await change(PERSON.password, fresh)).status).toBe(200);
    expect((await me.send('GET', '/v1/me')).status).toBe(200);
    expect((await other.send('GET', '/v1/me')).status).toBe(401);
    expect((await agent.send('GET', '/v1/me')).status).toBe(401);
    expect((await refresh(daemon, agent.refresh)).status).toBe(401);
    expect((await signInReply(daemon)).status).toBe(401);
    expect((await signInReply(daemon, { name: 'mia', password: fresh })).status).toBe(200);
    // Typed on a keyboard that composes otherwise, it is the same one.
    const accents = 'J\u{e9}r\u{f4}me-mange-7-pommes';
    expect((await change(fresh, accents)).status).toBe(200);
    expect((await signInReply(daemon, { name: 'mia', password: accents.normalize('NFD') })).status).toBe(200);
  },
);

verifies(['A8'], 'guessing the present password in an open page is counted as guessing at the door is', async () => {
  await using daemon = await startDaemon();
  const me = await browser(daemon);
  const statuses: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    const body = { current: `wrong-Horse-battery-${n}`, password: 'nine-Herons-under-8-bridges' };
    statuses.push((await me.send('POST', '/v1/me/password', { body })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  expect((await me.send('GET', '/v1/me')).status, 'what is open stays open').toBe(200);
});

verifies(['A8', 'A10'], 'the last admin stays, whatever they do to themselves', async () => {
  await using daemon = await startDaemon();
  const mia = await browser(daemon);
  const { id } = mia.me.user;
  for (const body of [{ role: 'viewer' }, { disabled: true }])
    expect((await mia.send('PATCH', `/v1/users/${id}`, { body })).status).toBe(409);
  expect((await mia.send('DELETE', `/v1/users/${id}`)).status).toBe(409);
  // Somebody invited is nobody who could.
  expect((await mia.send('POST', '/v1/users', { body: { name: 'ida', role: 'admin' } })).status).toBe(200);
  expect((await mia.send('DELETE', `/v1/users/${id}`)).status).toBe(409);
  const tom = await somebody(daemon, mia.send, 'tom', 'admin');
  expect((await mia.send('PATCH', `/v1/users/${id}`, { body: { role: 'viewer' } })).status).toBe(200);
  expect((await mia.send('GET', '/v1/users')).status).toBe(403);
  expect((await tom.browser.send('DELETE', `/v1/users/${id}`)).status).toBe(200);
  expect((await mia.send('GET', '/v1/me')).status).toBe(401);
});

verifies(['A7'], 'where a terminal started it, the code is in the ready line and in no file', async () => {
  const folder = tempFolder();
  await using daemon = await startDaemon({ setup: false, env: { CASTELLAN_SETUP_CODE: 'terminal' } });
  const ready = JSON.parse(daemon.output().split('\n')[0] ?? '') as { setupCode?: string };
  const code = ready.setupCode ?? '';
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  const found = await runProcess('grep', ['-rlaF', code, daemon.home], { cwd: folder });
  expect(found.stdout).toBe('');
  const view = await sendRequest({ port: daemon.state.port }, 'GET', '/v1/setup', {});
  expect(view.json()).toEqual({ needed: true, code: 'terminal' });
  const done = await plain(daemon, 'POST', '/v1/setup', { body: { ...PERSON, code } });
  expect(done.status, done.text).toBe(200);
  expect(done.text).not.toContain(code);
  expect((await sendRequest({ port: daemon.state.port }, 'GET', '/v1/setup', {})).json()).toMatchObject({
    needed: false,
  });
});

verifies(['A6', 'A12'], 'what was opened by a sign-in ends with it: a stream that only listens, too', async () => {
  await using daemon = await startDaemon();
  const mia = await browser(daemon);
  const listener = await program(daemon);
  const closed = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  get(
    {
      host: '127.0.0.1',
      port: daemon.state.port,
      path: '/v1/events',
      headers: { authorization: `Bearer ${listener.access}` },
    },
    (incoming) => {
      incoming.once('data', () => opened.resolve()).once('close', () => closed.resolve());
      incoming.on('error', () => undefined);
    },
  ).once('error', closed.reject);
  await opened.promise;
  expect((await mia.send('DELETE', `/v1/sign-ins/${listener.me.signIn.id}`)).status).toBe(200);
  await closed.promise;
});
