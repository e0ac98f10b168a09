// What a client is told and keeps between its requests: instructions, changes, streams it lost, its end.
import { expect, test, vi } from 'vitest';
import { AGENT, connected, fetchInto, harness, OTHER, type Raw, socketWire } from './support/mcp-endpoint.ts';

/** As long as the machine needs; nobody waits for it where all is well. */
const WAIT = 60_000;
const OPEN = { type: 'object', properties: {} };
const tool = (name: string): Raw => [
  'tool',
  { name, inputSchema: OPEN, execution: { taskSupport: 'required' }, _meta: { kept: true } },
];
const ran = () => ({ kind: 'result', result: { content: [{ type: 'text', text: 'ran' }] } }) as const;
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});

test('the endpoint of one module has its own names and no others', async () => {
  await using h = await harness();
  h.script('one', [tool('go'), ['prompt', { name: 'say' }]], ran);
  h.script('two', [tool('go')], ran);
  const client = await connected(h, 'legacy', 'http', { only: 'one' });
  const { tools } = await client.listTools();
  expect(tools.map(({ name, title }) => [name, title])).toEqual([
    ['go', undefined],
    ['castellan_result', 'Castellan: rest of a long result'],
  ]);
  expect(tools[0]).toMatchObject({ _meta: { kept: true } });
  expect(tools[0]).not.toHaveProperty('execution');
  expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['say']);
  await client.callTool({ name: 'go', arguments: {} });
  expect(h.attempts.map(({ module, tool: used }) => [module, used])).toEqual([['one', 'go']]);
  await expect(client.callTool({ name: 'two__go', arguments: {} })).rejects.toMatchObject({ code: -32602 });
});

test('a client does not go on in a session that is over: an older one is told, a newer one begins another', async () => {
  await using h = await harness();
  h.script('one', [tool('go')], ran);
  const old = await connected(h, 'legacy', 'http');
  const modern = await connected(h, 'modern', 'http');
  for (const client of [old, modern]) await client.callTool({ name: 'one__go', arguments: {} });
  const { session } = h.attempts[0] ?? {};
  if (session === undefined) throw new Error('no attempt');
  expect(h.endpoint.counts().httpSessions).toBe(2);
  await h.endpoint.endSession('session_another');
  expect(h.endpoint.counts().httpSessions).toBe(2);
  await h.endpoint.endSession(session.id);
  expect(h.endpoint.counts().httpSessions).toBe(0);
  await expect(old.callTool({ name: 'one__go', arguments: {} })).rejects.toThrow(/Session not found/);
  await modern.callTool({ name: 'one__go', arguments: {} });
  expect(h.endpoint.counts().httpSessions).toBe(1);
});

test('a list of many servers says whose each thing is, and what its server calls it', async () => {
  await using h = await harness();
  const offers: readonly Raw[] = [
    tool('go'),
    ['resource', { uri: 'note://1', name: 'The first' }],
    ['resource', { uri: 'note://2', name: 'second', title: 'The second' }],
    ['template', { uriTemplate: 'note://{n}', name: 'Any' }],
  ];
  h.script('one', offers, ran);
  const client = await connected(h, 'legacy', 'http');
  expect((await client.listTools()).tools.map(({ title }) => title)).toContain('ONE: go');
  expect((await client.listResources()).resources.map(({ title }) => title)).toEqual([
    'ONE: The first',
    'ONE: The second',
  ]);
  expect((await client.listResourceTemplates()).resourceTemplates.map(({ title }) => title)).toEqual(['ONE: Any']);
});

test('instructions are ours and what was accepted, with whose they are, and not without end', async () => {
  await using h = await harness();
  for (const name of ['one', 'two', 'three']) {
    h.script(name, [tool('go')], ran);
    const module = h.modules.get(name);
    const instructions = name === 'two' ? 'x'.repeat(18_000) : `${name} is helpful`;
    if (module !== undefined) h.modules.set(name, { ...module, lock: { ...module.lock, instructions } });
  }
  const client = await connected(h, 'modern', 'socket');
  const said = client.getInstructions() ?? '';
  expect(said).toMatch(/^Castellan stands between/);
  expect(said).toContain('ONE (one) says:\none is helpful');
  expect(said).toContain('THREE (three) says:\nthree is helpful');
  expect(said.length).toBeLessThan(16_500);
});

