// The door: host, origin, credential, permission, in that order.
import { permits, ROUTES, type Route } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { admit, type Knock } from '../src/http/guard.ts';
import { bearerOf } from '../src/identity/index.ts';

const identity = {
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

verifies(['N3'], "only the daemon's own names are a Host", () => {
  for (const host of ['127.0.0.1:9999', 'localhost:9999', '[::1]:9999', 'LOCALHOST:9999']) {
    expect(admit(knock({ ...admin, host }), ROUTES.status, identity, false).kind, host).toBe('in');
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
    expect(admit(knock({ ...admin, host }), ROUTES.status, identity, false), String(host)).toMatchObject({
      code: 'wrong_host',
    });
  }
  expect(
    admit(knock({ ...admin, host: 'localhost' }, { listener: { kind: 'unix' } }), ROUTES.status, identity, false).kind,
  ).toBe('in');
});

verifies(['N3'], 'a web page cannot change anything, whatever it says its origin is', () => {
  const post = (headers: Knock['headers']) =>
    admit(knock({ ...admin, ...headers }, { method: 'POST' }), ROUTES.stop, identity, false);
  for (const origin of ['null', 'https://evil.test', 'http://127.0.0.1:9999', 'http://localhost:3000'])
    expect(post({ origin }), origin).toMatchObject({ code: 'wrong_origin' });
  for (const site of ['cross-site', 'same-site'])
    expect(post({ 'sec-fetch-site': site }), site).toMatchObject({ code: 'wrong_origin' });
  expect(post({}).kind).toBe('in');
  expect(admit(knock({ ...admin, origin: 'null' }), ROUTES.status, identity, false)).toMatchObject({
    code: 'wrong_origin',
  });
});

verifies(['A5'], "an agent reaches exactly the routes that are an agent's", () => {
  const agent = { authorization: 'Bearer agenttoken00000000' };
  const reached = Object.entries(ROUTES).filter(
    ([, route]: [string, Route]) => admit(knock(agent, { method: route.method }), route, identity, false).kind === 'in',
  );
  expect(reached.map(([name]) => name).sort()).toEqual([
    'call',
    'canaryModel',
    'check',
    'claudeHook',
    'live',
    'outcome',
  ]);
});

verifies(['A1'], 'without a credential only liveness answers', () => {
  const reached = Object.entries(ROUTES).filter(([, route]: [string, Route]) =>
    permits({ kind: 'nobody' }, route.permission),
  );
  expect(reached.map(([name]) => name)).toEqual(['live']);
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

test('x-api-key counts only where the route takes it, and never beside Authorization', () => {
  const key = { 'x-api-key': 'agenttoken00000000' };
  expect(admit(knock(key, { method: 'POST' }), ROUTES.canaryModel, identity, true).kind).toBe('in');
  expect(admit(knock(key, { method: 'POST' }), ROUTES.check, identity, false)).toMatchObject({
    code: 'not_authenticated',
  });
  expect(
    admit(
      knock({ ...key, authorization: 'Bearer nonsense000000000' }, { method: 'POST' }),
      ROUTES.canaryModel,
      identity,
      true,
    ),
  ).toMatchObject({ code: 'not_authenticated' });
});
