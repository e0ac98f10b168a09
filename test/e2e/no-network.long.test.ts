// The daemon opens no connection of its own: with no network at all every local feature works over the Unix socket, and
// where there is one, a trace of its whole life shows none. RULE: the trace must show the one connection that is asked for.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import {
  bareEnvironment,
  honestMcp,
  inRoot,
  json,
  PERSON,
  type ProcessResult,
  type RunningDaemon,
  runProcess,
  sendRequest,
  startDaemon,
  startMcpHttpServer,
  startModelServer,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { needs } from './support/machine.ts';
import { addModule, connectMcp, stdioClient, textOf } from './support/mcp.ts';
import { socketsOf, tunnel } from './support/way-out.ts';
import { DELETE, MAIL, ofKind, preToolUse, type World, worldOf } from './support/world.ts';

const SECRET = 'tok-4f9a1c77e2b85d3306';
const NEXT = 'tok-next-8d20b6c1e9f7a453';
const NO_NETWORK = ['unshare', '--net'];

interface Walk {
  readonly it: World;
  castellan(...args: readonly string[]): Promise<ProcessResult>;
  piped(input: string, ...args: readonly string[]): Promise<ProcessResult>;
}

/** Everybody comes by the Unix socket: no port is reached from outside of a namespace. */
const bySocket = (daemon: RunningDaemon): RunningDaemon => ({
  ...daemon,
  request: (method, path, options = {}) => daemon.request(method, path, { ...options, over: 'socket' }),
});

function walkIn(daemon: RunningDaemon, wrapper: readonly string[]): Walk {
  const env = { ...bareEnvironment(join(daemon.home, '..')), CASTELLAN_HOME: daemon.home };
  const program = [process.execPath, inRoot('packages', 'cli', 'bin', 'castellan.mjs')];
  const piped: Walk['piped'] = (input, ...args) => {
    const [command = '', ...rest] = [...wrapper, ...program, ...args];
    return runProcess(command, rest, { env, input, cwd: tempFolder(), timeout: 60_000 });
  };
  return { it: worldOf(bySocket(daemon)), castellan: (...args) => piped('', ...args), piped };
}

