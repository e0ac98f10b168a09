// Written as a client that wants more than it may: other clients' sessions and calls, arguments that read twice, more than its
// share. Raw messages, for an SDK would not send them.
import { describe, expect, test, vi } from 'vitest';
import {
  AGENT,
  fetchInto,
  type Harness,
  harness,
  OTHER,
  type Raw,
  refused,
  socketWire,
} from './support/mcp-endpoint.ts';

/** As long as the machine needs; nobody waits for it where all is well. */
const WAIT = 60_000;
const INPUT = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
const ECHO: Raw = ['tool', { name: 'echo', inputSchema: INPUT }];
const text = (said: string) => ({ kind: 'result', result: { content: [{ type: 'text', text: said }] } }) as const;

const echoing = async (): Promise<Harness> => {
  const h = await harness();
  h.script('one', [ECHO], (_method, params) => text(String((params.arguments as { text: string }).text)));
  return h;
};

const initialize = (protocolVersion = '2025-11-25', id: number | string = 0) => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion, capabilities: { elicitation: {} }, clientInfo: { name: 'raw', version: '1' } },
});
const call = (id: number | string, args: unknown = { text: 'hi' }, name = 'one__echo') => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
const modern = (message: { params?: object }, more: object = {}, client = 'raw') => ({
  ...message,
  params: {
    ...message.params,
    ...more,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: client, version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} }, sampling: {} },
    },
  },
});

const channel = async (h: Harness, revision?: string, options: Parameters<typeof socketWire>[1] = {}) => {
  const wire = socketWire(h, options);
  const say = (message: object): void => wire.raw(JSON.stringify(message));
  const answer = (id: number | string | null) =>
    vi.waitFor(() => {
      const found = wire.got.find((message) => message.id === id && message.method === undefined);
      if (found === undefined) throw new Error(`no answer to ${id}`);
      return found as { result?: Record<string, unknown>; error?: { code: number; message: string } };
    }, WAIT);
  say(initialize(revision));
  await answer(0);
  say({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return { wire, say, answer };
};

const post = (
  h: Harness,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  agent = AGENT,
  only: string | null = null,
) =>
  fetchInto(
    h,
    agent,
    only,
  )('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: body as BodyInit,
  });
const asModern = (method: string, name?: string): Record<string, string> => ({
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...(name !== undefined && { 'mcp-name': name }),
});
const inSession = async (h: Harness) => {
  const response = await post(h, JSON.stringify(initialize()));
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
};

describe('messages that can be read in two ways are refused before anyone decides', () => {
  test.each([
    [
      'a member twice',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"one__echo","arguments":{"text":"a","text":"b"}}}',
      -32600,
    ],
    [
      '__proto__',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"one__echo","arguments":{"text":"a","__proto__":{"x":1}}}}',
      -32600,
    ],
    [
      'a number beyond 2^53',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"one__echo","arguments":{"text":9007199254740993}}}',
      -32600,
    ],
    ['half a message', '{"jsonrpc":"2.0","id":1,"method":"tools/ca', -32700],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
    ['an id that is a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600],
    ['request and answer at once', '{"jsonrpc":"2.0","id":"x","method":"ping","result":{}}', -32600],
    [
      'a message larger than allowed',
      `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"${'y'.repeat(4_194_304)}"}}`,
      -32600,
    ],
  ])('%s', async (_what, body, code) => {
    await using h = await echoing();
    const { wire } = await channel(h);
    wire.raw(body);
    const said = await vi.waitFor(() => {
      const last = wire.got.at(-1) as { error?: { code: number } };
      expect(last.error?.code).toBe(code);
      return last;
    }, WAIT);
    expect(said).toBeDefined();
    expect(h.attempts).toEqual([]);
    expect(h.refusals).toHaveLength(1);
    const http = await post(h, body, { 'mcp-session-id': await inSession(h) });
    expect([http.status, ((await http.json()) as { error: { code: number } }).error.code]).toEqual([400, code]);
    expect(h.attempts).toEqual([]);
    expect(h.refusals).toHaveLength(2);
  });

  test('bytes that are no UTF-8', async () => {
    await using h = await echoing();
    const body = Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"'),
      Buffer.from([0xff]),
      Buffer.from('"}}'),
    ]);
    const http = await post(h, body);
    expect([http.status, h.refusals.length]).toEqual([400, 1]);
  });

  test('arguments that the pinned schema does not have', async () => {
    await using h = await echoing();
    const { say, answer } = await channel(h);
    say(call(1, { text: 'a', command: 'rm' }));
    say(call(2, { text: 1 }));
    say(call(3, ['a']));
    say(call(4, { text: 'a' }, 'two__echo'));
    expect((await answer(1)).result?.isError).toBe(true);
    expect((await answer(2)).result?.isError).toBe(true);
    expect((await answer(3)).error?.code).toBe(-32602);
    expect((await answer(4)).error?.code).toBe(-32602);
    expect(h.attempts).toEqual([]);
    expect(h.refusals.map(({ what }) => what)).toEqual(['tools/call one__echo', 'tools/call one__echo', 'tools/call']);
  });
});

