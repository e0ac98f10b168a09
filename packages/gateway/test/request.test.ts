// What leaves the broker: the real key towards the declared host, and of the client's own only what is listed.
import { json, type Seen, sse, startModelServer, streamed, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { harness, KEY, PLACEHOLDER } from './support/harness.ts';

const CHAT = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const OK = json({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } });
const mine = (port: number, more: object = {}) => ({
  upstreams: { mine: { url: `http://127.0.0.1:${port}`, api: 'openai', secret: 'MODEL_KEY', ...more } },
});
const only = (list: readonly Seen[]): Seen => {
  expect(list).toHaveLength(1);
  return list[0] ?? { method: '', url: '', rawHeaders: [], headers: {}, body: '' };
};

verifies(['X5'], 'the real key stands where each API wants it, and the placeholder nowhere', async () => {
  await using server = await startModelServer(OK);
  for (const [api, path, header, value] of [
    ['openai', 'v1/chat/completions', 'authorization', `Bearer ${KEY}`],
    ['anthropic', 'v1/messages', 'x-api-key', KEY],
  ] as const) {
    await using it = await harness(mine(server.port, { api }));
    for (const credential of [{ 'x-api-key': PLACEHOLDER }, { authorization: `Bearer ${PLACEHOLDER}` }]) {
      const got = await it.post(`/model/mine/${path}`, CHAT, credential);
      expect(got.status, got.text).toBe(200);
      const seen = server.seen.at(-1);
      expect(seen?.headers[header]).toBe(value);
      expect(seen?.headers[header === 'x-api-key' ? 'authorization' : 'x-api-key']).toBeUndefined();
      expect(JSON.stringify(seen)).not.toContain('castellan_m_');
    }
    expect(it.keysAsked).toEqual([`MODEL_KEY 127.0.0.1:${server.port}`, `MODEL_KEY 127.0.0.1:${server.port}`]);
  }
});

verifies(
  ['X5'],
  'of the headers of a client only listed ones go on, and none that could hold a credential',
  async () => {
    await using server = await startModelServer(OK);
    await using it = await harness(mine(server.port));
    await it.post('/model/mine/v1/chat/completions', CHAT, {
      'x-api-key': PLACEHOLDER,
      authorization: `Bearer ${PLACEHOLDER}`,
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'a,b',
      'openai-organization': 'org',
      'openai-api-key': 'client-credential-1',
      'anthropic-auth-token': 'client-credential-2',
      'api-key': 'client-credential-3',
      'x-goog-api-key': 'client-credential-4',
      'proxy-authorization': 'Basic client-credential-5',
      cookie: 'client-credential-6',
      'x-forwarded-for': '10.0.0.1',
      'x-stainless-lang': 'js',
      'idempotency-key': 'abc',
      'user-agent': 'tester/1',
      'accept-encoding': 'gzip, br',
      'transfer-encoding': 'chunked',
      te: 'trailers',
      upgrade: 'h2c',
      connection: 'x-secret',
      'x-secret': 'client-credential-7',
    });
    const { headers, rawHeaders } = only(server.seen);
    expect(headers).toMatchObject({
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'a,b',
      'openai-organization': 'org',
      'x-stainless-lang': 'js',
      'idempotency-key': 'abc',
      'user-agent': 'tester/1',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
    });
    expect(rawHeaders.join(' ')).not.toMatch(/client-credential|forwarded|trailers|h2c|chunked/);
  },
);

verifies(['X5'], 'configured headers with secrets in them are filled in towards that host', async () => {
  await using server = await startModelServer(OK);
  const headers = { 'api-key': `$${'{'}secret:OTHER}`, 'x-title': `me $${'{'}secret:OTHER}!` };
  await using it = await harness({
    upstreams: { mine: { url: `http://127.0.0.1:${server.port}/base/v1`, api: 'openai', headers } },
    secrets: { OTHER: 'other-secret-value' },
  });
  await it.post('/model/mine/v1/embeddings?encoding=x', { input: 'a' });
  expect(only(server.seen)).toMatchObject({
    url: '/base/v1/embeddings?encoding=x',
    headers: { 'api-key': 'other-secret-value', 'x-title': 'me other-secret-value!' },
  });
  expect(only(server.seen).headers.authorization).toBeUndefined();
});

verifies(['X5'], 'a key that is not there, or no header could carry, sends nothing', async () => {
  await using server = await startModelServer(OK);
  await using none = await harness({ ...mine(server.port), secrets: {} });
  const missing = await none.post('/model/mine/v1/chat/completions', CHAT);
  expect(missing.status).toBe(502);
  expect(missing.text).toContain('there is no secret `MODEL_KEY`');
  await using broken = await harness({ ...mine(server.port), secrets: { MODEL_KEY: 'two\r\nx-evil: lines' } });
  const bad = await broken.post('/model/mine/v1/chat/completions', CHAT);
  expect(bad.status).toBe(502);
  expect(bad.text).not.toContain('x-evil');
  expect(server.connections()).toBe(0);
});

