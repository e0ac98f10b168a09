// The broker through the real daemon: who may use it, what reaches a model server, what comes back, what is counted.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES } from '@castellan/contract';
import {
  bareEnvironment,
  type HttpResponse,
  inRoot,
  json,
  type ModelServer,
  runProcess,
  sse,
  startDaemon,
  startModelServer,
  streamed,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { exchange, lines } from './support/raw.ts';
import { agentOver, ofKind, UNHURRIED, until, type World, world, worldOf } from './support/world.ts';

const KEY = 'sk-real-51d84b06a7c97f3a9c2e';
const CHAT = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const OK = json({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } });
const PATH = '/model/mine/v1/chat/completions';

const upstreams = (server: ModelServer, more: object = {}) => ({
  mine: { url: `http://127.0.0.1:${server.port}`, api: 'openai', secret: 'MODEL_KEY', ...more },
});
async function addSecret(it: World, name: string, value: string, host: string, more: object = {}): Promise<void> {
  const body = { name, value, uses: [{ kind: 'host', name: host }], ...more };
  const added = await it.daemon.request('POST', '/v1/secrets', { body });
  expect(added.status, added.text).toBe(200);
}
async function modelKey(it: World, agent: string): Promise<string> {
  const made = await it.daemon.request('POST', `/v1/agents/${agent}/model-key`);
  expect(made.status, made.text).toBe(200);
  return (made.json() as { key: string }).key;
}
/** A daemon whose server `mine` wants the key it keeps, and an agent with a model key. */
async function ready(server: ModelServer, config: object = {}, more: object = {}) {
  const it = await world({ models: { upstreams: upstreams(server, more) }, ...config });
  const agent = await it.connect('coder');
  await addSecret(it, 'MODEL_KEY', KEY, `127.0.0.1:${server.port}`);
  const key = await modelKey(it, agent.id);
  const ask = (
    path = PATH,
    body: unknown = CHAT,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpResponse> => it.daemon.request('POST', path, { token: key, body, headers });
  return { it, agent, key, ask, [Symbol.asyncDispose]: () => it[Symbol.asyncDispose]() };
}

verifies(
  ['X5', 'X1'],
  'the agent holds a placeholder, the declared host gets the key, nobody else ever sees it',
  async () => {
    await using server = await startModelServer(OK);
    await using at = await ready(server);
    const answer = await at.ask();
    expect(answer.status, answer.text).toBe(200);
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(JSON.stringify(server.seen)).not.toContain(at.key);
    const records = await until('the record', async () => {
      const found = await at.it.records();
      return ofKind(found, 'model').length > 0 ? found : undefined;
    });
    expect(ofKind(records, 'model')).toMatchObject([
      {
        agent: at.agent.id,
        upstream: 'mine',
        host: `127.0.0.1:${server.port}`,
        path: 'v1/chat/completions',
        model: 'm',
        status: 200,
        inputTokens: 3,
        outputTokens: 2,
        redacted: 0,
      },
    ]);
    expect(ofKind(records, 'secret').map(({ change, by }) => [change, by])).toContainEqual([
      'used',
      `model:${at.agent.id}`,
    ]);
    for (const secret of [KEY, at.key]) expect(JSON.stringify(records)).not.toContain(secret);
    expect(at.it.daemon.output()).not.toContain(KEY);
  },
);

verifies(['X5'], 'the key goes to no host its owner did not allow', async () => {
  await using server = await startModelServer(OK);
  await using other = await startModelServer(OK);
  const both = { ...upstreams(server), other: { ...upstreams(other).mine } };
  await using at = await ready(server, { models: { upstreams: both } });
  const refused = await at.ask('/model/other/v1/chat/completions');
  expect(refused.status).toBe(502);
  expect(refused.text).toContain(`may not go to host`);
  expect(other.connections()).toBe(0);
});

verifies(['X5', 'A5'], 'only a model key is good for the broker, and a model key for nothing else', async () => {
  await using server = await startModelServer(OK);
  await using at = await ready(server);
  const { daemon } = at.it;
  const ask = (token: string | null, headers: Readonly<Record<string, string>> = {}) =>
    daemon.request('POST', PATH, { token, body: CHAT, headers });
  for (const [token, status] of [
    [null, 401],
    [at.agent.credential, 403],
    [daemon.state.token, 403],
    [at.key.slice(0, -1), 401],
    [`${at.key}0`, 401],
    [at.key.replace('castellan_m_', 'castellan_a_'), 401],
    [at.agent.credential.replace('castellan_a_', 'castellan_m_'), 401],
    [`castellan_m_${at.agent.id.slice(6)}_${'0'.repeat(64)}`, 401],
  ] as const) {
    const got = await ask(token);
    expect(got.status, String(token).slice(0, 14)).toBe(status);
    // In the words of the API: clients show nothing else.
    expect(got.json()).toMatchObject({ error: { message: expect.stringMatching(/^castellan: /) } });
  }
  expect((await ask(null, { 'x-api-key': at.key })).status).toBe(200);
  expect((await ask(at.key, { 'x-api-key': at.key })).status).toBe(200);
  expect((await ask(at.key, { 'x-api-key': at.agent.credential })).status).toBe(401);
  expect((await ask(at.key, { 'x-api-key': 'sk-of-the-user' })).status).toBe(401);
  expect((await ask(null, { cookie: `key=${at.key}`, 'x-goog-api-key': at.key })).status).toBe(401);
  expect(server.seen).toHaveLength(2);
  for (const [name, { method, path, permission }] of Object.entries(ROUTES)) {
    // What needs no credential gives it nothing of its own: test/attack/agent-approves-itself.test.ts.
    if (permission === 'public' || ['model', 'modelGet'].includes(name)) continue;
    const got = await daemon.request(method, path.replace(':id', at.agent.id), { token: at.key });
    expect(got.status, name).toBe(403);
  }
  const next = await modelKey(at.it, at.agent.id);
  expect((await ask(at.key)).status).toBe(401);
  expect((await ask(next)).status).toBe(200);
  expect(
    (await daemon.request('POST', `/v1/agents/${at.agent.id}/model-key`, { token: at.agent.credential })).status,
  ).toBe(403);
  await daemon.request('DELETE', `/v1/agents/${at.agent.id}`);
  expect((await ask(next)).status).toBe(401);
  expect((await daemon.request('POST', `/v1/agents/${at.agent.id}/model-key`)).status).toBe(404);
});

verifies(['X5'], 'a model key outlives the daemon, and is redacted before it was ever used again', async () => {
  await using server = await startModelServer((response, { body }) => response.end(body));
  await using at = await ready(server);
  await at.it.daemon.stop();
  await using again = await startDaemon({ home: at.it.daemon.home });
  const body = { ...CHAT, user: `mine is ${at.key}` };
  const got = await again.request('POST', PATH, { token: at.key, body });
  expect(got.status, got.text).toBe(200);
  expect(got.text).toContain('mine is [REDACTED:');
  expect(server.seen[0]?.body).not.toContain(at.key);
});

verifies(['X5', 'N3'], 'a web page, a forged host and smuggled requests reach no model server', async () => {
  await using server = await startModelServer(OK);
  await using at = await ready(server);
  const { port } = at.it.daemon.state;
  const host = `Host: 127.0.0.1:${port}`;
  const auth = `Authorization: Bearer ${at.key}`;
  const body = JSON.stringify(CHAT);
  for (const [what, bytes] of [
    [
      'a page',
      `${lines(`POST ${PATH} HTTP/1.1`, host, auth, 'Origin: https://evil.test', `Content-Length: ${body.length}`)}${body}`,
    ],
    [
      'another host',
      `${lines(`POST ${PATH} HTTP/1.1`, 'Host: evil.test', auth, `Content-Length: ${body.length}`)}${body}`,
    ],
    [
      'a whole target',
      `${lines(`POST http://127.0.0.1:${server.port}/v1/chat/completions HTTP/1.1`, host, auth, 'Content-Length: 2')}{}`,
    ],
    [
      'two lengths',
      `${lines(`POST ${PATH} HTTP/1.1`, host, auth, 'Content-Length: 2', 'Content-Length: 40')}{}GET /model/mine/v1/models HTTP/1.1\r\n`,
    ],
    [
      'both framings',
      `${lines(`POST ${PATH} HTTP/1.1`, host, auth, 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
    ],
    ['two keys', `${lines(`POST ${PATH} HTTP/1.1`, host, auth, auth, 'Content-Length: 2')}{}`],
    [
      'a folded header',
      `${lines(`POST ${PATH} HTTP/1.1`, host, 'Authorization:', ` Bearer ${at.key}`, 'Content-Length: 2')}{}`,
    ],
  ] as const) {
    const got = await exchange({ port }, bytes);
    expect(
      got.statuses.every((status) => status >= 400),
      `${what}: ${got.text}`,
    ).toBe(true);
    expect(got.statuses.length, what).toBeGreaterThan(0);
  }
  expect(server.connections()).toBe(0);
});

verifies(
  ['G-S04', 'N4'],
  'without an opt-in nothing in the cloud is used, and the setting that would allow it is named',
  async () => {
    const far = { far: { url: 'https://models.example.invalid', api: 'anthropic', secret: 'MODEL_KEY' } };
    await using it = await world({ models: { upstreams: far } });
    const agent = await it.connect();
    const key = await modelKey(it, agent.id);
    const refused = await it.daemon.request('POST', '/model/far/v1/messages', { token: key, body: CHAT });
    expect(refused.status).toBe(403);
    expect(refused.json()).toMatchObject({
      type: 'error',
      error: {
        type: 'permission_error',
        message: expect.stringContaining('add `models.example.invalid` to `cloud.services` in config.yaml'),
      },
    });
    const unknown = await it.daemon.request('POST', '/model/nobody/v1/messages', { token: key, body: CHAT });
    expect(unknown.status).toBe(400);
    expect(unknown.text).toContain('there are far, lmx, ollama, lm-studio, vllm');
    const hidden = await it.daemon.request('POST', '/model/ollama/v1/messages', {
      token: key,
      body: { model: 'glm:cloud' },
    });
    expect(hidden.text).toContain('add `ollama.com` to `cloud.services`');
  },
);

verifies(['X5', 'N5'], 'a server written wrongly stops the start with the name of its field', async () => {
  for (const [url, what] of [
    ['http://api.example.org', /models\.upstreams\.mine\.url.*unencrypted/],
    ['https://me:hunter22@api.example.org', /models\.upstreams\.mine\.url.*credentials/],
    ['https://api.example.org/?key=hunter22', /models\.upstreams\.mine\.url.*query/],
    ['http://169.254.169.254', /models\.upstreams\.mine\.url.*metadata/],
  ] as const) {
    const start = startDaemon({ config: { models: { upstreams: { mine: { url, api: 'openai' } } } } });
    const error = await start.then(
      () => new Error('it started'),
      (reason: unknown) => reason as Error,
    );
    expect(error.message).toMatch(what);
    expect(error.message).toContain('exit code 64');
    expect(error.message).not.toContain('hunter22');
  }
});

verifies(
  ['X5', 'G-S02'],
  'secrets and what looks like one are taken out of what goes to the cloud and the known ones everywhere',
  async () => {
    await using server = await startModelServer((response, { body }) => response.end(body));
    await using at = await ready(server);
    await addSecret(at.it, 'DATABASE', 'correct-horse-battery-77', 'db.internal');
    const got = await at.ask(PATH, { ...CHAT, user: 'the password is correct-horse-battery-77' });
    expect(server.seen[0]?.body).toContain('the password is [REDACTED:DATABASE]');
    expect(got.text).not.toContain('correct-horse');
    const record = await until('the record', async () => ofKind(await at.it.records(), 'model')[0]);
    expect(record.redacted).toBe(1);
  },
);

verifies(
  ['X6', 'X5'],
  'a planted secret in a request freezes the agent: it is told so and nothing is sent any more',
  async () => {
    await using server = await startModelServer(OK);
    await using at = await ready(server);
    await addSecret(at.it, 'BAIT', 'planted-credential-4242', 'nowhere.invalid', { canary: true });
    const hit = await at.ask(PATH, { ...CHAT, user: 'planted-credential-4242' });
    expect(hit.status).toBe(403);
    expect(hit.text).not.toMatch(/planted-credential|BAIT/);
    const after = await at.ask();
    expect(after.status).toBe(403);
    expect(after.text).toContain('this agent is frozen');
    expect(server.connections()).toBe(0);
    expect((await at.it.status()).agents[0]?.frozen).not.toBeNull();
    expect(ofKind(await at.it.records(), 'incident')).toMatchObject([{ secret: 'BAIT', seen: 'model-request' }]);
  },
);

verifies(
  ['G-S06', 'X5'],
  'tokens are counted on the session they were spent in, and a stopped one is told why',
  async () => {
    await using server = await startModelServer(
      streamed(sse({ choices: [] }, { usage: { prompt_tokens: 40, completion_tokens: 10 } })),
    );
    const limits = { ...UNHURRIED, task: { calls: { stop: null }, tokens: { stop: 120 } } };
    await using at = await ready(server, { limits });
    await at.agent.pre('Read', { file_path: '/tmp/a' }, { session: 'one' });
    await at.agent.pre('Read', { file_path: '/tmp/a' }, { session: 'two' });
    const total = async (daemon = at.it.daemon) => {
      const { sessions } = (await daemon.request('GET', '/v1/limits')).json() as {
        sessions: { total: { tokens: number } }[];
      };
      return sessions.map(({ total: { tokens } }) => tokens).toSorted((a, b) => a - b);
    };
    const one = { 'x-claude-code-session-id': 'one' };
    expect((await at.ask(PATH, { ...CHAT, stream: true }, one)).status).toBe(200);
    expect((await at.ask(PATH, { ...CHAT, stream: true }, one)).status).toBe(200);
    await until('100 tokens', async () => ((await total()).includes(100) ? true : undefined));
    expect(await total()).toEqual([0, 100]);
    // Without a name it is the session seen last; a name nobody knows opens no new budget.
    expect((await at.ask(PATH, CHAT, { 'x-session-id': 'fresh' })).status).toBe(200);
    await until('50 tokens', async () => ((await total()).includes(50) ? true : undefined));
    expect((await at.ask(PATH, CHAT, one)).status).toBe(200);
    await until('150 tokens', async () => ((await total()).includes(150) ? true : undefined));
    const stopped = await at.ask(PATH, CHAT, one);
    expect(stopped.status).toBe(403);
    expect(stopped.text).toContain('150 tokens in this task: this session was stopped');
    // It is looked at all the same.
    await addSecret(at.it, 'BAIT', 'planted-credential-4242', 'nowhere.invalid', { canary: true });
    await at.ask(PATH, { ...CHAT, user: 'planted-credential-4242' }, one);
    expect((await at.it.status()).agents[0]?.frozen).not.toBeNull();
    expect((await at.it.daemon.request('POST', `/v1/agents/${at.agent.id}/thaw`)).status).toBe(200);
    const before = server.seen.length;
    // A restart gives nothing back.
    await at.it.daemon.stop();
    await using again = worldOf(await startDaemon({ home: at.it.daemon.home }));
    const held = await again.daemon.request('POST', PATH, { token: at.key, body: CHAT, headers: one });
    expect(held.status).toBe(403);
    expect(server.seen).toHaveLength(before);
    const agent = agentOver(again.daemon, at.agent.id, at.agent.credential);
    expect((await agent.pre('Read', { file_path: '/tmp/a' }, { session: 'one' })).verdict).toBe('deny');
  },
);

verifies(['X5', 'G-S06'], 'what was asked of models is shown by agent and by task where no budget is set', async () => {
  await using server = await startModelServer(OK);
  await using at = await ready(server);
  const castellan = async (...args: readonly string[]) => {
    const { home } = at.it.daemon;
    const env = { ...bareEnvironment(home), CASTELLAN_HOME: home };
    return (await runProcess(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), ...args], { env }))
      .stdout;
  };
  expect(await castellan('limits')).not.toContain('models');
  await at.agent.pre('Read', { file_path: '/tmp/a' }, { session: 'one' });
  await at.agent.pre('Read', { file_path: '/tmp/a' }, { session: 'two' });
  const shown = async () => (await castellan('limits')).split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));
  for (const session of ['one', 'one', 'two'])
    expect((await at.ask(PATH, CHAT, { 'x-claude-code-session-id': session })).status).toBe(200);
  const lines = await until('three requests', async () => {
    const found = await shown();
    return found.some((line) => line.includes('3 requests')) ? found : undefined;
  });
  expect(lines).toContain('agent coder 3 requests 15 tokens');
  expect(lines.filter((line) => /^task coder (?:2 requests 10|1 request 5) tokens/.test(line))).toHaveLength(2);
  expect(
    lines.filter((line) => /free 1 call, (?:10|5) tokens in .* 1 call, (?:10|5) tokens in its task/.test(line)),
  ).toHaveLength(2);
});

verifies(['G-S06'], 'an agent that makes no calls has budgets all the same', async () => {
  await using server = await startModelServer(OK);
  const limits = { ...UNHURRIED, task: { calls: { stop: null }, tokens: { stop: 7 } } };
  await using at = await ready(server, { limits });
  const statuses: number[] = [];
  for (const name of ['a', 'b', 'c', 'd']) statuses.push((await at.ask(PATH, CHAT, { 'x-session-id': name })).status);
  expect(statuses).toEqual([200, 200, 403, 403]);
});

verifies(
  ['X5', 'G-S02'],
  'a server that echoes the key, redirects or falls silent gives the agent one clear line',
  async () => {
    await using echo = await startModelServer((response, { headers }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': String(headers.authorization) });
      for (const byte of sse({ got: headers.authorization })) response.write(byte);
      response.end();
    });
    await using first = await ready(echo);
    const got = await first.ask();
    expect(got.text).toBe(sse({ got: 'Bearer [REDACTED:MODEL_KEY]' }));
    expect(JSON.stringify(got.headers)).not.toContain(KEY);
    await using elsewhere = await startModelServer(OK);
    await using turning = await startModelServer((response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/v1/chat/completions` }).end(),
    );
    await using second = await ready(turning);
    expect((await second.ask()).text).toContain(
      `wants the request to go to 127.0.0.1:${elsewhere.port}; it was not sent there`,
    );
    expect(elsewhere.connections()).toBe(0);
    await using silent = await startModelServer(() => undefined);
    await using third = await ready(silent, {}, { stallSeconds: 1 });
    const stalled = await third.ask();
    expect([stalled.status, stalled.text]).toEqual([504, expect.stringContaining('sent nothing for 1 s')]);
  },
);

verifies(['N4'], 'a daemon with model servers configured connects to none before an agent asks', async () => {
  await using server = await startModelServer(OK);
  await using at = await ready(server);
  await at.agent.pre('Read', { file_path: '/tmp/a' });
  await at.it.daemon.request('POST', '/v1/policy', { body: { change: 'reload' } });
  await at.it.status();
  expect(server.connections()).toBe(0);
  await at.ask();
  expect(server.connections()).toBe(1);
});

verifies(['X5'], 'two hundred streams at once, each at its own pace and of its own agent', async () => {
  await using server = await startModelServer(async (response, { body }) => {
    const { user } = JSON.parse(body) as { user: string };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let n = 0; n < 10; n += 1) {
      response.write(sse({ user, n }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  });
  await using at = await ready(server);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => at.ask(PATH, { ...CHAT, user: `u${n}` })));
  for (const [n, { text }] of answers.entries()) {
    expect(new Set(text.match(/"user":"u\d+"/g))).toEqual(new Set([`"user":"u${n}"`]));
    expect(text.match(/"n":/g)).toHaveLength(10);
  }
});

verifies(['X5'], 'an agent that goes away takes its request with it, and a stopping daemon every stream', async () => {
  await using server = await startModelServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sse({ n: 1 }));
  });
  await using at = await ready(server);
  const body = JSON.stringify(CHAT);
  const { port } = at.it.daemon.state;
  const bytes = `${lines(`POST ${PATH} HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${at.key}`, `Content-Length: ${body.length}`)}${body}`;
  const got = await exchange({ port }, bytes);
  expect(got.text).toContain('data: {"n":1}');
  await until('the end of the request', () => (server.aborted() === 1 ? true : undefined));
  const open = exchange({ port }, bytes, { quiet: 5000 });
  await until('the second request', () => (server.seen.length === 2 ? true : undefined));
  expect((await at.it.daemon.stop()).code).toBe(0);
  await open;
  await until('the end of the second', () => (server.aborted() === 2 ? true : undefined));
});

verifies(['G-S04'], 'a proxy of the environment is not used: it would be a host nobody declared', async () => {
  await using server = await startModelServer(OK);
  let asked = 0;
  const proxy = createServer((_request, response) => {
    asked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: url, http_proxy: url, HTTPS_PROXY: url, ALL_PROXY: url };
  await using it = await world(
    { models: { upstreams: { mine: { url: `http://127.0.0.1:${server.port}`, api: 'openai' } } } },
    { env },
  );
  const agent = await it.connect();
  const got = await it.daemon.request('POST', PATH, { token: await modelKey(it, agent.id), body: CHAT });
  expect(got.status).toBe(200);
  expect(asked).toBe(0);
  await new Promise((resolve) => proxy.close(resolve));
});
