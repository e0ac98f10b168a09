// The attacker guesses: names, passwords, the set-up code, from one address or over the Unix socket. Nothing tells them who is
// there, few tries are made, and each one is written down without what was typed.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES, type Route } from '@castellan/contract';
import { type HttpResponse, PERSON, type RunningDaemon, sendRequest, startDaemon, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { browser, browserFrom, plain, signInReply, somebody } from '../e2e/support/people.ts';
import { ofKind, worldOf } from '../e2e/support/world.ts';

const shape = ({ status, text, headers }: HttpResponse): string =>
  JSON.stringify([
    status,
    text,
    Object.keys(headers)
      .filter((name) => name !== 'date')
      .toSorted(),
    headers['set-cookie'] ?? null,
  ]);

verifies(
  ['A8', 'L5'],
  'nobody learns who is there: one answer, and the same work, for every way of being wrong',
  async () => {
    await using daemon = await startDaemon();
    const admin = await browser(daemon);
    const ben = await somebody(daemon, admin.send, 'ben', 'viewer');
    expect((await admin.send('PATCH', `/v1/users/${ben.id}`, { body: { disabled: true } })).status).toBe(200);
    expect((await admin.send('POST', '/v1/users', { body: { name: 'ida', role: 'viewer' } })).status).toBe(200);
    const wrong: readonly (readonly [string, { readonly name: string; readonly password: string }])[] = [
      ['a wrong password', { name: 'mia', password: 'wrong-Horse-battery-9' }],
      ['a name nobody has', { name: 'nobody-here', password: PERSON.password }],
      ['somebody who was disabled, with the right password', ben],
      ['somebody who was only invited', { name: 'ida', password: PERSON.password }],
    ];
    const answers = new Map<string, string>();
    for (const [what, who] of wrong) answers.set(what, shape(await signInReply(daemon, who)));
    expect(new Set(answers.values()).size, JSON.stringify([...answers])).toBe(1);
    expect([...answers.values()][0]).toContain('"the name or the password is wrong\\"'.slice(1, -2));

    const records = ofKind(await worldOf(daemon).records(), 'sign-in').filter(({ change }) => change === 'failed');
    expect(records.map(({ who }) => who)).toEqual(['mia', 'nobody-here', 'ben', 'ida']);
    for (const { text } of records) expect(text).toBe('the name or the password is wrong');
  },
);

verifies(['A8', 'L5'], 'what was typed is in no record, also a password in the wrong field', async () => {
  await using daemon = await startDaemon();
  const typed = ['hunter2-correct-Horse', 'correcthorsebattery', 'Tr0ub4dor&3-is-long'];
  await signInReply(daemon, { name: typed[0] ?? '', password: typed[1] ?? '' });
  await signInReply(daemon, { name: typed[1] ?? '', password: typed[2] ?? '' });
  await signInReply(daemon, { name: 'MIA', password: typed[2] ?? '' });
  const records = ofKind(await worldOf(daemon).records(), 'sign-in').filter(({ change }) => change === 'failed');
  expect(records.map(({ who }) => who)).toEqual(['a name nobody has', 'a name nobody has', 'mia']);
  const all = JSON.stringify(await worldOf(daemon).records());
  for (const each of [...typed, PERSON.password]) expect(all).not.toContain(each);
  for (const file of ['castellan.db', 'castellan.db-wal'])
    if (existsSync(join(daemon.home, file)))
      for (const each of [...typed, PERSON.password])
        expect(readFileSync(join(daemon.home, file)).includes(each), file).toBe(false);
});

verifies(
  ['A8', 'D1'],
  'five tries, then nobody is asked: 429 with the time to wait, for the account and for the address',
  async () => {
    await using daemon = await startDaemon();
    const admin = await browser(daemon);
    const ben = await somebody(daemon, admin.send, 'ben', 'viewer');
    const guess = (name: string, over: 'tcp' | 'unix') =>
      sendRequest(
        over === 'tcp' ? { port: daemon.state.port } : { port: daemon.state.port, socket: daemon.socket },
        'POST',
        '/v1/sign-in',
        { body: { name, password: 'wrong-Horse-battery-9' } },
      );
    const flood = await Promise.all(Array.from({ length: 40 }, () => guess('mia', 'tcp')));
    expect(flood.filter(({ status }) => status === 401)).toHaveLength(5);
    const held = flood.filter(({ status }) => status === 429);
    expect(held).toHaveLength(35);
    for (const { headers, json } of held) {
      const { error, retryAfter = 0 } = json() as { error: string; retryAfter?: number };
      expect(error).toBe('rate_limited');
      expect(Number(headers['retry-after'])).toBe(retryAfter);
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(60);
    }
    // The address is held for every name, the account from every address, and the right password makes no difference.
    expect((await guess('nobody-here', 'tcp')).status).toBe(429);
    expect((await signInReply(daemon, ben)).status).toBe(429);
    expect((await signInReply(daemon)).status).toBe(429);
    expect((await guess('mia', 'unix')).status, 'from elsewhere').toBe(429);
    expect((await guess('nobody-here', 'unix')).status, 'another name from elsewhere').toBe(401);
    // Whoever is signed in goes on.
    expect((await admin.send('GET', '/v1/me')).status).toBe(200);
    expect((await ben.browser.send('GET', '/v1/approvals')).status).toBe(200);

    const records = ofKind(await worldOf(daemon).records(), 'sign-in');
    const count = (change: string): number => records.filter((record) => record.change === change).length;
    expect(count('failed')).toBe(6);
    expect(count('held-off')).toBeGreaterThan(30);
    const { alarms } = (await admin.send('GET', '/v1/status')).json() as { alarms: { kind: string }[] };
    expect(alarms.map(({ kind }) => kind)).toContain('sign-in-attack');
  },
);

verifies(
  ['D1'],
  'a flood of wrong credentials is told to wait; whoever is somebody is served from the same address',
  async () => {
    await using daemon = await startDaemon();
    const admin = await browser(daemon);
    const agent = await worldOf(daemon).connect();
    const statuses = new Set<number>();
    // However slow the machine is: until it is told to wait.
    for (let batch = 0; batch < 250 && !statuses.has(429); batch += 1) {
      const replies = await Promise.all(
        Array.from({ length: 40 }, () =>
          plain(daemon, 'GET', '/v1/status', { headers: { authorization: `Bearer castellan_d_${'0'.repeat(64)}` } }),
        ),
      );
      for (const { status, headers } of replies) {
        statuses.add(status);
        if (status === 429) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      }
    }
    expect([...statuses].toSorted()).toEqual([401, 429]);
    expect((await admin.send('GET', '/v1/status')).status).toBe(200);
    expect((await agent.check('claude-code/TodoWrite', { todos: [] })).kind).toBe('run');
    expect((await plain(daemon, 'GET', '/v1/live')).status).toBe(200);
  },
);

const setUpWith = (daemon: RunningDaemon, code: string, name = 'mia', password: string = PERSON.password) =>
  plain(daemon, 'POST', '/v1/setup', { body: { code, name, password } });
const codeFile = ({ home }: RunningDaemon): string => join(home, 'daemon', 'setup-code');
const codeOf = (daemon: RunningDaemon): string => readFileSync(codeFile(daemon), 'utf8').trim();

verifies(
  ['A7'],
  'until set-up every other route is closed, to everybody, also to who holds the daemon token',
  async () => {
    await using daemon = await startDaemon({ setup: false });
    const tokens = [null, daemon.state.token, `castellan_a_aaaaaa_${'0'.repeat(64)}`];
    let closed = 0;
    for (const [name, route] of Object.entries<Route>(ROUTES)) {
      // `ready` is told no as well, in its own words: what watches a service asks before anybody is there.
      if (['live', 'ready', 'setup', 'setUp'].includes(name)) continue;
      for (const token of tokens) {
        const path = route.path.replaceAll(/:[a-z]+/g, 'x_aaaaaa');
        const reply = await daemon.request(route.method, path, {
          token,
          body: route.method === 'GET' ? undefined : {},
        });
        expect(reply.status, `${name} ${reply.text}`).toBe(503);
        expect(reply.text, name).toContain('not set up yet');
        closed += 1;
      }
    }
    expect(closed).toBeGreaterThan(200);
    const ready = await daemon.request('GET', '/v1/ready', { token: null });
    expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('set-up')]);
    const hint = (await daemon.request('GET', '/v1/status', { token: null })).json() as { hint: string; error: string };
    expect(hint.error).toBe('setup_required');
    expect(hint.hint).toContain(`http://localhost:${daemon.state.port}`);
    expect(hint.hint).toContain('castellan setup');
  },
);

