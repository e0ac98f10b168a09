// The hostile MCP client: it has one credential and wants another agent's session, another reading of its arguments, other
// people's time, or a page of the web to speak for it.
import { request } from 'node:http';
import { honestMcp, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { addModule, connectMcp, httpClient, type McpAgent } from '../e2e/support/mcp.ts';
import { ofKind, until, type World, world } from '../e2e/support/world.ts';

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'attacker', version: '1' } },
};
const ACCEPT = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };

interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request as it is written here, byte by byte, with whatever headers. */
function raw(
  it: World,
  {
    method = 'POST',
    path = '/mcp',
    headers = {},
    body = '',
  }: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
  },
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port: it.daemon.state.port, method, path, headers: { ...ACCEPT, ...headers } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
        answer.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const bearer = ({ credential }: Pick<McpAgent, 'credential'>) => ({ authorization: `Bearer ${credential}` });
const text = (value: unknown): string => JSON.stringify(value);

async function begin(it: World, agent: McpAgent): Promise<string> {
  const answer = await raw(it, { headers: bearer(agent), body: text(INITIALIZE) });
  expect(answer.status, answer.text).toBe(200);
  return String(answer.headers['mcp-session-id']);
}

verifies(
  ['K5', 'M2', 'N3', 'A5'],
  'nobody but an agent speaks here: no page, no other host, no person, no other credential',
  async () => {
    await using it = await world();
    const agent = await connectMcp(it);
    const port = it.daemon.state.port;
    const cases: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
      ['no credential', {}, 401],
      ['a guessed one', { authorization: `Bearer castellan_a_${'a'.repeat(16)}_${'0'.repeat(64)}` }, 401],
      ["the daemon's own token", { authorization: `Bearer ${it.daemon.state.token}` }, 403],
      ['a person', { authorization: `Bearer ${await it.daemon.access()}` }, 403],
      ['another host', { ...bearer(agent), host: 'evil.example.com' }, 403],
      ['a page elsewhere', { ...bearer(agent), origin: 'http://evil.example.com' }, 403],
      [
        'our own page, in a browser',
        { ...bearer(agent), origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' },
        403,
      ],
      ['another port of this machine', { ...bearer(agent), origin: `http://127.0.0.1:${port + 1}` }, 403],
      ['a page of this machine', { ...bearer(agent), 'sec-fetch-site': 'same-site' }, 403],
    ];
    for (const [who, headers, status] of cases) {
      for (const method of ['POST', 'GET', 'DELETE'])
        expect([
          who,
          method,
          (await raw(it, { method, headers, body: method === 'POST' ? text(INITIALIZE) : '' })).status,
        ]).toEqual([who, method, status]);
      const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/mcp`, { headers });
      const refused = await new Promise<number>((resolve) => {
        socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
        socket.on('open', () => resolve(101));
        socket.on('error', () => undefined);
      });
      expect([who, 'socket', refused]).toEqual([who, 'socket', status]);
      socket.terminate();
    }
    // What is no browser may say where it is, if that is here.
    const program = { ...bearer(agent), origin: `http://127.0.0.1:${port}` };
    expect((await raw(it, { headers: program, body: text(INITIALIZE) })).status).toBe(200);
    // A ticket is a page's way in, and no page speaks MCP.
    const ticket = new WebSocket(`ws://127.0.0.1:${port}/v1/mcp?token=abc`, { headers: bearer(agent) });
    const told = await new Promise<number>((resolve) => {
      ticket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
      ticket.on('error', () => undefined);
    });
    expect(told).toBe(404);
  },
  { timeout: 120_000 },
);

verifies(
  ['M2', 'A5'],
  "a session that is guessed, or another agent's, is none; it says nothing of whether it exists",
  async () => {
    await using it = await world();
    const one = await connectMcp(it, 'one');
    const other = await connectMcp(it, 'other');
    const session = await begin(it, one);
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} };
    const as = (agent: McpAgent, id: string) => ({
      ...bearer(agent),
      'mcp-session-id': id,
      'mcp-protocol-version': '2025-11-25',
    });
    const mine = await raw(it, { headers: as(one, session), body: text(list) });
    expect(mine.status).toBe(200);
    const answers: string[] = [];
    for (const [agent, id] of [
      [other, session],
      [other, '0'.repeat(32)],
      [one, '0'.repeat(32)],
    ] as const)
      for (const method of ['POST', 'GET', 'DELETE']) {
        const answer = await raw(it, { method, headers: as(agent, id), body: method === 'POST' ? text(list) : '' });
        expect(answer.status, `${method} ${answer.text}`).toBe(404);
        answers.push(`${method} ${answer.text}`);
      }
    expect(new Set(answers).size, 'no difference to tell them by').toBe(3);
    // The owner's is unharmed, and ends when it says so.
    expect((await raw(it, { headers: as(one, session), body: text(list) })).status).toBe(200);
    expect((await raw(it, { method: 'DELETE', headers: as(one, session) })).status).toBeLessThan(300);
    expect((await raw(it, { headers: as(one, session), body: text(list) })).status).toBe(404);
  },
  { timeout: 120_000 },
);

