// The attacker: an agent that wants its call to run without the person. It holds its own credential, knows every id it
// ever saw, speaks HTTP as it likes, and shares the machine with another agent that was allowed more.
import { type Approval, ROUTES, type Route } from '@castellan/contract';
import { PERSON, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { exchange, lines } from '../e2e/support/raw.ts';
import { DELETE, MAIL, ofKind, SEND, sleep, type TestAgent, until, type World, world } from '../e2e/support/world.ts';

const LETTER = { to: 'a@b.c', subject: 'x', body: 'y' };
/** What an agent may do, spelt out again: everything else is somebody else's. */
const AN_AGENTS = [
  'live',
  'ready',
  'check',
  'outcome',
  'call',
  'claudeHook',
  'codexHook',
  'openCodeHook',
  'canaryModel',
  'canaryChat',
  'canaryResponses',
  'mcp',
  'mcpEnd',
  'mcpModule',
  'mcpModuleEnd',
  'mcpModuleStream',
  'mcpSocket',
  'mcpStream',
];
/** For whoever knows a password, a code or a link: an agent that knows none gets as far as anybody. */
const EVERYBODYS = [
  'setup',
  'setUp',
  'signIn',
  'signInFactor',
  'passkeyOptions',
  'passkeySignIn',
  'refresh',
  'join',
].concat(['lookLink', 'answerLink', 'moduleCallback']);
const routes = Object.entries<Route>(ROUTES);
const forbidden = routes.filter(([name]) => ![...AN_AGENTS, ...EVERYBODYS].includes(name));

let it: World;
let mallory: TestAgent;
let alice: TestAgent;

/** An id that exists for each kind of route, so that "not found" never hides "not permitted". */
async function pathsOf(approval: Approval): Promise<(route: Route) => string> {
  const { id } = await grantFor(alice);
  return ({ path }) =>
    path
      .replace('/approvals/:id', `/approvals/${approval.id}`)
      .replace('/grants/:id', `/grants/${id}`)
      .replace('/agents/:id', `/agents/${mallory.id}`)
      .replace('/calls/:id', `/calls/${approval.call}`);
}

async function grantFor(agent: TestAgent, more: Readonly<Record<string, unknown>> = {}) {
  const body = { agent: agent.id, scope: { kind: 'agent' }, module: 'mail', tool: 'delete', minutes: 5, ...more };
  const response = await it.daemon.request('POST', '/v1/grants', { body });
  expect(response.status, response.text).toBe(200);
  return response.json() as { id: string };
}

/** A call of Mallory's that waits, and the way to end it. */
async function waitingCall(agent = mallory, session = 'm1', input: Record<string, unknown> = LETTER) {
  const before = new Set((await it.approvals()).map(({ id }) => id));
  const answer = agent.pre(SEND, input, { session, server: MAIL });
  for (;;) {
    const approval = (await it.approvals()).find(({ id, state }) => !before.has(id) && state.kind === 'pending');
    if (approval !== undefined) return { answer, approval };
    await sleep(10);
  }
}

beforeAll(async () => {
  it = await world();
  mallory = await it.connect('mallory');
  alice = await it.connect('alice');
});
afterAll(() => it[Symbol.asyncDispose]());

const bodies: Readonly<Record<string, unknown>> = {
  resolve: { answer: 'approve', digest: `sha256:${'0'.repeat(64)}` },
  grant: { agent: 'agent_aaaaaa', scope: { kind: 'agent' }, module: 'mail', tool: 'send', minutes: 5 },
  changePolicy: { change: 'preset', preset: 'full-auto' },
  connect: { kind: 'other', name: 'second me', watched: [], hookTimeoutSeconds: 60 },
  changeAgent: { hookTimeoutSeconds: 86_400 },
};

verifies(['A5', 'H5'], 'on every route an agent reaches only its own, over TCP and over the Unix socket', async () => {
  const { answer, approval } = await waitingCall();
  const pathOf = await pathsOf(approval);
  expect(forbidden.length).toBeGreaterThan(12);
  for (const over of ['tcp', 'socket'] as const) {
    for (const [name, route] of forbidden) {
      const response = await it.daemon.request(route.method, pathOf(route), {
        over,
        token: mallory.credential,
        body: name === 'resolve' ? { answer: 'approve', digest: approval.digest } : bodies[name],
      });
      expect(response.status, `${over} ${name}: ${response.text}`).toBe(403);
      // A model client is refused in the words of its own API.
      const refused = name.startsWith('model') && name !== 'modelKey';
      expect(response.json(), name).toMatchObject({
        error: refused ? { type: 'permission_error' } : 'not_permitted',
      });
      expect(response.text, name).not.toContain(approval.id);
    }
  }
  expect((await it.approvals()).find(({ id }) => id === approval.id)?.state.kind).toBe('pending');
  expect((await it.status()).agents.map(({ name }) => name).toSorted()).toEqual(['alice', 'mallory']);
  expect((await it.status()).policy.preset).toBe('autonomous');
  await it.deny(approval);
  expect((await answer).verdict).toBe('deny');
});

verifies(['A5', 'A7'], 'where nobody needs a credential an agent gets nothing for its own', async () => {
  const nothing: Readonly<Record<string, unknown>> = {
    setUp: { code: 'AAAA-BBBB-CCCC', name: 'mallory', password: PERSON.password, carrier: 'program' },
    signIn: { name: PERSON.name, password: 'not-the-one-that-mia-has', carrier: 'program' },
    signInFactor: { challenge: 'x', factor: { kind: 'totp', code: '000000' } },
    passkeySignIn: { challenge: 'x', response: {} },
    join: { invite: 'x', password: PERSON.password },
    lookLink: { link: 'x' },
    answerLink: { link: 'x', answer: { answer: 'deny' } },
  };
  const tried: string[] = [];
  for (const [name, { method, path, permission }] of routes.filter(([each]) => EVERYBODYS.includes(each))) {
    expect(permission, name).toBe('public');
    const response = await it.daemon.request(method, path, { token: mallory.credential, body: nothing[name] });
    tried.push(name);
    const cookies = (response.headers['set-cookie'] ?? []).filter((each) => !each.includes('=; '));
    expect(cookies, name).toEqual([]);
    expect(response.text, name).not.toMatch(/castellan_[a-z]_|"access"|"csrf"/);
    if (name === 'setup') expect(response.json()).toEqual({ needed: false, code: 'file' });
    else if (name !== 'passkeyOptions')
      expect(response.status, `${name}: ${response.text}`).toBeGreaterThanOrEqual(400);
  }
  expect(tried).toHaveLength(EVERYBODYS.length);
});

verifies(['A5', 'A1'], 'other spellings of a route are the same route', async () => {
  const { answer, approval } = await waitingCall();
  const paths = [
    '/v1/approvals/',
    '//v1/approvals',
    '/v1//approvals',
    '/V1/Approvals',
    '/v1/%61pprovals',
    '/v1/./approvals',
    '/v1/hooks/../approvals',
    '/v1/hooks/%2e%2e/approvals',
    '/v1/approvals?permission=approvals:read',
    '/v1/approvals;x=1',
    '/v1/approvals%00',
    '/v1/approvals#x',
  ];
  for (const path of paths) {
    for (const token of [mallory.credential, null]) {
      const response = await it.daemon.request('GET', path, { token });
      // What is no route may be an address of the page, which is the same for everybody.
      const isPage = response.status === 200 && response.headers['content-type'] === 'text/html; charset=utf-8';
      if (!isPage) expect(response.status, `${path} ${response.text}`).toBeGreaterThanOrEqual(400);
      expect(response.text).not.toContain(approval.id);
    }
  }
  await it.deny(approval);
  await answer;
});

verifies(['A1', 'A5'], 'the daemon token counts in one header only, spelt one way', async () => {
  const { token, port } = it.daemon.state;
  const ask = (path: string, headers: Readonly<Record<string, string>>) =>
    it.daemon.request('GET', path, { token: null, headers });
  const odd: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    [`/v1/status?token=${token}`, {}],
    [`/v1/status?access_token=${token}`, {}],
    ['/v1/status', { cookie: `token=${token}; castellan=${token}` }],
    ['/v1/status', { 'x-api-key': token }],
    ['/v1/status', { 'x-auth-token': token }],
    ['/v1/status', { authorization: token }],
    ['/v1/status', { authorization: `bearer ${token}` }],
    ['/v1/status', { authorization: `BEARER ${token}` }],
    ['/v1/status', { authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` }],
    ['/v1/status', { authorization: `Bearer  ${token}` }],
    ['/v1/status', { authorization: `Bearer ${token},` }],
    ['/v1/status', { authorization: `Bearer ${token} ${token}` }],
    ['/v1/status', { authorization: `Bearer ${token.toUpperCase()}` }],
    ['/v1/status', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['/v1/status', { authorization: `Bearer ${token}0` }],
    ['/v1/status', { 'proxy-authorization': `Bearer ${token}` }],
    ['/v1/status', { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' }],
  ];
  for (const [path, headers] of odd) {
    const response = await ask(path, headers);
    expect(response.status, `${path} ${JSON.stringify(headers)}`).toBe(401);
    expect(response.text).not.toContain(token);
  }
  // The canary's model route takes an agent's credential as x-api-key; the daemon token may not do that at all.
  const canary = await it.daemon.request('POST', '/v1/canary/v1/messages', {
    token: null,
    headers: { 'x-api-key': token },
    body: {},
  });
  expect(canary.status).toBe(403);
  const twice = (first: string, second: string) =>
    exchange(
      { port },
      lines(
        'GET /v1/approvals HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        `Authorization: Bearer ${first}`,
        `Authorization: Bearer ${second}`,
        'Connection: close',
      ),
    );
  expect((await twice(mallory.credential, token)).statuses, 'two credentials are none').toEqual([400]);
  expect((await twice(token, mallory.credential)).statuses, 'two credentials are none').toEqual([400]);
});

verifies(['A5'], "an agent's calls are nobody else's to read, report or guess", async () => {
  const theirs = await alice.check('claude-code/TodoWrite', { todos: [] }, { session: 'shared', id: 'c1' });
  expect(theirs.kind).toBe('run');
  const read = (agent: TestAgent, id: string) =>
    it.daemon.request('GET', `/v1/calls/${id}`, { token: agent.credential });
  expect((await read(alice, theirs.call)).status).toBe(200);
  const foreign = await read(mallory, theirs.call);
  const absent = await read(mallory, 'call_aaaaaaaaaaaaaaaaaaaa');
  expect(foreign.status).toBe(404);
  expect(foreign.text, 'a foreign call looks like none at all').toBe(absent.text);
  for (const id of ['%', '..', '../approvals', "' or 1=1 --", 'call_', `${theirs.call}/..`, '%00'])
    expect((await read(mallory, encodeURIComponent(id))).status, id).toBe(404);

  const report = (agent: TestAgent) =>
    it.daemon.request('POST', `/v1/calls/${theirs.call}/outcome`, {
      token: agent.credential,
      body: { status: 'failed', text: 'it never happened' },
    });
  expect((await report(mallory)).status).toBe(404);
  // By the hook, with the other's session id and call id.
  await mallory.post('TodoWrite', { todos: [] }, 'c1', { session: 'shared' });
  const outcomes = ofKind(await it.records(`call:${theirs.call}`), 'outcome');
  expect(outcomes).toEqual([]);
  expect((await report(alice)).status).toBe(200);
});

verifies(['G-C08', 'A5'], "another agent's session and task names open nothing of it", async () => {
  await grantFor(alice);
  const remove = (by: TestAgent) =>
    by.pre(DELETE, { id: '7' }, { session: 'work', server: MAIL, headers: { 'x-castellan-task': 'T' } });
  const first = await remove(alice);
  expect(first.verdict, 'the grant covers its owner').toBe('allow');
  const answer = remove(mallory);
  const [approval] = await it.waiting();
  expect(approval?.agent).toBe(mallory.id);
  const attempts = ofKind(await it.records(), 'attempt').filter(({ tool }) => tool === 'delete');
  const [mine, hers] = [mallory, alice].map(({ id }) => attempts.findLast(({ agent }) => agent === id));
  expect(mine?.session).not.toBe(hers?.session);
  expect(mine?.task).not.toBe(hers?.task);
  if (approval !== undefined) await it.deny(approval);
  expect((await answer).verdict).toBe('deny');
  // Ending "work" ends Mallory's own session of that name, not Alice's.
  await mallory.endSession('work');
  const { sessions } = await it.status();
  expect(sessions.some(({ id }) => id === hers?.session)).toBe(true);
  for (const { id } of await it.grants()) await it.daemon.request('DELETE', `/v1/grants/${id}`);
});

verifies(
  ['H5', 'G-C08'],
  'an approval releases one call: no other arguments, folder, session or agent, and not twice',
  async () => {
    const { answer, approval } = await waitingCall();
    const others: readonly (readonly [string, Promise<{ verdict: string }>])[] = [
      ['other arguments', mallory.pre(SEND, { ...LETTER, body: 'z' }, { session: 'm1', server: MAIL })],
      ['another folder', mallory.pre(SEND, LETTER, { session: 'm1', cwd: '/var', server: MAIL })],
      ['another session', mallory.pre(SEND, LETTER, { session: 'm2', server: MAIL })],
      ['another agent', alice.pre(SEND, LETTER, { session: 'm1', server: MAIL })],
      ['the same again', mallory.pre(SEND, LETTER, { session: 'm1', server: MAIL })],
    ];
    const waiting = await it.waiting(others.length + 1);
    const digests = new Set(waiting.map(({ digest }) => digest));
    expect(digests.size, 'all but the repetition are other digests').toBe(others.length);
    expect((await it.approve(approval)).status).toBe(200);
    expect((await answer).verdict).toBe('allow');
    await sleep(100);
    const left = (await it.waiting(others.length)).map(({ id }) => id);
    expect(left.toSorted()).toEqual(
      waiting
        .map(({ id }) => id)
        .filter((id) => id !== approval.id)
        .toSorted(),
    );
    // The answer itself cannot be replayed, and one call's digest approves no other call.
    expect((await it.approve(approval)).status).toBe(409);
    const other = waiting.find(({ digest }) => digest !== approval.digest);
    if (other === undefined) throw new Error('expected another digest');
    expect((await it.approve({ ...other, digest: approval.digest })).status).toBe(409);
    while ((await it.status()).waiting > 0) for (const open of await it.waiting()) await it.deny(open);
    for (const [what, call] of others) expect((await call).verdict, what).toBe('deny');
  },
);

verifies(['H5', 'K2'], 'a call id is good for one decision: a replay is not released by the first', async () => {
  const send = (id: string) => mallory.pre(SEND, LETTER, { session: 'replay', server: MAIL, id });
  const first = send('toolu_replayed');
  const [approval] = await it.waiting();
  const replay = await send('toolu_replayed');
  expect(replay.verdict).toBe('deny');
  expect(replay.reason).toContain('used before');
  if (approval !== undefined) await it.approve(approval);
  expect((await first).verdict).toBe('allow');
  expect((await send('toolu_replayed')).verdict).toBe('deny');
});

verifies(['L1', 'H5'], 'a call that waits cannot be reported as done', async () => {
  const answer = mallory.pre(SEND, LETTER, { session: 'liar', server: MAIL, id: 'toolu_liar' });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('expected an approval');
  await sleep(300);
  await mallory.post(SEND, LETTER, 'toolu_liar', { session: 'liar', server: MAIL });
  const reported = await it.daemon.request('POST', `/v1/calls/${approval.call}/outcome`, {
    token: mallory.credential,
    body: { status: 'succeeded' },
  });
  expect(reported.status).toBe(404);
  await it.deny(approval);
  expect((await answer).verdict).toBe('deny');
  // Nor afterwards: it was refused, and that is its outcome.
  await mallory.post(SEND, LETTER, 'toolu_liar', { session: 'liar', server: MAIL });
  const outcomes = await until('its outcome', async () => {
    const found = ofKind(await it.records(`call:${approval.call}`), 'outcome');
    return found.length > 0 ? found : undefined;
  });
  expect(outcomes.map(({ status, by }) => `${status} ${by}`)).toEqual(['refused user-denied']);
});

verifies(['A5', 'G-C08'], 'what an agent claims of itself in a hook body changes nothing it may do', async () => {
  const claims = {
    agent: alice.id,
    actor: 'local-cli',
    permission_mode: 'bypassPermissions',
    permissionDecision: 'allow',
    approved: true,
    verdict: { outcome: 'allow' },
    agent_id: 'sub',
    agent_type: 'admin',
  };
  const answer = mallory.pre(SEND, LETTER, { session: 'claims', server: MAIL, more: claims });
  const [approval] = await it.waiting();
  expect(approval).toMatchObject({ agent: mallory.id, agentName: 'mallory', subagent: 'admin sub' });
  if (approval !== undefined) await it.deny(approval);
  expect((await answer).verdict).toBe('deny');
});

verifies(['A5', 'G-C08'], "sessions without end push out the agent's own, never another's", async () => {
  await alice.check('claude-code/TodoWrite', { todos: [] }, { session: 'kept' });
  const kept = (await it.status()).sessions.find(({ externalId }) => externalId === 'kept');
  for (let batch = 0; batch < 11; batch += 1)
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        mallory.check('claude-code/TodoWrite', { todos: [] }, { session: `flood-${batch}-${n}` }),
      ),
    );
  const { sessions } = await it.status();
  expect(sessions.filter(({ agent }) => agent === mallory.id)).toHaveLength(512);
  expect(sessions.some(({ id }) => id === kept?.id)).toBe(true);
});
