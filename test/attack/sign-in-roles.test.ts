// The attacker is somebody of the house: a viewer who would like to answer, an approver who would like to rule, a program with the
// daemon's token that would like to be the person. Every route of the table, and no way around it (A5, A12).
import { PERMISSIONS, type Permission, ROUTES, type Route } from '@castellan/contract';
import { type RunningDaemon, startDaemon, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Browser, browser, plain, program, refresh, somebody } from '../e2e/support/people.ts';
import { ofKind, worldOf } from '../e2e/support/world.ts';

/** Who may what, spelt out again. */
const LOOK: readonly Permission[] = [
  'public',
  'status:read',
  'health:read',
  'metrics:read',
  'events:read',
  'approvals:read',
  'grants:read',
  'policy:read',
  'modules:read',
  'agents:read',
  'ledger:read',
  'limits:read',
  'secrets:read',
  'calls:read-own',
  'channels:read',
  'scripts:read',
  'incidents:read',
];
const VIEWER: readonly Permission[] = [...LOOK, 'account:self', 'terminals:watch'];
const APPROVER: readonly Permission[] = [
  ...VIEWER,
  'approvals:resolve',
  'grants:write',
  'limits:resume',
  'alarms:end',
  'panic:declare',
  'incidents:write',
  'agents:freeze',
  'agents:thaw',
  'scripts:propose',
  'scripts:run',
  'scripts:approve',
  'undo:read',
];
const LOCAL: readonly Permission[] = [
  ...LOOK,
  'ledger:export',
  'agents:write',
  'agents:freeze',
  'panic:declare',
  'terminals:host',
  'daemon:stop',
];
const NOT_ADMIN: readonly Permission[] = ['calls:check', 'canary:model', 'models:use', 'terminals:host'];

let daemon: RunningDaemon;
let mia: Browser;
let viewer: Browser;
let approver: Browser;
beforeAll(async () => {
  daemon = await startDaemon();
  mia = await browser(daemon);
  viewer = (await somebody(daemon, mia.send, 'vera', 'viewer')).browser;
  approver = (await somebody(daemon, mia.send, 'alex', 'approver')).browser;
});
afterAll(() => daemon[Symbol.asyncDispose]());

const routes = Object.entries<Route>(ROUTES);
const path = (route: Route): string => route.path.replaceAll(/:[a-z]+/g, 'x_aaaaaa');

type Ask = (route: Route) => Promise<{ readonly status: number; readonly text: string }>;
const asBrowser =
  (who: Browser): Ask =>
  (route) =>
    who.send(route.method, path(route), { body: route.method === 'GET' ? undefined : {} });

async function closedTo(ask: Ask, may: readonly Permission[]): Promise<number> {
  let closed = 0;
  for (const [name, route] of routes) {
    if (may.includes(route.permission)) continue;
    const reply = await ask(route);
    expect(reply.status, `${name} ${reply.text}`).toBe(403);
    closed += 1;
  }
  return closed;
}

verifies(['A12', 'A5'], 'a viewer changes nothing and answers nothing, on any route', async () => {
  expect(await closedTo(asBrowser(viewer), VIEWER)).toBeGreaterThan(30);
  const writes = routes.filter(([, { method, permission }]) => method !== 'GET' && VIEWER.includes(permission));
  // What is left to them that is no reading is their own account, and looking closer.
  for (const [name, { permission }] of writes)
    expect(
      ['public', 'account:self', 'events:read', 'policy:read', 'terminals:watch', 'status:read', 'scripts:read'],
      name,
    ).toContain(permission);
});

verifies(['A12', 'A5'], 'an approver answers and does not rule', async () => {
  expect(await closedTo(asBrowser(approver), APPROVER)).toBeGreaterThan(20);
  expect(
    await closedTo(
      asBrowser(mia),
      PERMISSIONS.filter((each) => !NOT_ADMIN.includes(each)),
    ),
  ).toBeGreaterThan(3);
});

verifies(
  ['A5', 'A10'],
  'a program with the daemon token looks and connects; it cannot answer for the person',
  async () => {
    const { token } = daemon.state;
    const ask: Ask = (route) =>
      plain(daemon, route.method, path(route), {
        headers: { authorization: `Bearer ${token}` },
        body: route.method === 'GET' ? undefined : {},
      });
    expect(await closedTo(ask, LOCAL)).toBeGreaterThan(30);
    const refused = await ask(ROUTES.resolve);
    expect(refused.text).toContain('castellan login');
  },
);

verifies(
  ['A1', 'A5'],
  'nobody gets into nothing: without a credential every route but the open ones says so',
  async () => {
    let closed = 0;
    for (const [name, route] of routes) {
      if (route.permission === 'public') continue;
      const reply = await plain(daemon, route.method, path(route), { body: route.method === 'GET' ? undefined : {} });
      expect(reply.status, `${name} ${reply.text}`).toBe(401);
      closed += 1;
    }
    expect(closed).toBeGreaterThan(60);
  },
);

verifies(['A12', 'A6'], 'a role that is taken away is gone at once, also for what was signed before', async () => {
  const tom = await somebody(daemon, mia.send, 'tom', 'admin');
  const held = await program(daemon, tom);
  expect((await held.send('GET', '/v1/users')).status).toBe(200);
  expect((await mia.send('PATCH', `/v1/users/${tom.id}`, { body: { role: 'viewer' } })).status).toBe(200);
  for (const send of [held.send, tom.browser.send]) {
    expect((await send('GET', '/v1/users')).status).toBe(403);
    expect((await send('GET', '/v1/status')).status).toBe(200);
  }
  expect((await mia.send('PATCH', `/v1/users/${tom.id}`, { body: { disabled: true } })).status).toBe(200);
  for (const send of [held.send, tom.browser.send]) expect((await send('GET', '/v1/status')).status).toBe(401);
  expect((await refresh(daemon, held.refresh)).status).toBe(401);
});

verifies(['A12'], "somebody else's sign-in looks like none at all, except to an admin", async () => {
  const id = mia.me.signIn.id;
  const foreign = await viewer.send('DELETE', `/v1/sign-ins/${id}`);
  const absent = await viewer.send('DELETE', '/v1/sign-ins/signin_aaaaaaaaaaaaaaaaaaaa');
  expect([foreign.status, absent.status]).toEqual([404, 404]);
  expect(foreign.text).toBe(absent.text);
  const seen = async (who: Browser): Promise<readonly string[]> => {
    const { signIns } = (await who.send('GET', '/v1/sign-ins')).json() as { signIns: { userName: string }[] };
    return [...new Set(signIns.map(({ userName }) => userName))];
  };
  expect(await seen(viewer)).toEqual(['vera']);
  expect(await seen(mia)).toEqual(expect.arrayContaining(['mia', 'vera', 'alex']));
  expect((await mia.send('GET', '/v1/me')).status).toBe(200);
});

verifies(['A12', 'L5'], 'who reaches for what is not theirs is in the ledger by name', async () => {
  await viewer.send('POST', '/v1/policy', { body: { change: 'reload' } });
  const refusals = ofKind(await worldOf(daemon).records(), 'refusal');
  expect(refusals.some(({ who }) => who === 'person:vera')).toBe(true);
});