verifies(
  ['G-S04', 'N4'],
  'a cloud server that was not opted in to is refused before anything is looked up',
  async () => {
    const asked: string[] = [];
    const lookup = ((name: string, _options: unknown, done: (error: Error) => void) => {
      asked.push(name);
      done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    }) as unknown as typeof import('node:dns').lookup;
    const upstreams = { far: { url: 'https://api.example.org', api: 'anthropic', secret: 'MODEL_KEY' } };
    await using it = await harness({ upstreams, wire: { lookup } });
    const refused = await it.post('/model/far/v1/messages', CHAT);
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.text)).toEqual({
      type: 'error',
      error: {
        type: 'permission_error',
        message:
          'castellan: `far` is in the cloud (api.example.org) and you have not opted in to it; to opt in, add `api.example.org` to `cloud.services` in config.yaml',
      },
    });
    expect(refused.headers['x-should-retry']).toBe('false');
    expect(asked).toEqual([]);
    expect(it.keysAsked).toEqual([]);
    expect(it.records).toMatchObject([{ upstream: 'far', host: 'api.example.org', status: 0, model: 'm' }]);
    await using opted = await harness({ upstreams, cloud: ['api.example.org'], wire: { lookup } });
    expect((await opted.post('/model/far/v1/messages', CHAT)).text).toContain('cannot be found');
    expect(asked).toEqual(['api.example.org']);
  },
);

verifies(['X5'], 'what a name resolves to is looked at before anything is connected to', async () => {
  await using server = await startModelServer(OK);
  const resolving = (address: string) =>
    ((_name: string, _options: unknown, done: (error: null, found: readonly object[]) => void) =>
      done(null, [{ address, family: address.includes(':') ? 6 : 4 }])) as unknown as typeof import('node:dns').lookup;
  const ask = async (url: string, address: string) => {
    await using it = await harness({
      upstreams: { it: { url, api: 'openai' } },
      cloud: ['api.example.org'],
      wire: { lookup: resolving(address) },
    });
    return (await it.post('/model/it/v1/chat/completions', CHAT)).text;
  };
  expect(await ask('https://api.example.org', '169.254.169.254')).toContain('metadata service');
  expect(await ask('https://api.example.org', '::ffff:169.254.169.254')).toContain('metadata service');
  expect(await ask('http://gpu-box:8000', '93.184.216.34')).toContain('leads out of the local network');
  expect(await ask(`http://gpu-box:${server.port}`, '127.0.0.1')).toContain('usage');
});

verifies(['X5'], 'only known paths go on, however they are spelt', async () => {
  await using server = await startModelServer(json({ data: [] }));
  await using it = await harness(mine(server.port));
  for (const path of [
    ...['v1/files', 'v1/fine_tuning/jobs', 'v1/messages', 'v1/chat/completions/', 'v1//chat/completions', '', 'v1'],
    ...['v1/chat/completions/../../files', 'v1/%63hat/completions', 'V1/chat/completions', '/v1/chat/completions'],
    ...['http://other.test/v1/chat/completions', '@other.test/v1/chat/completions', 'v1/chat/completions;x'],
  ]) {
    const got = await it.post(`/model/mine/${path}`, CHAT);
    expect(got.status, path).toBe(404);
    expect(got.text, path).toContain('POST v1/chat/completions');
  }
  for (const path of [
    'v1/models/../files',
    'v1/models/%2e%2e/files',
    'v1/models/a/..%2f..',
    'v1/models/.',
    'v1/chat/completions',
  ])
    expect((await it.get(`/model/mine/${path}`)).status, path).toBe(404);
  expect(server.connections()).toBe(0);
  for (const path of ['v1/models', 'v1/models/qwen3:8b', 'v1/models/meta-llama/Llama-3.1', 'v1/models/a%2Fb'])
    expect((await it.get(`/model/mine/${path}?limit=2`)).status, path).toBe(200);
  expect(server.seen.map(({ url }) => url)).toContain('/v1/models/a%2Fb?limit=2');
});

verifies(['X5'], 'a query that carries a key is refused, a plain one goes on', async () => {
  await using server = await startModelServer(OK);
  await using it = await harness(mine(server.port));
  for (const query of [
    'key=a',
    'api_key=a',
    'x&access_token=1',
    'API-Key=a',
    '%6bey=a',
    'sig=a',
    `x=${KEY}`,
    `x=${PLACEHOLDER}`,
  ])
    expect((await it.post(`/model/mine/v1/chat/completions?${query}`, CHAT)).status, query).toBe(400);
  expect(server.connections()).toBe(0);
  expect((await it.post('/model/mine/v1/chat/completions?beta=true', CHAT)).status).toBe(200);
});

