// `castellan mcp` as clients start it, whatever the daemon does: standard output carries messages and nothing else, a daemon that
// is away is said to be, no session outlives its connection, and another one is begun once there is a daemon again.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { honestMcp, type RunningDaemon, runProcess, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, connectMcp, type McpAgent, PROGRAM, stdioClient, textOf } from './support/mcp.ts';
import { ofKind, until, world } from './support/world.ts';

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'by-hand', version: '1' } },
};

interface Running extends AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: () => readonly {
    readonly id?: unknown;
    readonly result?: unknown;
    readonly error?: { message: string };
  }[];
  readonly stderr: () => string;
  readonly code: Promise<number | null>;
  say(message: unknown): void;
  answer(id: number): Promise<{ readonly result?: unknown; readonly error?: { readonly message: string } }>;
}

function start({ env }: McpAgent, args: readonly string[] = []): Running {
  const child = spawn(process.execPath, [PROGRAM, 'mcp', ...args], { env: { ...env }, cwd: tempFolder() });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr += part;
  });
  child.stdin.on('error', () => undefined);
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines: Running['lines'] = () =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return {
    child,
    lines,
    stderr: () => stderr,
    code,
    say: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    answer: (id) => until(`an answer to ${id}; ${stderr}`, () => lines().find((line) => line.id === id), 30_000),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await code;
    },
  };
}

verifies(
  ['K5', 'A3'],
  'with the daemon away it says so and how to start it, runs nothing, and goes on once it is back',
  async () => {
    const it = await world();
    const { home } = it.daemon;
    const agent = await connectMcp(it);
    await it.daemon.stop();
    await using link = start(agent);
    link.say(INITIALIZE);
    const refused = await link.answer(1);
    expect(refused.error?.message).toContain('castellan: the daemon is not running');
    expect(refused.error?.message).toContain('castellan up');
    link.say({ jsonrpc: '2.0', id: 2, method: 'server/discover', params: {} });
    expect((await link.answer(2)).error?.message).toContain('castellan up');
    link.say({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'x', arguments: {} } });
    expect((await link.answer(3)).error).toBeDefined();
    expect(link.stderr()).toContain('castellan: error: the daemon is not running');
    expect(link.stderr().split('\n').length, 'said once').toBeLessThan(4);

    const again = await startDaemon({ home });
    let id = 10;
    await until(
      'an answer of the daemon',
      async () => {
        id += 1;
        link.say({ ...INITIALIZE, id });
        return (await link.answer(id)).result;
      },
      60_000,
    );
    await again.stop();
    expect(link.lines().every((line) => 'id' in line)).toBe(true);
    link.child.stdin.end();
    expect(await link.code).toBe(0);
  },
  { timeout: 150_000 },
);

const ERAS = [
  ['2025-11-25, stopped', 'legacy', (daemon: RunningDaemon) => daemon.stop()],
  ['2026-07-28, killed', 'auto', (daemon: RunningDaemon) => daemon.kill()],
] as const;

for (const [title, mode, end] of ERAS)
  verifies(
    ['K5', 'A3', 'M1'],
    `a restart of the daemon costs its clients what was under way and no more (${title})`,
    async () => {
      const it = await world();
      await addModule(it, 'notes', honestMcp({ only: ['echo', 'slow', 'touch'] }), ['echo', 'slow', 'touch']);
      const agent = await connectMcp(it);
      await using connected = await stdioClient(agent, { client: { versionNegotiation: { mode } } });
      const { client, stderr } = connected;
      const heard: string[] = [];
      client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push('tools'));
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => void heard.push(params.uri));
      const call = async (tool: string, given: Record<string, unknown>): Promise<string> => {
        try {
          return textOf(await client.callTool({ name: `notes__${tool}`, arguments: given }));
        } catch (error) {
          return error instanceof Error ? error.message : String(error);
        }
      };
      expect(await call('echo', { text: 'before' })).toBe('before');
      if (mode === 'legacy') await client.subscribeResource({ uri: 'note://one' });

      const underWay = call('slow', { ms: 600_000 });
      await until('the slow call is under way', async () =>
        ofKind(await it.records(), 'attempt').find(({ tool }) => tool === 'slow'),
      );
      await end(it.daemon);
      expect(await underWay).toMatch(/the connection to the daemon broke off|stop/);
      // Nothing runs while nobody decides.
      expect(await call('echo', { text: 'alone' })).toContain('castellan: ');
      expect(stderr()).toContain('castellan: error: the connection to the daemon broke off');

      await using again = await startDaemon({ home: it.daemon.home });
      const back = await until(
        'an answer of the next daemon',
        async () => ((await call('echo', { text: 'after' })) === 'after' ? true : undefined),
        60_000,
      );
      expect(back).toBe(true);
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('notes__echo');
      expect(stderr()).toContain('a session is begun');
      if (mode === 'legacy') {
        expect(heard).toContain('tools');
        expect(await call('touch', { uri: 'note://one' })).toBe('touched');
        await until('it is still told of what it subscribed to', () => heard.includes('note://one') || undefined);
      }
      // Gone from there on is gone: who was disconnected is not let in again.
      await again.request('DELETE', `/v1/agents/${agent.id}`);
      expect(await call('echo', { text: 'revoked' })).not.toBe('revoked');
    },
    { timeout: 150_000 },
  );