const smuggled: readonly (readonly [string, string])[] = [
  ['a member twice', '{"text":"harmless","text":"harmful"}'],
  ['a member twice, escaped', '{"text":"harmless","te\\u0078t":"harmful"}'],
  ['a prototype', '{"text":"a","__proto__":{"isAdmin":true}}'],
  ['a number that changes', '{"text":"a","n":9007199254740993}'],
  ['half a character', '{"text":"\\ud800"}'],
  ['an unknown property', '{"text":"a","other":"b"}'],
];

verifies(
  ['M2', 'H5'],
  'arguments that could be read in two ways are no call, by either road',
  async () => {
    await using it = await world({ preset: 'full-auto' });
    await addModule(it, 'notes', honestMcp({ only: ['echo'] }), ['echo']);
    const agent = await connectMcp(it);
    const session = await begin(it, agent);
    const headers = { ...bearer(agent), 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
    const call = (args: string): string =>
      `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"notes__echo","arguments":${args}}}`;
    const socket = new WebSocket(`ws+unix:${it.daemon.socket}:/v1/mcp`, { headers: bearer(agent) });
    const heard: string[] = [];
    socket.on('message', (data) => heard.push(String(data)));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(text(INITIALIZE));
    await until('the first answer', () => heard[0]);
    socket.send(text({ jsonrpc: '2.0', method: 'notifications/initialized' }));
    for (const [what, args] of smuggled) {
      const answer = await raw(it, { headers, body: call(args) });
      expect(answer.text, what).toMatch(/"error"|"isError":true/);
      const before = heard.length;
      socket.send(call(args));
      expect(await until(what, () => heard[before]), what).toMatch(/"error"|"isError":true/);
    }
    const fine = await raw(it, { headers, body: call('{"text":"fine"}') });
    expect(fine.text).toContain('fine');
    for (const body of [
      Buffer.from([0x7b, 0xff, 0x7d]),
      '',
      '[]',
      'null',
      '{"jsonrpc":"1.0","id":1,"method":"ping"}',
    ]) {
      const answer = await raw(it, { headers, body });
      expect(answer.status, String(body)).toBeGreaterThanOrEqual(400);
    }
    const attempts = ofKind(await it.records(), 'attempt');
    expect(attempts.map(({ arguments: given }) => given)).toEqual([{ text: 'fine' }]);
    expect(ofKind(await it.records(), 'refusal').some(({ what }) => what.startsWith('mcp'))).toBe(true);
    socket.terminate();
  },
  { timeout: 120_000 },
);

verifies(
  ['M2', 'L1'],
  'a request that is turned away by its headers leaves a record, however it is wrong, and holds no place',
  async () => {
    await using it = await world();
    const agent = await connectMcp(it);
    const own = { ...bearer(agent), 'mcp-session-id': await begin(it, agent) };
    const revision = { 'mcp-protocol-version': '2025-11-25' };
    const list = text({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    const modern = { ...bearer(agent), 'mcp-protocol-version': '2026-07-28' };
    const cases: readonly (readonly [string, Parameters<typeof raw>[1], number])[] = [
      ['no session', { headers: { ...bearer(agent), ...revision }, body: list }, 400],
      ['a wrong session', { headers: { ...own, 'mcp-session-id': 'x'.repeat(43) }, body: list }, 404],
      ['a wrong type', { headers: { ...own, ...revision, 'content-type': 'text/plain' }, body: list }, 415],
      ['a wrong Accept', { headers: { ...own, ...revision, accept: 'text/html' }, body: list }, 406],
      ['a wrong revision', { headers: { ...own, 'mcp-protocol-version': '1999-01-01' }, body: list }, 400],
      ['no method of ours', { headers: modern, body: text({ jsonrpc: '2.0', id: 2, method: 'castellan/own' }) }, 404],
    ];
    const refusals = async () => ofKind(await it.records(), 'refusal').filter(({ who }) => who === `agent:${agent.id}`);
    let before = 0;
    for (const [what, request, status] of cases) {
      const answer = await raw(it, request);
      expect(answer.status, `${what}: ${answer.text}`).toBe(status);
      const found = await until(`a record of ${what}`, async () => {
        const now = await refusals();
        return now.length > before ? now : undefined;
      });
      expect(found.length, `${what}: ${text(found.slice(before))}`).toBe(before + 1);
      expect(found.at(-1)).toMatchObject({ what: 'mcp http', text: expect.stringMatching(/\w/) });
      before = found.length;
    }
    // As many as may be under way, all with one id: none of them is.
    const wrong = { headers: { ...own, ...revision, accept: 'text/html' } };
    for (let id = 0; id < 300; id += 1)
      await raw(it, { ...wrong, body: text({ jsonrpc: '2.0', id: id % 290, method: 'tools/list' }) });
    const fine = await raw(it, { headers: { ...own, ...revision }, body: list });
    expect(fine.status, fine.text).toBe(200);
    expect((await refusals()).length, 'a flood is counted').toBeLessThan(100);
  },
  { timeout: 120_000 },
);

verifies(
  ['D1', 'M2'],
  'messages without measure end the connection they came by and nobody else',
  async () => {
    await using it = await world();
    const agent = await connectMcp(it);
    const session = await begin(it, agent);
    const headers = { ...bearer(agent), 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
    const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'ping' });
    const huge = await raw(it, { headers, body: Buffer.alloc(4_194_305, 0x20) }).catch(() => null);
    expect(huge === null || huge.status === 413, 'longer than a message may be').toBe(true);
    const batch = await raw(it, { headers, body: text(Array.from({ length: 20_000 }, (_, id) => ping(id))) });
    expect(batch.status).toBe(400);

    const socket = new WebSocket(`ws+unix:${it.daemon.socket}:/v1/mcp`, { headers: bearer(agent) });
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.send('x'.repeat(4_194_305));
    expect(await closed).toBe(1009);
    const binary = new WebSocket(`ws+unix:${it.daemon.socket}:/v1/mcp`, { headers: bearer(agent) });
    await new Promise((resolve) => binary.once('open', resolve));
    const over = new Promise<number>((resolve) => binary.once('close', resolve));
    binary.send(Buffer.from(text(INITIALIZE)), { binary: true });
    expect(await over).toBe(1003);

    // Sessions of one agent: so many, then its own oldest give way; nobody else loses one, and people are answered.
    const other = await connectMcp(it, 'other');
    const kept = await begin(it, other);
    for (let count = 0; count < 40; count += 1)
      expect([200, 429]).toContain((await raw(it, { headers: bearer(agent), body: text(INITIALIZE) })).status);
    const theirs = { ...bearer(other), 'mcp-session-id': kept, 'mcp-protocol-version': '2025-11-25' };
    expect((await raw(it, { headers: theirs, body: text(ping(9)) })).status).toBe(200);
    expect((await raw(it, { headers, body: text(ping(10)) })).status, 'its own first one').toBe(404);
    expect((await it.daemon.request('GET', '/v1/approvals')).status).toBe(200);
  },
  { timeout: 120_000 },
);

verifies(
  ['A5', 'M2'],
  'a disconnected agent is nobody at once: its socket closes, its session is gone',
  async () => {
    await using it = await world({ preset: 'full-auto' });
    await addModule(it, 'notes', honestMcp({ only: ['echo'] }), ['echo']);
    const agent = await connectMcp(it);
    const session = await begin(it, agent);
    const socket = new WebSocket(`ws+unix:${it.daemon.socket}:/v1/mcp`, { headers: bearer(agent) });
    await new Promise((resolve) => socket.once('open', resolve));
    await using connected = await httpClient(it, agent);
    await connected.client.callTool({ name: 'notes__echo', arguments: { text: 'a' } });
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    const streamed = raw(it, {
      method: 'GET',
      headers: { ...bearer(agent), 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' },
    }).catch(() => null);
    expect((await it.daemon.request('DELETE', `/v1/agents/${agent.id}`)).status).toBe(200);
    await streamed;
    await until('the end of its sessions', async () =>
      (await it.status()).sessions.every((each) => each.agent !== agent.id) ? true : undefined,
    );
    socket.send(text(INITIALIZE));
    expect([1008, 4001]).toContain(await closed);
    expect(
      (await raw(it, { headers: { ...bearer(agent), 'mcp-session-id': session }, body: text(INITIALIZE) })).status,
    ).toBe(401);
    await expect(connected.client.callTool({ name: 'notes__echo', arguments: { text: 'b' } })).rejects.toThrow();
    expect(ofKind(await it.records(), 'attempt')).toHaveLength(1);
  },
  { timeout: 120_000 },
);
