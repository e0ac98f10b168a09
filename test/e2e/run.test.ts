// `castellan run` where nobody sits at a terminal, as in CI: what the agent is told, how it ends, what stops it, and when it is not
// started at all. The command itself, the real daemon, and a program in the agent's place.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, type RunningDaemon, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type IsolatedAgent, isolatedAgent } from './support/run-in-terminal.ts';
import { until, world } from './support/world.ts';

/** Writes down what it was given, then does what its first argument says. */
const AGENT = `
const { writeFileSync } = await import('node:fs');
const [what, ...more] = process.argv.slice(process.argv.indexOf('-p') + 1);
writeFileSync('given.json', JSON.stringify({ env: process.env, args: process.argv.slice(2) }));
if (what === 'end') process.exit(Number(more[0] ?? 0));
if (what === 'die') process.kill(process.pid, 'SIGKILL');
const got = [];
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH', 'SIGCONT', 'SIGUSR1'])
  process.on(name, () => { got.push(name); writeFileSync('got.txt', got.join(' ')); if (name === 'SIGTERM') process.exit(9); });
writeFileSync('ready.txt', String(process.pid));
setInterval(() => undefined, 1000);
`;

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
  said(): string;
}

function start(
  daemon: RunningDaemon,
  { user, project }: Pick<IsolatedAgent, 'user' | 'project'>,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Started {
  const entry = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  const child = spawn(process.execPath, [entry, 'run', ...args], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: user, CASTELLAN_HOME: daemon.home, ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = once(child, 'close').then(([code]) => Number(code ?? -1));
  return { child, ended, said: () => said };
}

const given = ({ project }: IsolatedAgent): { readonly env: Record<string, string>; readonly args: string[] } =>
  JSON.parse(readFileSync(join(project, 'given.json'), 'utf8'));
const stateOf = (pid: number): string => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';

verifies(['K7'], 'its exit code is the agent’s own, also when a signal ended it', async () => {
  await using it = await world();
  const agent = await isolatedAgent(it.daemon, AGENT);
  expect(await start(it.daemon, agent, ['claude-code', '--', '-p', 'end', '7']).ended).toBe(7);
  expect(await start(it.daemon, agent, ['claude-code', '--', '-p', 'end']).ended).toBe(0);
  expect(await start(it.daemon, agent, ['claude-code', '--', '-p', 'die']).ended).toBe(128 + 9);
});

verifies(
  ['K7', 'H11'],
  'nobody is there: what needs a person is refused at once, unless somebody answers elsewhere',
  async () => {
    await using it = await world();
    const agent = await isolatedAgent(it.daemon, AGENT);
    const end = ['claude-code', '--', '-p', 'end'];
    expect(await start(it.daemon, agent, ['--task', 'Release 2.1', ...end]).ended).toBe(0);
    const first = given(agent).env;
    expect(first).toMatchObject({ CASTELLAN_CONFIRM: 'deny', CASTELLAN_TASK: 'Release%202.1' });
    expect(first.CASTELLAN_RUN).toMatch(/^[0-9a-f]{32}$/);
    expect(first).not.toHaveProperty('CASTELLAN_WITHIN');
    const outer = {
      CASTELLAN_RUN: first.CASTELLAN_RUN ?? '',
      CASTELLAN_CONFIRM: 'allow',
      CASTELLAN_HOME: it.daemon.home,
    };
    expect(await start(it.daemon, agent, ['--confirm', 'wait', ...end], outer).ended).toBe(0);
    const second = given(agent).env;
    expect(second).not.toHaveProperty('CASTELLAN_CONFIRM');
    expect(second.CASTELLAN_WITHIN).toBe(first.CASTELLAN_RUN);
    expect(second.CASTELLAN_RUN).not.toBe(first.CASTELLAN_RUN);
    const wrong = start(it.daemon, agent, ['--confirm', 'allow', ...end]);
    expect(await wrong.ended).toBe(64);
    expect(wrong.said()).toContain('deny, wait');
  },
);

verifies(['K7'], 'signals reach it, and stopping stops both', async () => {
  await using it = await world();
  const agent = await isolatedAgent(it.daemon, AGENT);
  const { child, ended } = start(it.daemon, agent, ['claude-code', '--', '-p', 'wait']);
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(join(agent.project, name), 'utf8') || undefined;
    } catch {
      return undefined;
    }
  };
  const pid = Number(await until('the agent', () => read('ready.txt')));
  const own = child.pid ?? 0;
  for (const name of ['SIGINT', 'SIGHUP', 'SIGWINCH', 'SIGUSR1'] as const) {
    child.kill(name);
    await until(name, () => (read('got.txt')?.includes(name) ? true : undefined));
  }
  child.kill('SIGTSTP');
  await until('both stopped', () => (stateOf(pid) === 'T' && stateOf(own) === 'T' ? true : undefined));
  child.kill('SIGCONT');
  await until('both going on', () => (stateOf(pid) !== 'T' && stateOf(own) !== 'T' ? true : undefined));
  child.kill('SIGTERM');
  expect(await ended).toBe(9);
});

