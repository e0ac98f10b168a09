// The door: host, origin, credential, permission, in that order.
import { permits, ROUTES, type Route } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { admit, type Knock } from '../src/http/guard.ts';
import { bearerOf, type Identity } from '../src/identity/index.ts';

const identity: Identity = {
  ofBrowser: () => ({ kind: 'nobody' }),
  familyOf: () => null,
  now: (actor) => actor,
  subscribe: () => () => undefined,
  actorOf: (credential: string | null) =>
    credential === 'daemontoken0000000'
      ? ({ kind: 'local-cli' } as const)
      : credential === 'agenttoken00000000'
        ? ({ kind: 'agent', agent: 'agent_aaaaaaaa' } as const)
        : ({ kind: 'nobody' } as const),
};
const knock = (headers: Knock['headers'], more: Partial<Knock> = {}): Knock => ({
  method: 'GET',
  target: '/v1/status',
  rawHeaders: [],
  headers: { host: '127.0.0.1:9999', ...headers },
  listener: { kind: 'loopback', port: 9999 },
  ...more,
});
const admin = { authorization: 'Bearer daemontoken0000000' };

verifies(['N3'], "only the daemon's own names are a Host", async () => {
  for (const host of ['127.0.0.1:9999', 'localhost:9999', '[::1]:9999', 'LOCALHOST:9999']) {
    expect((await admit(knock({ ...admin, host }), ROUTES.status, identity, false)).kind, host).toBe('in');
  }
  for (const host of [
    'evil.test:9999',
    '127.0.0.1',
    '127.0.0.1:9998',
    'localhost.evil.test:9999',
    '',
    '127.0.0.1:9999.evil.test',
    undefined,
  ]) {
    expect(await admit(knock({ ...admin, host }), ROUTES.status, identity, false), String(host)).toMatchObject({
      code: 'wrong_host',
    });
  }
  const unix = knock({ ...admin, host: 'localhost' }, { listener: { kind: 'unix' } });
  expect((await admit(unix, ROUTES.status, identity, false)).kind).toBe('in');
});

verifies(['N3'], 'a web page with a bearer credential changes nothing, whatever it says its origin is', async () => {
  const post = (headers: Knock['headers']) =>
    admit(knock({ ...admin, ...headers }, { method: 'POST' }), ROUTES.stop, identity, false);
  for (const origin of ['null', 'https://evil.test', 'http://127.0.0.1:9999', 'http://localhost:3000'])
    expect(await post({ origin }), origin).toMatchObject({ code: 'wrong_origin' });
  for (const site of ['cross-site', 'same-site'])
    expect(await post({ 'sec-fetch-site': site }), site).toMatchObject({ code: 'wrong_origin' });
  expect((await post({})).kind).toBe('in');
  expect(await admit(knock({ ...admin, origin: 'null' }), ROUTES.status, identity, false)).toMatchObject({
    code: 'wrong_origin',
  });
});

verifies(['A5'], "an agent reaches exactly the routes that are an agent's", async () => {
  const agent = { authorization: 'Bearer agenttoken00000000' };
  const reached: string[] = [];
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const admission = await admit(knock(agent, { method: route.method }), route, identity, false);
    if (admission.kind === 'in' && route.permission !== 'public') reached.push(name);
  }
  expect(reached.sort()).toEqual([
    'call',
    'canaryChat',
    'canaryModel',
    'canaryResponses',
    'check',
    'claudeHook',
    'codexHook',
    'mcp',
    'mcpEnd',
    'mcpModule',
    'mcpModuleEnd',
    'mcpModuleStream',
    'mcpSocket',
    'mcpStream',
    'openCodeHook',
    'outcome',
  ]);
});

/** What nobody needs to be anybody for, spelt out again: liveness, set-up, the ways of signing in, the
 * way back from signing in to a server. */
const OPEN = [
  'answerLink',
  'join',
  'live',
  'lookLink',
  'moduleCallback',
  'passkeyOptions',
  'passkeySignIn',
  'ready',
  'refresh',
  'setUp',
  'setup',
  'signIn',
  'signInFactor',
];

verifies(['A1'], 'without a credential only liveness, set-up and signing in answer', async () => {
  const reached: string[] = [];
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    expect(permits({ kind: 'nobody' }, route.permission)).toBe(route.permission === 'public');
    const admission = await admit(knock({}, { method: route.method }), route, identity, false);
    if (admission.kind === 'in') reached.push(name);
    else expect(admission.code, name).toBe('not_authenticated');
  }
  expect(reached.toSorted()).toEqual(OPEN);
});

verifies(['A7'], 'until set-up is done every other route says so, whoever asks', async () => {
  for (const headers of [{}, admin, { authorization: 'Bearer agenttoken00000000' }]) {
    for (const [name, route] of Object.entries<Route>(ROUTES)) {
      const admission = await admit(knock(headers, { method: route.method }), route, identity, false, 'run it');
      if (['live', 'ready', 'setup', 'setUp'].includes(name)) expect(admission.kind, name).toBe('in');
      else expect(admission, name).toMatchObject({ code: 'setup_required', hint: 'run it' });
    }
  }
});