describe('more than its share', () => {
  test('an id that is under way is not given to another request', async () => {
    await using h = await echoing();
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof refused>>();
    h.decide = () => promise;
    const { wire, say } = await channel(h);
    say(call(1));
    await vi.waitFor(() => expect(h.attempts).toHaveLength(1), WAIT);
    say(call(1, { text: 'other' }));
    await vi.waitFor(() => expect(wire.got.at(-1)).toMatchObject({ id: 1, error: { code: -32600 } }), WAIT);
    expect(h.attempts).toHaveLength(1);
    resolve(refused());
    await vi.waitFor(() => expect(wire.got.at(-1)).toMatchObject({ id: 1, result: { isError: true } }), WAIT);
    say(call(1));
    await vi.waitFor(() => expect(h.attempts).toHaveLength(2), WAIT);
  });

  test('too many requests at once', async () => {
    await using h = await echoing();
    h.decide = (_attempt, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(refused('withdrawn'))));
    const { say, answer } = await channel(h);
    for (let id = 1; id <= 257; id += 1) say(call(id));
    expect((await answer(257)).error?.code).toBe(-32012);
    expect(h.attempts.length).toBeLessThanOrEqual(256);
    say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
    say({ jsonrpc: '2.0', id: 'p', method: 'ping' });
    expect((await answer('p')).result).toEqual({});
  });

  test('batches only where they belong, and not too long', async () => {
    await using h = await echoing();
    const late = await channel(h);
    late.wire.raw(JSON.stringify([call(1)]));
    expect((await late.answer(null)).error?.code).toBe(-32600);
    const early = await channel(h, '2025-03-26');
    early.wire.raw(JSON.stringify([call(1), call(2)]));
    expect((await early.answer(1)).result).toBeDefined();
    expect((await early.answer(2)).result).toBeDefined();
    early.wire.raw(JSON.stringify(Array.from({ length: 33 }, (_, id) => call(`b${id}`))));
    expect((await early.answer(null)).error?.code).toBe(-32600);
    early.wire.raw('[]');
    await vi.waitFor(() => expect(early.wire.got.filter(({ id }) => id === null)).toHaveLength(2), WAIT);
    expect(h.attempts).toHaveLength(2);
  });

  test('who does not read is cut off', async () => {
    await using h = await echoing();
    let behind = 0;
    const { wire, say } = await channel(h, undefined, { backlog: () => behind });
    behind = 100_000_000;
    say({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    await vi.waitFor(() => expect(wire.ended()).not.toBeNull(), WAIT);
    say(call(2));
    expect(h.attempts).toEqual([]);
    expect(h.endpoint.counts().sockets).toBe(0);
  });

  test('sessions of one agent make room for each other, and no other agent loses one', async () => {
    await using h = await echoing();
    const first = await inSession(h);
    const others = await post(h, JSON.stringify(initialize()), {}, OTHER);
    await others.text();
    for (let more = 0; more < 20; more += 1) await inSession(h);
    expect(h.endpoint.counts().httpSessions).toBe(17);
    const gone = await post(h, JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'ping' }), { 'mcp-session-id': first });
    expect(gone.status).toBe(404);
    const there = await post(
      h,
      JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'ping' }),
      { 'mcp-session-id': others.headers.get('mcp-session-id') ?? '' },
      OTHER,
    );
    expect(there.status).toBe(200);
    await there.text();
  });

  test('methods that there are not', async () => {
    await using h = await echoing();
    const { say, answer } = await channel(h);
    for (const method of [
      'tasks/list',
      'castellan/approve',
      'server/discover',
      'sampling/createMessage',
      'constructor',
    ]) {
      say({ jsonrpc: '2.0', id: method, method });
      expect((await answer(method)).error?.code, method).toBe(-32601);
    }
  });
});