verifies(
  ['A7'],
  'without the code nobody becomes admin; guessing it is slow; it is new at each start and gone when used',
  async () => {
    await using daemon = await startDaemon({ setup: false });
    const code = codeOf(daemon);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    expect((statSync(codeFile(daemon)).mode & 0o777).toString(8)).toBe('600');
    expect(daemon.output()).not.toContain(code);
    const wrong = ['0000-0000-0000', code.slice(0, -1), `${code}0`, '', code.replaceAll('-', '').slice(0, 11)];
    const statuses = [];
    for (const guess of wrong) statuses.push((await setUpWith(daemon, guess)).status);
    expect(statuses.filter((status) => status === 200)).toEqual([]);
    const held = await setUpWith(daemon, '0000-0000-0001');
    const again = await setUpWith(daemon, '0000-0000-0002');
    expect([held.status, again.status]).toContain(429);
    expect(Number(again.headers['retry-after'])).toBeGreaterThan(0);
    // From the Unix socket, in the letters and the form that a person types.
    const typed = { code: code.toLowerCase().replaceAll('-', ' '), name: 'mia', password: PERSON.password };
    const unix = { port: 0, socket: daemon.socket };
    const weak = await sendRequest(unix, 'POST', '/v1/setup', { body: { ...typed, password: 'Password123456789' } });
    expect(weak.status).toBe(400);
    expect(weak.text).toContain('many people have');
    expect((await sendRequest(unix, 'POST', '/v1/setup', { body: typed })).status).toBe(200);
    expect(existsSync(codeFile(daemon))).toBe(false);
    expect((await sendRequest(unix, 'POST', '/v1/setup', { body: typed })).status, 'once').toBe(409);
    const records = JSON.stringify(await worldOf(daemon).records());
    expect(records).not.toContain(code);
    expect(records).toContain('the set-up code is wrong');
  },
);

verifies(['A7'], 'of many who set up at once with the right code one wins, and the others are told', async () => {
  await using daemon = await startDaemon({ setup: false });
  const code = codeOf(daemon);
  const names = ['mia', 'ben', 'ida', 'tom'];
  const replies = await Promise.all(names.map((name) => setUpWith(daemon, code, name)));
  expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
  const [winner] = replies.filter(({ status }) => status === 200);
  if (winner === undefined) throw new Error('nobody won');
  const admin = browserFrom(daemon, winner);
  const { users } = (await admin.send('GET', '/v1/users')).json() as { users: { role: string }[] };
  expect(users.map(({ role }) => role)).toEqual(['admin']);
});