test('a credential stands in one header, in one spelling', () => {
  expect(bearerOf('Bearer daemontoken0000000')).toBe('daemontoken0000000');
  for (const header of [
    undefined,
    '',
    'bearer daemontoken0000000',
    'Bearer  daemontoken0000000',
    'Basic daemontoken0000000',
    'Bearer daemontoken0000000 x',
    'Bearer a',
  ]) {
    expect(bearerOf(header), String(header)).toBeNull();
  }
});

test('x-api-key counts only where the route takes it, and never beside Authorization', async () => {
  const key = { 'x-api-key': 'agenttoken00000000' };
  expect((await admit(knock(key, { method: 'POST' }), ROUTES.canaryModel, identity, true)).kind).toBe('in');
  expect(await admit(knock(key, { method: 'POST' }), ROUTES.check, identity, false)).toMatchObject({
    code: 'not_authenticated',
  });
  expect(
    await admit(
      knock({ ...key, authorization: 'Bearer nonsense000000000' }, { method: 'POST' }),
      ROUTES.canaryModel,
      identity,
      true,
    ),
  ).toMatchObject({ code: 'not_authenticated' });
});

const BROWSER = { cookie: `castellan_session=${'c'.repeat(80)}`, 'x-castellan-csrf': 'h'.repeat(64) };
const OWN_PAGE = 'http://127.0.0.1:9999';
const person: Identity = {
  ...identity,
  ofBrowser: (cookie, half) =>
    cookie === 'c'.repeat(80) && half === 'h'.repeat(64)
      ? { kind: 'person', user: 'user_aaaaaa', name: 'mia', role: 'admin', signIn: 'signin_aaaaaa' }
      : { kind: 'nobody' },
};

verifies(
  ['A10', 'N3'],
  'a cookie counts together with its half, and for a change together with our own origin',
  async () => {
    const get = (headers: Knock['headers']) => admit(knock(headers), ROUTES.status, person, false);
    const post = (headers: Knock['headers']) => admit(knock(headers, { method: 'POST' }), ROUTES.stop, person, false);
    expect((await get(BROWSER)).kind).toBe('in');
    expect((await post({ ...BROWSER, origin: OWN_PAGE })).kind).toBe('in');
    expect(await get({ cookie: BROWSER.cookie })).toMatchObject({ code: 'no_csrf' });
    expect(await get({ ...BROWSER, 'x-castellan-csrf': 'h'.repeat(63) })).toMatchObject({ code: 'not_authenticated' });
    expect(await get({ 'x-castellan-csrf': BROWSER['x-castellan-csrf'] })).toMatchObject({ code: 'not_authenticated' });
    expect(await post(BROWSER)).toMatchObject({ code: 'wrong_origin' });
    for (const origin of ['http://127.0.0.1:3000', 'http://localhost:9999.evil.test', 'https://127.0.0.1:9999', 'null'])
      expect(await post({ ...BROWSER, origin }), origin).toMatchObject({ code: 'wrong_origin' });
    // The origin alone is nobody.
    expect(await post({ origin: OWN_PAGE })).toMatchObject({ code: 'not_authenticated' });
    expect(await post({ origin: OWN_PAGE, referer: OWN_PAGE })).toMatchObject({ code: 'not_authenticated' });
  },
);

verifies(['A10', 'A1'], 'two credentials are none: a cookie beside a bearer, a cookie given twice', async () => {
  for (const more of [admin, { authorization: 'Bearer nonsense000000000' }, { authorization: 'Basic x' }])
    expect(await admit(knock({ ...BROWSER, ...more }), ROUTES.status, person, false)).toMatchObject({
      message: 'two different credentials',
    });
  const twice = `${BROWSER.cookie}; castellan_session=${'d'.repeat(80)}`;
  for (const cookie of [twice, `${BROWSER.cookie}; a=b;castellan_session=`, `${BROWSER.cookie};${BROWSER.cookie}`])
    expect(await admit(knock({ ...BROWSER, cookie }), ROUTES.status, person, false), cookie).toMatchObject({
      code: 'bad_request',
    });
  // Another spelling of the name is another cookie, and one of somebody else's that looks like it changes nothing.
  for (const name of ['Castellan_session', '__Host-castellan_session', 'castellan_session2', 'xcastellan_session']) {
    const cookie = `${name}=${'c'.repeat(80)}`;
    expect(await admit(knock({ ...BROWSER, cookie }), ROUTES.status, person, false), name).toMatchObject({
      code: 'not_authenticated',
    });
    const both = `${cookie}; ${BROWSER.cookie}`;
    expect((await admit(knock({ ...BROWSER, cookie: both }), ROUTES.status, person, false)).kind, name).toBe('in');
  }
});

verifies(['A10', 'N2'], 'over TLS only the cookie that another host or port cannot set counts', async () => {
  const listener = { kind: 'remote', host: 'home.example.org' } as const;
  const remote = (name: string) =>
    admit(
      knock(
        { host: 'home.example.org', cookie: `${name}=${'c'.repeat(80)}`, 'x-castellan-csrf': 'h'.repeat(64) },
        { listener },
      ),
      ROUTES.status,
      person,
      false,
    );
  expect((await remote('__Host-castellan_session')).kind).toBe('in');
  expect(await remote('castellan_session')).toMatchObject({ code: 'not_authenticated' });
});