describe("another client's", () => {
  test('session: guessed, of another agent, of another endpoint', async () => {
    await using h = await echoing();
    const session = await inSession(h);
    expect(session).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'ping' });
    expect((await post(h, ping, { 'mcp-session-id': 'x'.repeat(43) })).status).toBe(404);
    expect((await post(h, ping, { 'mcp-session-id': session }, OTHER)).status).toBe(404);
    expect((await post(h, ping, { 'mcp-session-id': session }, AGENT, 'one')).status).toBe(404);
    const other = fetchInto(h, OTHER);
    for (const method of ['GET', 'DELETE']) {
      const headers = { 'mcp-session-id': session, accept: 'text/event-stream' };
      expect((await other('http://localhost/mcp', { method, headers })).status).toBe(404);
    }
    expect(h.refusals.filter(({ why }) => why === 'Session not found')).toHaveLength(5);
    expect((await post(h, ping, { 'mcp-session-id': session })).status).toBe(200);
    const ended = await fetchInto(h)('http://localhost/mcp', {
      method: 'DELETE',
      headers: { 'mcp-session-id': session },
    });
    expect(ended.status).toBe(200);
    expect((await post(h, ping, { 'mcp-session-id': session })).status).toBe(404);
  });

  test('held call: guessed, of another agent or client, with other arguments, twice', async () => {
    await using h = await harness();
    h.script('one', [ECHO], async (_method, _params, _options, client) => {
      const params = { message: 'sure?', requestedSchema: { type: 'object', properties: {} } };
      return text(JSON.stringify(await client?.onRequest('elicitation/create', params, new AbortController().signal)));
    });
    const send = async (message: object, agent = AGENT, more: object = {}, name = 'raw') => {
      const body = JSON.stringify(modern(message, more, name));
      const response = await post(h, body, asModern('tools/call', 'one__echo'), agent);
      return (await response.json()) as { result?: Record<string, unknown>; error?: { code: number } };
    };
    const asked = await send(call(1));
    expect(asked.result).toMatchObject({ resultType: 'input_required' });
    const requests = asked.result?.inputRequests as Record<string, { params: { message: string } }>;
    const [[key, request] = ['', undefined]] = Object.entries(requests);
    expect(request?.params.message).toBe('[ONE (one)] sure?');
    const requestState = String(asked.result?.requestState);
    const inputResponses = { [key]: { action: 'accept', content: {} } };
    const back = { requestState, inputResponses };
    for (const wrong of [
      await send(call(2), AGENT, { ...back, requestState: `${requestState}x` }),
      await send(call(2), OTHER, back),
      await send(call(2), AGENT, back, 'another'),
      await send(call(2, { text: 'other' }), AGENT, back),
    ]) {
      expect(wrong.error).toMatchObject({ code: -32602, data: { reason: 'invalid_request_state' } });
    }
    expect(h.endpoint.counts().held).toBe(1);
    const done = await send(call(2), AGENT, back);
    expect(JSON.stringify(done.result)).toContain('accept');
    expect((await send(call(3), AGENT, back)).error?.code).toBe(-32602);
    expect(h.attempts.map(({ tool }) => tool)).toEqual(['echo', 'mcp:elicitation']);
    expect(h.outcomes).toHaveLength(2);
  });

  test('held call that nobody comes back for ends, and is recorded', async () => {
    await using h = await harness();
    h.script('one', [ECHO], async (_method, _params, { signal }, client) => {
      const params = { message: 'sure?', requestedSchema: { type: 'object', properties: {} } };
      await client?.onRequest('elicitation/create', params, new AbortController().signal).catch(() => undefined);
      return signal?.aborted === true ? { kind: 'cancelled' } : text('went on');
    });
    const response = await post(h, JSON.stringify(modern(call(1))), asModern('tools/call', 'one__echo'));
    const { result } = (await response.json()) as { result: { requestState: string } };
    expect(h.endpoint.counts().held).toBe(1);
    h.passTime(600_000);
    await vi.waitFor(
      () => expect(h.outcomes.map(({ status }) => status)).toEqual(['interrupted', 'interrupted']),
      WAIT,
    );
    const late = await post(
      h,
      JSON.stringify(modern(call(2), { requestState: result.requestState, inputResponses: {} })),
      asModern('tools/call', 'one__echo'),
    );
    expect(await late.json()).toMatchObject({ error: { code: -32602 } });
  });

  test('long result', async () => {
    await using h = await harness();
    const long = 'é'.repeat(200_000) + 'z'.repeat(200_000);
    h.script('one', [ECHO], () => text(long));
    const mine = await channel(h);
    mine.say(call(1));
    const content = (await mine.answer(1)).result?.content as readonly { text: string }[];
    expect(content[0]?.text).toHaveLength(262_144);
    const next = JSON.parse(/\{.*\}/.exec(content[1]?.text ?? '')?.[0] ?? '{}') as { id: string; from: number };
    mine.say(call(2, next, 'castellan_result'));
    const rest = (await mine.answer(2)).result?.content as readonly { text: string }[];
    expect((content[0]?.text ?? '') + (rest[0]?.text ?? '')).toBe(long);
    const other = await channel(h);
    other.say(call(1, next, 'castellan_result'));
    expect((await other.answer(1)).result?.isError).toBe(true);
    h.passTime(900_000);
    mine.say(call(3, next, 'castellan_result'));
    expect((await mine.answer(3)).result?.isError).toBe(true);
  });
});
