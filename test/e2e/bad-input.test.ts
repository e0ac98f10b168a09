// Input no call can be made of. Everything here would run if it were taken for the call it pretends to be: the preset
// allows all. Each is refused in one clear line, the daemon still answers, and the ledger never says that anything ran.
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { exchange, lines } from './support/raw.ts';
import {
  agentOver,
  ofKind,
  preToolUse,
  readAnswer,
  type TestAgent,
  until,
  type World,
  world,
} from './support/world.ts';

/** Safe, so that whatever gets through is allowed. */
const TOOL = 'TodoWrite';
const good = (more: Readonly<Record<string, unknown>> = {}) => ({ ...preToolUse(TOOL, { todos: [] }), ...more });
const text = (more: Readonly<Record<string, unknown>> = {}): string => JSON.stringify(good(more));
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
/** The body with other bytes in place of the text `X` in an argument. */
const inArgument = (...raw: readonly number[]): Uint8Array => {
  const [before = '', after = ''] = text({ tool_input: { todos: ['X'] } }).split('X');
  return bytes(before, raw, after);
};
const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;

let it: World;
let agent: TestAgent;
/** Heads that never end, opened first and looked at last. */
let loris: readonly { readonly socket: Socket; readonly closed: Promise<number> }[];

beforeAll(async () => {
  it = await world({ preset: 'full-auto' });
  agent = await it.connect();
  const begun = Date.now();
  loris = Array.from({ length: 100 }, () => {
    const socket = connect(it.daemon.state.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1:${it.daemon.state.port}\r\nX-Slow: `);
    const drip = setInterval(() => socket.write('a'), 1000);
    const closed = new Promise<number>((resolve) => {
      socket.once('close', () => {
        clearInterval(drip);
        resolve(Date.now() - begun);
      });
    });
    return { socket, closed };
  });
});
afterAll(() => it[Symbol.asyncDispose]());

const without = (name: string): string => text({ [name]: undefined });
const BODIES: readonly (readonly [string, string | Uint8Array])[] = [
  ['nothing', ''],
  ['blanks', ' \r\n\t'],
  ['null', 'null'],
  ['a list', `[${text()}]`],
  ['a string', JSON.stringify(text())],
  ['a number', '1e999'],
  ['a word', 'true'],
  ['the first half', text().slice(0, text().length / 2)],
  ['all but the last byte', text().slice(0, -1)],
  ['two bodies', text() + text()],
  ['a comment', `${text()} // ok`],
  ['single quotes', text().replaceAll('"', "'")],
  ['a trailing comma', text().replace(/\}$/, ',}')],
  ['NaN', text({ tool_input: { n: 'N' } }).replace('"N"', 'NaN')],
  ['a byte order mark in UTF-16', bytes([0xff, 0xfe], text())],
  ['UTF-16', Buffer.from(text(), 'utf16le')],
  ['Latin-1', inArgument(0xe9)],
  ['a lone continuation byte', inArgument(0x80)],
  ['an overlong slash', inArgument(0xc0, 0xaf)],
  ['a surrogate as bytes', inArgument(0xed, 0xa0, 0x80)],
  ['beyond Unicode', inArgument(0xf5, 0x80, 0x80, 0x80)],
  ['a cut character at the end', bytes(text(), [0xe2, 0x82])],
  ['a raw control character', inArgument(0x00)],
  ['a lone high surrogate', text({ tool_input: { a: '\ud800' } })],
  ['a lone low surrogate', text({ tool_input: { a: ['x\udc00y'] } })],
  ['a lone surrogate in a name', text({ tool_input: { 'a\ud800': 1 } })],
  ['`__proto__` in the arguments', text({ tool_input: 0 }).replace(':0', ':{"__proto__":{"todos":[]}}')],
  ['`__proto__` deeper', text({ tool_input: 0 }).replace(':0', ':{"a":[{"__proto__":1}]}')],
  ['arguments nested 300 deep', text({ tool_input: { a: nested(300) } })],
  [
    'arguments nested 100,000 deep',
    text({ tool_input: 0 }).replace(':0', `:{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
  ],
  ['a body nested 100,000 deep', '['.repeat(1e5) + ']'.repeat(1e5)],
  ['a tool said twice', text().replace('"tool_name":', '"tool_name":"Bash","tool_name":')],
  ['arguments said twice', text().replace('"tool_input":', '"tool_input":{"command":"rm -rf /"},"tool_input":')],
  ['an argument said twice', text({ tool_input: 0 }).replace(':0', ':{"a":1,"a":2}')],
  ['an argument said twice, spelt otherwise', text({ tool_input: 0 }).replace(':0', ':{"a":1,"\\u0061":2}')],
  ['an unknown event', text({ hook_event_name: 'PreToolUseV2' })],
  ['an event in lower case', text({ hook_event_name: 'pretooluse' })],
  ['an event that is no text', text({ hook_event_name: ['PreToolUse'] })],
  ...['hook_event_name', 'session_id', 'cwd', 'tool_name', 'tool_input'].map(
    (name) => [`no ${name}`, without(name)] as const,
  ),
  ...['session_id', 'cwd', 'tool_name', 'tool_input'].flatMap((name) =>
    [null, 7, true, [], ''].map((value) => [`${name} is ${JSON.stringify(value)}`, text({ [name]: value })] as const),
  ),
  ['a cwd that is no path', text({ cwd: 'project' })],
  ['a cwd with a NUL', text({ cwd: '/tmp\0/etc' })],
  ['a session id without end', text({ session_id: 's'.repeat(201) })],
  ['a call id without end', text({ tool_use_id: 't'.repeat(201) })],
  ['a call id that is a number', text({ tool_use_id: 7 })],
  ['a tool in our own notation', text({ tool_name: 'claude-code/TodoWrite' })],
  ['a tool with a blank', text({ tool_name: 'Todo Write' })],
  ['a tool that climbs', text({ tool_name: '../TodoWrite' })],
  ['a tool of other letters', text({ tool_name: 'ТodoWrite' })],
  ['a tool without end', text({ tool_name: 'T'.repeat(10_000) })],
  ['a sub-agent that is no text', text({ agent_id: { admin: true } })],
  ['arguments of more than 1 MiB', text({ tool_input: { a: 'x'.repeat(1_048_577) } })],
];

verifies(['K2', 'G-S01'], 'hook input that is not a call is refused, in one clear line', async () => {
  const before = (await it.records()).length;
  for (const [what, body] of BODIES) {
    const response = await agent.hook(body);
    const answer = readAnswer(response);
    expect(
      answer.verdict === 'deny' || response.status >= 400,
      `${what}: ${response.status} ${response.text.slice(0, 300)}`,
    ).toBe(true);
    const line = answer.verdict === 'deny' ? answer.reason : (response.json() as { message: string }).message;
    expect(line.split('\n').length, `${what}: ${line}`).toBe(1);
    expect(line.length, what).toBeGreaterThan(10);
    expect(line.length, what).toBeLessThan(450);
    expect(line, what).not.toMatch(/undefined|\[object|stack size|TypeError|at .+:\d+:\d+/);
  }
  const records = await until('a record of each', async () => {
    const since = (await it.records()).slice(before);
    return ofKind(since, 'refusal').length === BODIES.length ? since : undefined;
  });
  expect(ofKind(records, 'attempt'), 'no call was made of any of it').toEqual([]);
  expect((await agent.pre(TOOL, { todos: [] })).verdict, 'and it still answers').toBe('allow');
});

verifies(['K2'], 'a body of 17 MiB is not even read to its end', async () => {
  const ended = await agent.hook(text({ padding: 'x'.repeat(17 * 1_048_576) })).then(
    ({ status }) => String(status),
    // Answered and cut off while we were still sending.
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown'),
  );
  expect(['413', 'EPIPE', 'ECONNRESET']).toContain(ended);
  expect((await agent.pre(TOOL, { todos: [] })).verdict).toBe('allow');
});

verifies(['K2'], 'a body of another length or encoding than it says is refused', async () => {
  const { port } = it.daemon.state;
  const head = (...more: readonly string[]): string =>
    lines(
      'POST /v1/hooks/claude-code HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${agent.credential}`,
      ...more,
    );
  const cut = await exchange({ port }, head('Content-Length: 5000') + text(), { end: true });
  expect(cut.text).not.toContain('"allow"');
  const short = await exchange({ port }, head(`Content-Length: ${text().length - 10}`) + text(), { quiet: 600 });
  expect(short.text).not.toContain('"allow"');
  const compressed = await agent.hook(gzipSync(text()), { 'content-encoding': 'gzip' });
  expect(readAnswer(compressed).verdict, compressed.text).toBe('deny');
  const chunks = await exchange({ port }, `${head('Transfer-Encoding: chunked')}zz\r\n${text()}\r\n0\r\n\r\n`);
  expect(chunks.statuses).toEqual([400]);
  // What is said of the type changes nothing: it is JSON or it is refused.
  for (const type of ['text/plain', 'application/xml', 'application/json; charset=utf-16'])
    expect(readAnswer(await agent.hook(text(), { 'content-type': type })).verdict, type).toBe('allow');
});

verifies(['K2'], 'requests of the local API are refused in the same way', async () => {
  const call = { tool: 'claude-code/TodoWrite', input: { todos: [] }, cwd: '/tmp', session: 'api' };
  const cases: readonly (readonly [string, unknown])[] = [
    ['nothing', ''],
    ['a list', []],
    ['half of it', JSON.stringify(call).slice(0, 40)],
    ['not UTF-8', bytes(JSON.stringify(call).slice(0, -1), [0xff], '}')],
    ['an unknown member', { ...call, approved: true }],
    ['no input', { ...call, input: undefined }],
    ['input that is a list', { ...call, input: [] }],
    ['a relative cwd', { ...call, cwd: 'x' }],
    ['a tool that is none', { ...call, tool: '../x' }],
    ['a tool said twice', JSON.stringify(call).replace('"tool":', '"tool":"x/y","tool":')],
    ['an empty session', { ...call, session: '' }],
    ['a task without end', { ...call, task: 't'.repeat(300) }],
    ['a call id that is a number', { ...call, callId: 5 }],
    ['a lone surrogate', { ...call, input: { a: '\ud800' } }],
    ['`__proto__`', JSON.stringify({ ...call, input: 0 }).replace(':0', ':{"__proto__":{"a":1}}')],
    [
      'nested 100,000 deep',
      JSON.stringify({ ...call, input: 0 }).replace(':0', `:{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
    ],
    ['more than 1 MiB', { ...call, input: { a: 'x'.repeat(1_048_577) } }],
  ];
  const before = (await it.records()).length;
  for (const [what, body] of cases) {
    const response = await it.daemon.request('POST', '/v1/calls', { token: agent.credential, body });
    const answer = response.json() as { kind?: string; message: string };
    expect(response.status >= 400 || answer.kind === 'refused', `${what}: ${response.text.slice(0, 200)}`).toBe(true);
    expect(response.status, what).not.toBe(500);
    expect(answer.message.split('\n')[0]?.length, what).toBeGreaterThan(8);
  }
  expect(ofKind((await it.records()).slice(before), 'attempt')).toEqual([]);
  for (const body of [
    {},
    { status: 'refused' },
    { status: 'succeeded', durationMs: -1 },
    { status: 'succeeded', x: 1 },
  ]) {
    const response = await it.daemon.request('POST', '/v1/calls/call_aaaaaaaa/outcome', {
      token: agent.credential,
      body,
    });
    expect([400, 404]).toContain(response.status);
  }
});

verifies(['A1', 'K2'], 'a wrong, missing, foreign or taken-back credential decides nothing', async () => {
  const revoked = await it.connect('revoked');
  await it.daemon.request('DELETE', `/v1/agents/${revoked.id}`);
  const other = await world();
  const foreign = await other.connect();
  const cases: readonly (readonly [string, string | null, number])[] = [
    ['missing', null, 401],
    ['empty', '', 401],
    ['wrong', `castellan_a_${agent.id.slice(6)}_${'0'.repeat(64)}`, 401],
    ['taken back', revoked.credential, 401],
    ["another daemon's agent", foreign.credential, 401],
    ["another daemon's administrator", other.daemon.state.token, 401],
    ['the administrator, who is no agent', it.daemon.state.token, 403],
  ];
  const before = (await it.records()).length;
  for (const [what, token, status] of cases) {
    const response = await it.daemon.request('POST', '/v1/hooks/claude-code', { token, body: good() });
    expect(response.status, what).toBe(status);
    expect((response.json() as { message: string }).message, what).toMatch(/^[^\n]{10,}$/);
  }
  expect(ofKind((await it.records()).slice(before), 'attempt')).toEqual([]);
  await other[Symbol.asyncDispose]();
});

verifies(['K2', 'P7'], 'an unknown tool is asked about even where all is allowed, and silence is deny', async () => {
  await using strict = await world({ preset: 'full-auto', approvals: { timeoutSeconds: 1 } });
  const own = await strict.connect();
  const calls = ['Teleport', 'mcp__nobody__knows', 'toString', 'constructor', '__proto__'].map((tool) =>
    own.pre(tool, {}),
  );
  for (const answer of await Promise.all(calls)) {
    expect(answer.verdict).toBe('deny');
    expect(answer.reason).toContain('TIMED OUT');
  }
  expect(ofKind(await strict.records(), 'outcome').every(({ status }) => status === 'refused')).toBe(true);
});

verifies(['K2', 'H5'], 'a call id decides one call: twice, twenty at once, after a restart', async () => {
  const own = await world({ preset: 'full-auto' });
  const first = await own.connect();
  const sent = (id: string, session = 's1') => first.pre(TOOL, { todos: [] }, { id, session });
  expect((await sent('once')).verdict).toBe('allow');
  const again = await sent('once');
  expect(again.verdict).toBe('deny');
  expect(again.reason).toContain('used before');
  const race = await Promise.all(Array.from({ length: 20 }, () => sent('race')));
  expect(race.filter(({ verdict }) => verdict === 'allow')).toHaveLength(1);
  const byApi = await Promise.all(
    Array.from({ length: 20 }, () =>
      first.check('claude-code/TodoWrite', { todos: [] }, { session: 'api', id: 'race' }),
    ),
  );
  expect(byApi.filter(({ kind }) => kind === 'run')).toHaveLength(1);
  expect((await sent('once', 's2')).verdict, 'another session counts for itself').toBe('allow');
  const attempts = ofKind(await own.records(), 'attempt');
  expect(attempts.filter(({ externalId }) => externalId === 'race')).toHaveLength(2);
  await own.daemon.kill();
  const after = await world({ preset: 'full-auto' }, { home: own.daemon.home });
  const same = agentOver(after.daemon, first.id, first.credential);
  for (const id of ['once', 'race']) expect((await same.pre(TOOL, { todos: [] }, { id })).verdict, id).toBe('deny');
  expect((await same.pre(TOOL, { todos: [] }, { id: 'fresh' })).verdict).toBe('allow');
  await after[Symbol.asyncDispose]();
});

verifies(['K2'], 'a thousand connections at once are all served', async () => {
  const { port } = it.daemon.state;
  const sockets = await Promise.all(
    Array.from({ length: 900 }, async () => {
      const socket = connect(port, '127.0.0.1');
      await new Promise((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
      });
      return socket;
    }),
  );
  // With the hundred slow ones that is a thousand. The person's own way in is another socket.
  const started = Date.now();
  expect((await it.daemon.request('GET', '/v1/status', { over: 'socket' })).status).toBe(200);
  expect(Date.now() - started).toBeLessThan(3000);
  const answers = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<string>((resolve) => {
          let got = '';
          socket.setEncoding('utf8').on('data', (chunk: string) => {
            got += chunk;
            if (got.includes('{"live":true}')) resolve(got);
          });
          socket.once('close', () => resolve(got));
          socket.write(lines('GET /v1/live HTTP/1.1', `Host: 127.0.0.1:${port}`));
        }),
    ),
  );
  expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200'))).toHaveLength(900);
  for (const socket of sockets) socket.destroy();
  const calls = await Promise.all(Array.from({ length: 200 }, () => agent.pre(TOOL, { todos: [] })));
  expect(calls.filter(({ verdict }) => verdict === 'allow')).toHaveLength(200);
});

verifies(['K2'], 'a head that never ends is cut off, and holds up nobody', async () => {
  const started = Date.now();
  expect((await agent.pre(TOOL, { todos: [] })).verdict).toBe('allow');
  expect(Date.now() - started).toBeLessThan(3000);
  const closedAfter = await Promise.all(loris.map(({ closed }) => closed));
  expect(Math.max(...closedAfter), 'ten seconds and a little').toBeLessThan(20_000);
  // A body that never ends holds up nobody either.
  const slow = request({
    port: it.daemon.state.port,
    path: '/v1/hooks/claude-code',
    method: 'POST',
    headers: { authorization: `Bearer ${agent.credential}`, 'content-length': '100000' },
  });
  slow.on('error', () => undefined);
  slow.write('{');
  expect((await agent.pre(TOOL, { todos: [] })).verdict).toBe('allow');
  slow.destroy();
  expect((await it.verify()).kind).toBe('verified');
});