test('a change is told to who may see it, once, of the list that it is in', async () => {
  await using h = await harness();
  h.script('one', [tool('go')], ran);
  h.script('two', [tool('go')], ran);
  h.offers = (module) => module === 'one';
  const told: string[] = [];
  const client = await connected(h, 'legacy', 'http', {
    prepare: (c) => {
      for (const list of ['tools', 'prompts', 'resources'] as const) {
        c.setNotificationHandler(`notifications/${list}/list_changed`, () => void told.push(list));
      }
    },
  });
  await client.listTools();
  h.script('two', [tool('other')], ran);
  h.changed('two');
  h.script('one', [tool('go'), ['prompt', { name: 'say' }]], ran);
  h.changed('one');
  h.changed('one');
  await vi.waitFor(() => expect(told).toEqual(['prompts']), WAIT);
  h.script('two', [tool('yet-another')], ran);
  h.changed('two');
  h.script('one', [tool('went'), ['prompt', { name: 'say' }]], ran);
  h.changed('one');
  await vi.waitFor(() => expect(told).toEqual(['prompts', 'tools']), WAIT);
  h.script('two', [tool('the-last')], ran);
  h.changed('two');
  h.passTime(20);
  await client.ping();
  expect(told).toEqual(['prompts', 'tools']);
});

test('an answer on a stream that was lost is there when the client comes back', async () => {
  await using h = await harness();
  h.script('one', [tool('go')], ran);
  const { promise, resolve } = Promise.withResolvers<void>();
  const decide = h.decide;
  h.decide = async (attempt, signal) => {
    await promise;
    return decide(attempt, signal);
  };
  const into = fetchInto(h);
  const begun = await into('http://localhost/mcp', { method: 'POST', headers: HEADERS, body: initialize });
  await begun.text();
  const session = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '', 'mcp-protocol-version': '2025-11-25' };
  const call = JSON.stringify({
    jsonrpc: '2.0',
    id: 7,
    method: 'tools/call',
    params: { name: 'one__go', arguments: {} },
  });
  const lost = await into('http://localhost/mcp', { method: 'POST', headers: { ...HEADERS, ...session }, body: call });
  const reader = lost.body?.getReader();
  const first = new TextDecoder().decode((await reader?.read())?.value);
  const last = /^id: (.*)$/m.exec(first)?.[1] ?? '';
  await reader?.cancel();
  resolve();
  await vi.waitFor(() => expect(h.outcomes).toHaveLength(1), WAIT);
  const back = await into('http://localhost/mcp', {
    method: 'GET',
    headers: { ...session, accept: 'text/event-stream', 'last-event-id': last },
  });
  expect(await back.text()).toContain('"ran"');
  const other = await into('http://localhost/mcp', {
    method: 'GET',
    headers: { ...session, accept: 'text/event-stream', 'last-event-id': 'nowhere/1' },
  });
  expect(other.status).toBe(400);
});

test('the id that a client also gave its hook comes with the call', async () => {
  await using h = await harness();
  h.script('one', [tool('go')], ran);
  const client = await connected(h, 'legacy', 'socket');
  await client.callTool({ name: 'one__go', arguments: {}, _meta: { 'claudecode/toolUseId': 'toolu_1' } });
  await client.callTool({ name: 'one__go', arguments: {}, _meta: { callId: 'call_2' } });
  await client.callTool({ name: 'one__go', arguments: {}, _meta: { callId: 'x'.repeat(201) } });
  expect(h.attempts.map(({ hookCall }) => hookCall)).toEqual([
    { client: 'claude-code', id: 'toolu_1' },
    { client: 'codex', id: 'call_2' },
    undefined,
  ]);
});

test('a server that asked for folders while it started asks again when somebody is there', async () => {
  await using h = await harness();
  h.script('one', [tool('go')], ran);
  const plain = await connected(h, 'legacy', 'socket');
  await plain.callTool({ name: 'one__go', arguments: {} });
  expect(h.told).toEqual([]);
  const client = await connected(h, 'legacy', 'socket', { capabilities: { roots: { listChanged: true } } });
  await client.callTool({ name: 'one__go', arguments: {} });
  await client.callTool({ name: 'one__go', arguments: {} });
  expect(h.told).toEqual(['notifications/roots/list_changed']);
  await client.sendRootsListChanged();
  await vi.waitFor(() => expect(h.told).toHaveLength(2), WAIT);
});