verifies(
  ['K5', 'A3', 'M2'],
  'lines that are no message are answered and told apart; the end of input is the end; a strange credential file is none',
  async () => {
    await using it = await world();
    const agent = await connectMcp(it);
    const file = join(it.daemon.home, 'agents', agent.id, 'mcp.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    {
      await using link = start(agent);
      link.child.stdin.write(Buffer.from([0xff, 0xfe, 0x0a]));
      link.child.stdin.write(`${'x'.repeat(4_300_000)}\n`);
      link.child.stdin.write('\r\n\n');
      link.say(INITIALIZE);
      expect((await link.answer(1)).result).toBeDefined();
      const faults = link.lines().filter((line) => line.error !== undefined);
      expect(faults.map((line) => line.error?.message)).toEqual([
        'the message is not UTF-8',
        'the message is larger than 4194304 bytes',
      ]);
      link.child.stdin.end();
      expect(await link.code).toBe(0);
      expect(link.stderr()).toBe('');
    }
    const cases = [
      ['--agent', 'nobody'],
      ['--module', '../x'],
    ];
    for (const args of cases) {
      const told = await runProcess(process.execPath, [PROGRAM, 'mcp', ...args], { env: agent.env, timeout: 60_000 });
      expect([told.code, told.stdout]).toEqual([args[0] === '--module' ? 64 : 1, '']);
      expect(told.stderr).toMatch(/^castellan: error: .+\nhint: .+\n$/);
    }
    // Whoever else can read it may have it; so it counts as nobody's.
    chmodSync(file, 0o644);
    const open = await runProcess(process.execPath, [PROGRAM, 'mcp'], { env: agent.env, timeout: 60_000 });
    expect([open.code, open.stdout]).toEqual([1, '']);
    chmodSync(file, 0o600);
    // A credential that ended is told as that, to a client that runs as well, and is not tried again and again.
    {
      await using running = start(agent);
      running.say(INITIALIZE);
      await running.answer(1);
      await it.daemon.request('DELETE', `/v1/agents/${agent.id}`);
      expect(await running.code).toBe(1);
      expect(running.stderr()).toMatch(
        /^castellan: error: [^\n]*(disconnected|revoked)[^\n]*castellan status[^\n]*\n$/,
      );
    }
    await using link = start(agent);
    link.say(INITIALIZE);
    expect((await link.answer(1)).error?.message).toContain('castellan connect mcp');
    // An agent starts it, so it must not be refused under one; connecting is for a person.
    const under = { ...agent.env, CLAUDECODE: '1' };
    const refused = await runProcess(process.execPath, [PROGRAM, 'connect', 'mcp', '--name', 'x'], {
      env: under,
      timeout: 60_000,
    });
    expect(refused.code).toBe(2);
  },
  { timeout: 150_000 },
);

verifies(
  ['K5', 'M1'],
  'a client that asks for one module is told where no such server is, on either way in',
  async () => {
    await using it = await world();
    const agent = await connectMcp(it);
    // Not there at all; and one whose tools no server has.
    for (const name of ['nope', 'claude-code']) {
      await using link = start(agent, ['--module', name]);
      link.say(INITIALIZE);
      expect(await link.code).toBe(1);
      expect(link.lines().some((line) => line.result !== undefined)).toBe(false);
      expect(link.stderr()).toContain(`no server is behind \`${name}\`; \`castellan modules\` lists them`);
      const answer = await it.daemon.request('POST', `/mcp/${name}`, { token: agent.credential, body: INITIALIZE });
      expect(answer.status, answer.text).toBe(404);
      expect(answer.json()).toMatchObject({
        message: `no server is behind \`${name}\``,
        hint: '`castellan modules` lists them',
      });
    }
  },
  { timeout: 120_000 },
);