/** What a person and an agent do on an ordinary day, but for asking a model. */
async function ordinaryDay({ it, castellan, piped }: Walk): Promise<void> {
  const done = async (running: Promise<ProcessResult>): Promise<string> => {
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  };
  await done(piped(`${PERSON.password}\n`, 'login', '--name', PERSON.name, '--password-stdin'));
  const agent = await it.connect('coder');
  const { seen, close } = await it.events();

  // Calls: one that passes, one a person allows, one they refuse, one that is never.
  expect((await agent.pre('TodoWrite', { todos: [] }, { id: 'toolu_first' })).verdict).toBe('allow');
  expect((await agent.post('TodoWrite', { todos: [] }, 'toolu_first')).status).toBe(200);
  const answers: string[] = [];
  for (const answer of ['approve', 'deny'] as const) {
    const call = agent.pre(DELETE, { id: answer }, { server: MAIL });
    const [card] = await it.waiting();
    const short = card?.id ?? '';
    expect(await done(castellan('pending'))).toContain('Delete the message');
    await castellan(answer, short);
    answers.push((await call).verdict);
  }
  expect(answers).toEqual(['allow', 'deny']);
  expect((await agent.pre('Bash', { command: 'rm -rf ~' })).verdict).not.toBe('allow');
  expect(seen.map(({ kind }) => kind)).toContain('approval');
  close();

  // Secrets: kept, listed, changed, planted, found, and out of what is shown.
  const named = join(tempFolder(), 'secrets.json');
  writeFileSync(named, JSON.stringify({ API: SECRET }));
  await done(piped(SECRET, 'secrets', 'add', 'API', '--use', 'host:api.example.org'));
  expect(await done(piped(`my key is ${SECRET}\n`, 'redact', '--secrets', named))).toBe('my key is [REDACTED:API]\n');
  const id = 'toolu_result';
  expect((await agent.pre('Bash', { command: 'ls' }, { id })).verdict).toBe('allow');
  const result = { hook_event_name: 'PostToolUse', tool_response: { stdout: `found ${SECRET}`, interrupted: false } };
  const told = await agent.hook({ ...preToolUse('Bash', { command: 'ls' }, { id }), ...result });
  expect(told.text).toContain('found [REDACTED:API]');
  expect(told.text).not.toContain(SECRET);
  await done(piped(NEXT, 'secrets', 'rotate', 'API'));
  for (const args of [['list'], ['who', 'API']]) expect(await done(castellan('secrets', ...args))).toContain('API');
  await done(castellan('secrets', 'remove', 'API', '--yes'));

  // A server of this machine behind the gate: added, used, stopped.
  await addModule(it, 'notes', honestMcp({ only: ['echo'] }), ['echo']);
  expect(await echoed(it, 'notes', 'editor')).toBe('hello');
  await done(castellan('modules', 'restart', 'notes'));

  // A script: handed in, approved, run in its confined child.
  const file = join(tempFolder(), 'tidy.star');
  writeFileSync(file, 'def main():\n    return [7]\n');
  await done(castellan('scripts', 'propose', file));
  const { digest } = JSON.parse(await done(castellan('scripts', 'show', 'tidy', '--json'))).versions[0];
  await done(castellan('scripts', 'approve', 'tidy', '--digest', digest));
  expect(JSON.parse(await done(castellan('scripts', 'run', 'tidy', '--json')))).toMatchObject({ result: [7] });

  // Everything else that is looked at or changed.
  await done(castellan('policy', 'reload'));
  expect(await done(castellan('policy', 'level', 'mail', 'deny'))).toContain('mail');
  expect((await agent.pre(DELETE, { id: 'later' }, { server: MAIL })).verdict).toBe('deny');
  expect(await done(castellan('limits'))).toContain('turn');
  await done(castellan('freeze', 'coder'));
  expect((await agent.pre('TodoWrite', { todos: [] })).verdict).toBe('deny');
  await done(castellan('thaw', 'coder'));
  for (const args of [['status'], ['agents'], ['modules'], ['grants'], ['log'], ['ledger', 'verify']])
    expect((await done(castellan(...args))).length, args.join(' ')).toBeGreaterThan(10);
  await done(castellan('try', 'Bash', '{"command":"ls"}'));

  const records = await it.records();
  expect(JSON.stringify(records)).not.toContain(SECRET);
  expect(ofKind(records, 'secret').map(({ change }) => change)).toEqual(expect.arrayContaining(['added', 'removed']));
  expect((await it.verify()).kind).toBe('verified');
}

/** What a client of the gateway gets, over the daemon's own socket. */
async function echoed(it: World, module: string, name: string): Promise<string> {
  await using connected = await stdioClient(await connectMcp(it, name));
  const asked = { name: `${module}__echo`, arguments: { text: 'hello' } };
  return textOf(await connected.client.callTool(asked));
}