verifies(['K7', 'K2'], 'it is not started: not connected, hooks changed, a flag that weakens, no daemon', async () => {
  await using it = await world();
  const nobody = { user: it.daemon.home, project: it.daemon.home };
  const none = start(it.daemon, nobody, ['claude-code']);
  expect(await none.ended).toBe(1);
  expect(none.said()).toContain('castellan connect claude-code --scope isolated');
  const unknown = start(it.daemon, nobody, ['cursor']);
  expect(await unknown.ended).toBe(64);
  expect(unknown.said()).toContain('`claude-code`');

  const agent = await isolatedAgent(it.daemon, AGENT);
  const weak = start(it.daemon, agent, ['claude-code', '--', '--dangerously-skip-permissions', '-p', 'end']);
  expect(await weak.ended).toBe(2);
  expect(weak.said()).toContain('`--dangerously-skip-permissions` is refused: it skips permission checks');

  const good = readFileSync(agent.settings, 'utf8');
  writeFileSync(agent.settings, good.replace('"onFailure": "block"', '"onFailure": "allow"'));
  const changed = start(it.daemon, agent, ['claude-code', '--', '-p', 'end']);
  expect(await changed.ended).toBe(1);
  expect(changed.said()).toContain('hooks were changed');
  writeFileSync(agent.settings, good);

  await it.daemon.stop();
  const down = start(it.daemon, agent, ['claude-code', '--', '-p', 'end']);
  expect(await down.ended).toBe(1);
  expect(down.said()).toContain('castellan up');
  expect(() => given(agent)).toThrow();
});

verifies(['K3', 'K7'], 'OpenCode is told by its environment that it has no tool but those of the gateway', async () => {
  await using it = await world();
  const tellAll = `
const { writeFileSync } = await import('node:fs');
const { CASTELLAN_PROJECT: project, ...env } = process.env;
writeFileSync(project + '/given.json', JSON.stringify({ env, args: process.argv.slice(2) }));
`;
  const agent = await isolatedAgent(it.daemon, tellAll, 'opencode');
  const ran = start(it.daemon, agent, ['opencode', '--', 'run', 'fix'], { OPENCODE_CONFIG_CONTENT: '{"tools":{}}' });
  expect(await ran.ended, ran.said()).toBe(0);
  const { env, args } = given(agent);
  expect(args).toEqual(['run', 'fix']);
  const only = { '*': 'deny', 'castellan_*': 'allow' };
  const told = JSON.parse(env.OPENCODE_CONFIG_CONTENT ?? '') as Record<string, unknown>;
  expect(told).toMatchObject({
    permission: only,
    tools: { '*': false, 'castellan_*': true },
    agent: { build: { permission: only }, plan: { permission: only }, title: { permission: { '*': 'deny' } } },
  });
  expect(Object.keys(told.mcp as object)).toEqual(['castellan']);
  for (const name of ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'OPENCODE_TEST_HOME'])
    expect(env[name], name).toMatch(new RegExp(`^${it.daemon.home}/agents/`));
  const weak = start(it.daemon, agent, ['opencode', '--', 'run', '--pure', 'fix']);
  expect(await weak.ended).toBe(2);
  expect(weak.said()).toContain('`--pure` is refused: it starts without plug-ins');
});