test.each(['legacy', 'modern'] as const)(
  'the call that starts a server waits until it has the folders of a %s client',
  async (era) => {
    await using h = await harness();
    let folders: unknown = null;
    h.script('one', [tool('go')], () => ({
      kind: 'result',
      result: { content: [{ type: 'text', text: JSON.stringify(folders) }] },
    }));
    h.heard = (_method, server) => {
      server?.onRequest('roots/list', {}, new AbortController().signal).then((roots) => {
        folders = roots;
      });
    };
    const client = await connected(h, era, 'socket', {
      capabilities: { roots: {} },
      prepare: (c) => c.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///work' }] })),
    });
    const { content } = await client.callTool({ name: 'one__go', arguments: {} });
    expect(content).toMatchObject([{ text: '{"roots":[{"uri":"file:///work"}]}' }]);
    expect(h.attempts.map(({ tool: used }) => used)).toEqual(['go', 'mcp:roots']);
  },
);

test('a server that was started anew watches what its clients watch', async () => {
  await using h = await harness();
  const watched: string[] = [];
  const server = () => (method: string) => {
    if (method === 'resources/subscribe') watched.push(method);
    return ran();
  };
  const note: Raw = ['resource', { uri: 'note://one', name: 'one' }];
  h.script('one', [tool('go'), note], server());
  const client = await connected(h, 'legacy', 'socket');
  await client.subscribeResource({ uri: 'note://one' });
  h.script('one', [tool('go'), note], server());
  h.changed('one');
  await client.callTool({ name: 'one__go', arguments: {} });
  expect(watched).toHaveLength(2);
  expect(h.attempts.map(({ tool: used }) => used)).toEqual(['mcp:subscribe', 'go']);
});

test('an agent whose credential is revoked has nothing left; others keep theirs', async () => {
  await using h = await harness();
  h.script('one', [tool('go')], ran);
  const mine = await connected(h, 'legacy', 'http');
  await mine.listTools();
  await connected(h, 'modern', 'http');
  const wire = socketWire(h);
  const theirs = socketWire(h, { agent: OTHER });
  expect(h.endpoint.counts()).toMatchObject({ sockets: 2, httpSessions: 2 });
  await h.endpoint.endAgent(AGENT);
  expect(h.endpoint.counts()).toMatchObject({ sockets: 1, httpSessions: 0 });
  expect([wire.ended(), theirs.ended()]).toEqual(['the agent was revoked', null]);
  await expect(mine.callTool({ name: 'one__go', arguments: {} })).rejects.toThrow();
  expect(h.attempts).toEqual([]);
});

test('who was not heard for an hour is forgotten', async () => {
  await using h = await harness();
  const client = await connected(h, 'modern', 'http');
  h.passTime(60_000);
  expect(h.endpoint.counts().httpSessions).toBe(1);
  const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_700_000);
  h.passTime(60_000);
  now.mockRestore();
  expect(h.endpoint.counts().httpSessions).toBe(0);
  expect((await client.listTools()).tools).toHaveLength(1);
});

test('a stream that nobody reads is cut off before it fills the memory', async () => {
  await using h = await harness();
  let client: Parameters<Parameters<typeof h.script>[2]>[3];
  h.script('one', [tool('go')], (_method, _params, _options, given) => {
    client = given;
    return ran();
  });
  const into = fetchInto(h);
  const begun = await into('http://localhost/mcp', { method: 'POST', headers: HEADERS, body: initialize });
  await begun.text();
  const session = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '', 'mcp-protocol-version': '2025-11-25' };
  const call = JSON.stringify({
    jsonrpc: '2.0',
    id: 7,
    method: 'tools/call',
    params: { name: 'one__go', arguments: {} },
  });
  await (
    await into('http://localhost/mcp', { method: 'POST', headers: { ...HEADERS, ...session }, body: call })
  ).text();
  const stream = await into('http://localhost/mcp', {
    method: 'GET',
    headers: { ...session, accept: 'text/event-stream' },
  });
  const now = vi.spyOn(Date, 'now');
  let clock = Date.now();
  // Each message in a second of its own, so that none is left out: some 40 MB of them.
  for (let nth = 0; nth < 5_200; nth += 1) {
    clock += 1_000;
    now.mockReturnValue(clock);
    client?.onNotification('notifications/message', { level: 'error', data: 'x'.repeat(8_000) });
    if (nth % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  now.mockRestore();
  await vi.waitFor(() => expect(h.refusals.map(({ what }) => what)).toEqual(['stream']), WAIT);
  await expect(stream.text()).rejects.toThrow(/does not read/);
});