verifies(
  ['N4'],
  'in an empty network namespace every local feature works over the Unix socket',
  async () => {
    await using daemon = await startDaemon({ wrapper: NO_NETWORK, timeout: 60_000 });
    // It is really alone: the namespace holds a loopback device that is down, and nothing of ours reaches its port.
    const devices = readFileSync(`/proc/${daemon.pid}/net/dev`, 'utf8').match(/^\s*\S+:/gm) ?? [];
    expect(devices.map((device) => device.trim())).toEqual(['lo:']);
    expect(readFileSync(`/proc/${daemon.pid}/net/route`, 'utf8').trim().split('\n')).toHaveLength(1);
    await expect(daemon.request('GET', '/v1/live')).rejects.toThrow();
    const walk = walkIn(daemon, NO_NETWORK);
    await ordinaryDay(walk);
    // What needs a network says so, and stops nothing.
    const agent = await walk.it.connect('asker');
    const { key } = (await walk.it.daemon.request('POST', `/v1/agents/${agent.id}/model-key`)).json() as {
      key: string;
    };
    const body = { model: 'm', messages: [] };
    const asked = await walk.it.daemon.request('POST', '/model/ollama/v1/chat/completions', { token: key, body });
    expect(asked.status).toBe(502);
    expect(asked.text).toMatch(/castellan: .*`?ollama`?/);
    // What is within walls asks over its own socket as ever, and its way out says that there is nowhere to go.
    const own = socketsOf(daemon.home, agent);
    const hook = { token: agent.credential, body: preToolUse('TodoWrite', { todos: [] }) };
    const inner = await sendRequest({ port: 0, socket: own.gate }, 'POST', '/v1/hooks/claude-code', hook);
    expect(inner.text).toContain('"permissionDecision":"allow"');
    const out = tunnel(own.egress, 'api.anthropic.com:443');
    expect(await out.end()).toMatch(/^HTTP\/1\.1 502 castellan: the host api\.anthropic\.com:443 cannot be found/);
    expect((await walk.castellan('down')).code).toBe(0);
    expect(existsSync(daemon.socket)).toBe(false);
  },
  { ...needs('network namespace'), timeout: 180_000 },
);

verifies(
  ['N4'],
  'with default settings a trace from start to stop shows no connection, and later only the one that was asked for',
  async () => {
    expect(Object.keys(networkInterfaces())).not.toEqual([]);
    await using server = await startModelServer(json({ choices: [] }));
    const home = join(tempFolder(), 'state');
    const trace = join(home, '..', 'trace.txt');
    // `-D`: the daemon stays our child, so that signals reach it and not the tracer.
    const wrapper = ['strace', '-D', '-f', '-qq', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-o', trace];
    /** Addresses that something was sent to or connected with, but for the kernel itself and sockets in files. */
    const reached = (): readonly string[] =>
      readFileSync(trace, 'utf8')
        .split('\n')
        .filter((line) => /sa_family=AF_(?!UNIX\b|NETLINK\b|UNSPEC\b)/.test(line));

    const first = await startDaemon({ home, wrapper, timeout: 60_000 });
    try {
      await ordinaryDay(walkIn(first, []));
    } finally {
      expect((await first.stop()).code).toBe(0);
    }
    expect(reached()).toEqual([]);

    const mine = { url: `http://127.0.0.1:${server.port}`, api: 'openai' };
    await using far = await startMcpHttpServer();
    await using again = await startDaemon({
      home,
      wrapper,
      timeout: 60_000,
      config: { models: { upstreams: { mine } } },
    });
    const it = worldOf(again);
    const agent = await it.connect('asker');
    const { key } = (await again.request('POST', `/v1/agents/${agent.id}/model-key`)).json() as { key: string };
    expect(reached()).toEqual([]);
    const body = { model: 'm', messages: [] };
    const asked = await again.request('POST', '/model/mine/v1/chat/completions', { token: key, body });
    expect(asked.status, asked.text).toBe(200);
    expect(reached()).toEqual([expect.stringContaining(`htons(${server.port})`)]);
    const start = { kind: 'mcp-http', url: far.url, headers: {}, oauth: 'auto' } as const;
    await addModule(it, 'far', { ...start, scopes: [], timeoutSeconds: 20, concurrency: 4 }, ['echo']);
    expect((await again.stop()).code).toBe(0);

    // A server somewhere else that is configured is reached when somebody uses it, and not before.
    await using last = await startDaemon({ home, wrapper, timeout: 60_000 });
    const later = worldOf(last);
    await later.daemon.request('GET', '/v1/modules');
    await later.daemon.request('GET', '/v1/modules/far');
    expect(reached()).toEqual([]);
    expect(await echoed(later, 'far', 'editor')).toBe('hello');
    expect((await last.stop()).code).toBe(0);
    const there = `htons(${new URL(far.url).port})`;
    expect(reached().length).toBeGreaterThan(0);
    expect(reached().filter((line) => !line.includes(there))).toEqual([]);
  },
  { ...needs('strace'), timeout: 240_000 },
);
