// The sockets of agents alone: the gate is set to let everything pass, there are no walls, and whoever comes has the credentials of
// everybody. Which socket somebody speaks over still says who they are.
import { agentIdSchema, agentSocketsOf, ROUTES, type Route } from '@castellan/contract';
import {
  type HttpRequest,
  type HttpResponse,
  PERSON,
  type RunningDaemon,
  sendRequest,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { type TestAgent, world } from '../e2e/support/world.ts';
import { FORCED_CONFIG } from './support/forced.ts';

/** What an agent may do at all, spelt out: the rest of the table is people's, programs' and nobody's. */
const AN_AGENTS: ReadonlySet<string> = new Set([
  ...['live', 'check', 'outcome', 'call', 'claudeHook', 'codexHook', 'openCodeHook'],
  ...['canaryModel', 'canaryChat', 'canaryResponses'],
  ...['mcp', 'mcpEnd', 'mcpModule', 'mcpModuleEnd', 'mcpModuleStream', 'mcpSocket', 'mcpStream'],
]);
const routes = Object.entries<Route>(ROUTES);

const over =
  ({ home, state }: RunningDaemon, { id }: TestAgent) =>
  (method: string, path: string, request: HttpRequest): Promise<HttpResponse> =>
    sendRequest(
      { port: state.port, socket: agentSocketsOf(home, agentIdSchema.parse(id)).gate },
      method,
      path,
      request,
    );

const LIST = { tool: 'Bash', input: { command: 'ls' }, cwd: '/tmp', session: 's1' };

verifies(
  ['I5', 'A5'],
  'over the socket of one agent nobody else is anybody, whatever they know: not another agent, not the daemon’s own token, not a person',
  async () => {
    await using it = await world(FORCED_CONFIG);
    const [mallory, alice] = [await it.connect('mallory'), await it.connect('alice')];
    const [asMallory, asAlice] = [over(it.daemon, mallory), over(it.daemon, alice)];
    // Each by their own.
    for (const [ask, { credential }] of [[asMallory, mallory] as const, [asAlice, alice] as const])
      expect((await ask('POST', '/v1/calls', { token: credential, body: LIST })).status).toBe(200);

    const person = await it.daemon.access();
    const others = { alice: alice.credential, program: it.daemon.state.token, person };
    const refused = new Map<string, number>();
    for (const [name, { method, path }] of routes) {
      const at = path.replaceAll(/:[a-z]+/g, 'x');
      for (const [who, token] of Object.entries(others)) {
        if (name === 'live') continue;
        const { status } = await asMallory(method, at, { token, ...(method === 'GET' ? {} : { body: {} }) });
        expect(status, `${who}: ${method} ${at}`).toBeGreaterThanOrEqual(401);
        expect(status, `${who}: ${method} ${at}`).toBeLessThanOrEqual(404);
        refused.set(who, (refused.get(who) ?? 0) + 1);
      }
      if (AN_AGENTS.has(name)) continue;
      const own = await asMallory(method, at, { token: mallory.credential, ...(method === 'GET' ? {} : { body: {} }) });
      expect([401, 403, 404], `mallory: ${method} ${at}: ${own.status}`).toContain(own.status);
    }
    expect([...refused.values()].every((count) => count > 100)).toBe(true);
  },
);

verifies(['I5', 'A5', 'A6'], 'a password, a code and a page are of no use over the socket of an agent', async () => {
  await using it = await world(FORCED_CONFIG);
  const mallory = await it.connect('mallory');
  const ask = over(it.daemon, mallory);
  const body = { name: PERSON.name, password: PERSON.password };
  expect((await it.daemon.request('POST', '/v1/sign-in', { token: null, body })).status).toBe(200);
  expect((await ask('POST', '/v1/sign-in', { token: null, body })).status).toBe(404);
  expect((await ask('GET', '/', { token: null })).status).toBe(404);
  expect((await ask('GET', '/v1/setup', { token: null })).status).toBe(404);
});

verifies(
  ['I5', 'A5', 'G-C08'],
  'a call of another agent is not read, reported on or answered over one’s own socket',
  async () => {
    await using it = await world({ ...FORCED_CONFIG, modules: {}, preset: 'autonomous' });
    const [mallory, alice] = [await it.connect('mallory'), await it.connect('alice')];
    const ask = over(it.daemon, mallory);
    const hers = await over(it.daemon, alice)('POST', '/v1/calls', { token: alice.credential, body: LIST });
    const { call } = hers.json() as { call: string };
    expect(hers.status, hers.text).toBe(200);
    const as = { token: mallory.credential };
    expect((await over(it.daemon, alice)('GET', `/v1/calls/${call}`, { token: alice.credential })).status).toBe(200);
    expect((await ask('GET', `/v1/calls/${call}`, as)).status).toBe(404);
    expect(
      (await ask('POST', `/v1/calls/${call}/outcome`, { ...as, body: { status: 'done' } })).status,
    ).toBeGreaterThanOrEqual(400);
    expect((await ask('POST', '/v1/approvals/x/resolve', { ...as, body: {} })).status).toBeGreaterThanOrEqual(401);
  },
);