verifies(['X5', 'G-S02'], 'secrets are taken out of a request, and how many stands in the record', async () => {
  await using server = await startModelServer(OK);
  await using it = await harness({ ...mine(server.port), secrets: { MODEL_KEY: KEY, DB: 'hunter2-hunter2-hunter2' } });
  const content = `the password is hunter2-hunter2-hunter2, the key ${KEY} and mine ${PLACEHOLDER}`;
  const got = await it.post('/model/mine/v1/chat/completions', { ...CHAT, messages: [{ role: 'user', content }] });
  expect(got.status).toBe(200);
  const { body, headers } = only(server.seen);
  expect(body).toContain('the password is [REDACTED:DB], the key [REDACTED:MODEL_KEY]');
  expect(body).not.toMatch(/hunter2|sk-real|castellan_m_/);
  expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  expect(it.records).toMatchObject([{ redacted: 3, status: 200, inputTokens: 3, outputTokens: 2 }]);
  expect(JSON.stringify(it.records)).not.toContain('hunter2');
  const inHeader = await it.post('/model/mine/v1/chat/completions', CHAT, { 'user-agent': 'hunter2-hunter2-hunter2' });
  expect(inHeader.status).toBe(400);
  const inPath = await it.get('/model/mine/v1/models/hunter2-hunter2-hunter2');
  expect(inPath.status).toBe(400);
  expect(server.seen).toHaveLength(1);
});

verifies(['X6'], 'a planted secret in a request is told and nothing is sent', async () => {
  await using server = await startModelServer(OK);
  await using it = await harness({
    ...mine(server.port),
    secrets: { MODEL_KEY: KEY, BAIT: 'planted-credential-0001' },
    canaries: ['BAIT'],
  });
  const got = await it.post('/model/mine/v1/chat/completions', { ...CHAT, user: 'planted-credential-0001' });
  expect(got.status).toBe(403);
  expect(got.text).not.toContain('planted-credential');
  expect(it.touched).toEqual(['BAIT']);
  expect(server.connections()).toBe(0);
});

verifies(['X5'], 'a body with two readings is refused; numbers too large for JavaScript stay as they are', async () => {
  await using server = await startModelServer(OK);
  await using it = await harness(mine(server.port));
  const post = (body: string | Uint8Array) => it.post('/model/mine/v1/chat/completions', body);
  for (const body of [
    '',
    '{',
    '[]',
    '"text"',
    'null',
    `{"messages":["${KEY}"],"messages":[]}`,
    `{"a":{"b":1,"b":2}}`,
    `{"a":${'['.repeat(300)}${']'.repeat(300)}}`,
    `{"a":${'['.repeat(200_000)}`,
    Buffer.from('{"a":"\xff\xfe"}', 'latin1'),
  ])
    expect((await post(body)).status, String(body).slice(0, 40)).toBe(400);
  expect(server.connections()).toBe(0);
  const exact = '{"model":"m", "id": 9007199254740993, "messages":[]}';
  await post(exact);
  expect(only(server.seen).body).toBe(exact);
  expect((await post(Buffer.alloc(64 * 1024 * 1024 + 1, 0x20))).status).toBe(413);
});

test('a stream of completions is asked for its usage, and that it was is said', async () => {
  await using server = await startModelServer(
    streamed(sse({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 4 } }, '[DONE]')),
  );
  await using it = await harness(mine(server.port));
  const got = await it.post('/model/mine/v1/chat/completions', '{"stream":true,"n":12345678901234567890}');
  expect(got.headers['x-castellan-added']).toBe('stream_options.include_usage');
  expect(server.seen[0]?.body).toBe('{"stream":true,"n":12345678901234567890,"stream_options":{"include_usage":true}}');
  const set = await it.post('/model/mine/v1/chat/completions', {
    stream: true,
    stream_options: { include_usage: false },
  });
  expect(set.headers['x-castellan-added']).toBeUndefined();
  expect(server.seen[1]?.body).toContain('"include_usage":false');
  const responses = await it.post('/model/mine/v1/responses', { stream: true });
  expect(responses.headers['x-castellan-added']).toBeUndefined();
  expect(it.spent).toEqual([11, 11, 11]);
});

verifies(
  ['G-S06'],
  'a held agent is told why and nothing is sent; its session is found where clients say it',
  async () => {
    await using server = await startModelServer(OK);
    await using it = await harness({
      ...mine(server.port),
      budget: (session) =>
        session === 'good'
          ? { kind: 'may', session: 'session_0123456789', task: 'task_0123456789' }
          : { kind: 'held', why: '9 tokens in this task: this session was stopped', hint: 'tell the user' },
    });
    const held = await it.post('/model/mine/v1/chat/completions', CHAT);
    expect(held.status).toBe(403);
    expect(JSON.parse(held.text)).toMatchObject({
      error: { message: 'castellan: 9 tokens in this task: this session was stopped; tell the user' },
    });
    expect(server.connections()).toBe(0);
    const ask = (body: object, headers = {}) =>
      it.post('/model/mine/v1/chat/completions', { ...CHAT, ...body }, headers);
    expect((await ask({}, { 'x-claude-code-session-id': 'good' })).status).toBe(200);
    expect((await ask({}, { 'x-session-id': 'good' })).status).toBe(200);
    expect((await ask({ metadata: { user_id: '{"device_id":"d","session_id":"good"}' } })).status).toBe(200);
    expect((await ask({ metadata: { user_id: 'user_abc_account__session_good' } })).status).toBe(200);
    expect(it.records.map(({ status }) => status)).toEqual([0, 200, 200, 200, 200]);
  },
);
