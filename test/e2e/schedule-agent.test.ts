// An agent that a schedule starts, as a process: what it is given, what it is not, how it ends, and when it is not started at all.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAgent, connectorOf } from '@castellan/agents';
import { createClient, socketTransport } from '@castellan/client';
import type { Occasion, ScheduleView } from '@castellan/contract';
import { startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { until } from './support/world.ts';

vi.setConfig({ testTimeout: 180_000 });

const SECRET = 'mK7-quiet-otter-4411-row';

/** Says its version; otherwise writes down what it was given, leaves a process behind and says something. */
const CLIENT = `#!/bin/sh
case "$1" in --version) echo '2.1.999 (Claude Code)'; exit 0 ;; esac
printf '%s\\n' "$@" > args.txt
env | sort > env.txt
setsid sleep 300 > /dev/null 2>&1 &
echo $! > left.txt
echo "the report is written, with ${SECRET}"
`;

async function setUp() {
  const [project, user] = [tempFolder(), tempFolder()];
  const claude = join(tempFolder(), 'claude');
  writeFileSync(claude, CLIENT, { mode: 0o755 });
  const daemon = await startDaemon({
    env: { GITHUB_TOKEN: 'ghp_not_for_agents', NODE_OPTIONS: '--no-warnings', HOME: user },
    config: { models: { upstreams: { mine: { url: 'http://127.0.0.1:9', api: 'anthropic' } } } },
  });
  const asked = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const reply = await daemon.request(method, path, body === undefined ? {} : { body });
    expect(reply.status, reply.text).toBe(200);
    return reply.json() as T;
  };
  await asked('POST', '/v1/secrets', {
    name: 'REPORT_KEY',
    value: SECRET,
    uses: [{ kind: 'host', name: '127.0.0.1:9' }],
  });
  const connected = await connectAgent(connectorOf('claude-code'), {
    machine: {
      ...{ home: daemon.home, userHome: user, cwd: project, etc: join(user, 'etc') },
      env: { HOME: user, PATH: process.env.PATH },
    },
    ...{ scope: 'isolated', name: 'claude', socket: daemon.socket, clientPath: claude },
    client: createClient({ transport: socketTransport({ socketPath: daemon.socket, token: daemon.state.token }) }),
    ...{ port: daemon.state.port, timeoutSeconds: 60, now: Date.now() },
  });
  if (!connected.ok) throw new Error(JSON.stringify(connected.fault));
  const { agent } = connected.value;
  const add = (prompt: string): Promise<{ id: string }> =>
    asked('POST', '/v1/schedules', {
      ...{ name: 'report', cron: '0 3 * * *', timeZone: 'UTC' },
      target: { kind: 'agent', agent, prompt, workspace: project, minutes: 5, modelUpstream: 'mine' },
    });
  const ended = (id: string): Promise<Occasion> =>
    until('the end of it', async () => {
      const [latest] = (await asked<ScheduleView>('GET', `/v1/schedules/${id}`)).occasions;
      return latest === undefined || latest.endedAt === null ? undefined : latest;
    });
  const file = (name: string): string => readFileSync(join(project, name), 'utf8');
  return { daemon, asked, agent, add, ended, file, settings: connected.value.files[0]?.path ?? '' };
}

verifies(
  ['S9', 'K7', 'X4', 'X2'],
  'it is started as `castellan run` starts it, its prompt is no flag, it ends with what it left behind, and what it said is without secrets',
  async () => {
    const it = await setUp();
    await using _ = it.daemon;
    const { id } = await it.add('--dangerously-skip-permissions and write the report');
    await it.asked('POST', `/v1/schedules/${id}/run`);
    const occasion = await it.ended(id);
    expect(occasion).toMatchObject({ outcome: 'succeeded', text: 'the report is written, with [REDACTED:REPORT_KEY]' });
    const args = it.file('args.txt').trimEnd().split('\n');
    expect(args.slice(0, 3)).toEqual([
      '--setting-sources=user',
      '--strict-mcp-config',
      '--allowedTools=Read,Glob,Grep',
    ]);
    expect(args.slice(3, 5)).toEqual(['-p', '--session-id']);
    expect(args[5]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(args.slice(6)).toEqual(['--', '--dangerously-skip-permissions and write the report']);
    const env = it.file('env.txt');
    expect(env).toContain(`CLAUDE_CONFIG_DIR=${it.daemon.home}/agents/`);
    expect(env).toMatch(/^ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/model\/mine$/m);
    expect(env).not.toMatch(/GITHUB_TOKEN|NODE_OPTIONS|CASTELLAN_HOME/);
    await until('the end of what it left behind', () =>
      existsSync(`/proc/${it.file('left.txt').trim()}`) ? undefined : true,
    );
    const ledger = await it.asked<object>('GET', '/v1/ledger?limit=1000');
    expect(JSON.stringify(ledger)).not.toContain(SECRET);
  },
);

verifies(
  ['S9', 'K7'],
  'it is not started where its hooks were taken out, where it was frozen, or where it was revoked',
  async () => {
    const it = await setUp();
    await using _ = it.daemon;
    const { id } = await it.add('write the report');
    const settings = readFileSync(it.settings, 'utf8');
    writeFileSync(it.settings, '{}');
    await it.asked('POST', `/v1/schedules/${id}/run`);
    expect(await it.ended(id)).toMatchObject({
      outcome: 'failed',
      text: expect.stringContaining('connect claude-code'),
    });
    writeFileSync(it.settings, settings);
    const whyNot = async (): Promise<string | null> =>
      (await it.asked<ScheduleView>('GET', `/v1/schedules/${id}`)).schedule.why;
    expect(await whyNot()).toBeNull();
    await it.asked('POST', `/v1/agents/${it.agent}/freeze`);
    expect(await whyNot()).toBe('agent `claude` is frozen');
    expect((await it.daemon.request('POST', `/v1/schedules/${id}/run`)).status).toBe(409);
    await it.asked('POST', `/v1/agents/${it.agent}/thaw`);
    await it.asked('DELETE', `/v1/agents/${it.agent}`);
    expect(await whyNot()).toBe('there is no such agent any more');
    expect(existsSync(it.settings.replace('settings.json', 'args.txt'))).toBe(false);
    expect(() => it.file('args.txt')).toThrow();
  },
);
