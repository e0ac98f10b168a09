// Whether entries that do not count any more are seen: pure for processes, with real files for what a connection wrote.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '@castellan/contract';
import { expect, test } from 'vitest';
import { findBypasses, readsProject } from '../src/claude-code/watch/bypass.ts';
import { type ClaudeProcess, isClaude } from '../src/claude-code/watch/processes.ts';
import { connectAgent, connectorOf, type HookAlarm, watchHooks } from '../src/index.ts';
import { alarmsOf, gathered } from '../src/watch/alarms.ts';
import { fakeDaemon, freshMachine, installed, optionsOf } from './connection/support.ts';

const USER = { agent: 'agent_abcdef', scope: 'user', files: [{ path: '/home/me/.claude/settings.json' }] } as const;
const started = (args: readonly string[], env: Record<string, string> = {}): ClaudeProcess => ({
  pid: 7,
  args: ['claude', ...args],
  env: { HOME: '/home/me', ...env },
  cwd: '/home/me/project',
});
const how = (process: ClaudeProcess, connected: Parameters<typeof findBypasses>[1] = [USER]) =>
  findBypasses([process], connected, '/home/me/.config/castellan').map((bypass) => bypass.how);

test.each<[string, readonly string[], Record<string, string>]>([
  ['--bare', ['--bare'], {}],
  ['--safe-mode', ['-p', 'x', '--safe-mode'], {}],
  ['--restricted', ['--restricted'], {}],
  ['--setting-sources', ['--setting-sources', 'project,local'], {}],
  ['--setting-sources', ['--setting-sources='], {}],
  ['--settings', ['--settings', '{"disableAllHooks":true}'], {}],
  ['--managed-settings', ['--managed-settings', '{"allowManagedHooksOnly":true}'], {}],
  ['CLAUDE_CODE_SIMPLE', [], { CLAUDE_CODE_SIMPLE: '1' }],
  ['CLAUDE_CODE_SAFE_MODE', [], { CLAUDE_CODE_SAFE_MODE: '1' }],
  ['CLAUDE_CONFIG_DIR', [], { CLAUDE_CONFIG_DIR: '/tmp/elsewhere' }],
])('%s %j %j is seen', (name, args, env) => {
  expect(how(started(args, env))).toEqual([expect.stringContaining(name)]);
});

test.each<[readonly string[], Record<string, string>]>([
  [[], {}],
  [['--setting-sources', 'user,project'], {}],
  [['--settings', '{"model":"opus"}'], {}],
  [[], { CLAUDE_CODE_SIMPLE: '0' }],
  [[], { CLAUDE_CONFIG_DIR: '/home/me/.claude' }],
  [[], { CLAUDE_CONFIG_DIR: '/home/me/.config/castellan/agents/agent_1/claude' }],
])('%j %j is no bypass', (args, env) => expect(how(started(args, env))).toEqual([]));

test('a project needs its local settings, and concerns its own folder only; the machine’s hooks are never left out', () => {
  const path = '/home/me/project/.claude/settings.local.json';
  const project = { agent: 'agent_abcdef', scope: 'project', files: [{ path }] } as const;
  expect(how(started(['--setting-sources', 'user']), [project])).toHaveLength(1);
  expect(how({ ...started(['--bare']), cwd: '/home/me/other' }, [project])).toEqual([]);
  expect(how(started(['--bare']), [{ ...USER, scope: 'managed' }])).toEqual([]);
});

test('a process counts the settings of its project where it has ours and was not told to leave those out', () => {
  expect(readsProject(started([]), USER)).toBe(true);
  expect(readsProject(started(['--setting-sources', 'user']), USER)).toBe(false);
  expect(readsProject(started(['--setting-sources=user,local']), USER)).toBe(true);
  expect(readsProject(started([], { CLAUDE_CONFIG_DIR: '/tmp/x' }), USER)).toBe(false);
  expect(readsProject(started([]), { ...USER, scope: 'managed' })).toBe(false);
  const path = '/home/me/project/.claude/settings.local.json';
  expect(readsProject(started([]), { ...USER, scope: 'project', files: [{ path }] })).toBe(true);
});

test('what is a Claude Code', () => {
  expect(isClaude('/opt/claude', ['x'])).toBe(true);
  expect(isClaude('/opt/claude (deleted)', [])).toBe(true);
  expect(isClaude('/usr/bin/node', ['node', '/lib/node_modules/@anthropic-ai/claude-code/cli.js'])).toBe(true);
  expect(isClaude('/usr/bin/grep', ['grep', 'claude'])).toBe(false);
});

test('one alarm for each agent and kind, the same whatever came first', () => {
  const one = alarmsOf('agent_abcdef', [
    { kind: 'intact' },
    { kind: 'missing', text: 'b', hint: 'h' },
    { kind: 'bypassed', text: 'c', hint: 'h' },
    { kind: 'missing', text: 'a', hint: 'h' },
  ]);
  expect(gathered(one).map(({ kind, text }) => [kind, text])).toEqual([
    ['hooks-bypassed', 'c'],
    ['hooks-missing', 'a; b'],
  ]);
  expect(gathered(one.toReversed())).toEqual(gathered(one));
});

/** What is told of the clients that others run on this machine meanwhile, and of nothing else. */
const isOfOthers = (text: string): boolean => text.split('; ').every((part) => / started with /.test(part));

async function watched() {
  const machine = freshMachine();
  const daemon = fakeDaemon();
  const connected = await connectAgent(
    installed(connectorOf('claude-code')),
    optionsOf(machine, daemon, { scope: 'user' }),
  );
  if (!connected.ok) throw new Error(connected.fault.message);
  const listed = await daemon.client.agents();
  const agents: readonly Agent[] = listed.ok ? listed.value.agents : [];
  const workspace = machine.cwd;
  mkdirSync(join(workspace, '.claude'));
  const reports: (readonly HookAlarm[])[] = [];
  let looked = 0;
  let poll = (): void => undefined;
  const failing = { look: false, report: false };
  const watch = watchHooks({
    machine,
    port: 9999,
    agents: () => agents,
    workspaces: () => {
      looked += 1;
      if (failing.look) throw new Error('it cannot be looked at');
      return [{ agent: connected.value.agent, workspace }];
    },
    onChange: (alarms) => {
      if (failing.report) throw new Error('it cannot be recorded');
      const ours = alarms.filter(({ text }) => !isOfOthers(text));
      if (ours.length > 0 || reports.length > 0) reports.push(ours);
    },
    every: (_ms, tick) => {
      poll = tick;
      return () => undefined;
    },
  });
  const settingsPath = connected.value.files[0]?.path ?? '';
  return { watch, reports, looks: () => looked, poll: () => poll(), failing, settingsPath, workspace, machine, daemon };
}
const kinds = (alarms: readonly HookAlarm[] | undefined) => alarms?.map(({ kind }) => kind);

test('intact: silence; removed: an alarm; connected again: it ends', async () => {
  const { watch, reports, settingsPath, machine, daemon } = await watched();
  await using _ = watch;
  await watch.check();
  expect(reports).toEqual([]);
  rmSync(settingsPath);
  await watch.check();
  expect(kinds(reports.at(-1))).toEqual(['hooks-missing']);
  const again = await connectAgent(
    installed(connectorOf('claude-code')),
    optionsOf(machine, daemon, { scope: 'user' }),
  );
  expect(again.ok).toBe(true);
  await watch.check();
  expect(reports.at(-1)).toEqual([]);
});

test('a change is seen by itself, without a poll', async () => {
  const { watch, reports, settingsPath } = await watched();
  await using _ = watch;
  await watch.check();
  writeFileSync(settingsPath, '{}');
  await expect.poll(() => kinds(reports.at(-1))).toEqual(['hooks-missing']);
});

test('what else is written in the folder of a project is not looked at; what may switch hooks off or start code is', async () => {
  const { watch, workspace, looks, reports } = await watched();
  await using _ = watch;
  const plugins = join(workspace, '.opencode', 'plugin');
  mkdirSync(plugins, { recursive: true });
  await watch.check();
  // Looks that were begun are over, and no event is on its way.
  const settled = async (): Promise<number> => {
    for (let quiet = 0, before = looks(); quiet < 4; before = looks()) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      quiet = before === looks() ? quiet + 1 : 0;
    }
    return looks();
  };
  const before = await settled();
  for (let n = 0; n < 200; n += 1) writeFileSync(join(workspace, `work-${n}.ts`), 'x');
  expect(await settled()).toBe(before);
  for (const file of [join(plugins, 'evil.ts'), join(workspace, '.mcp.json'), join(workspace, '.git')]) {
    const last = await settled();
    writeFileSync(file, '');
    await expect.poll(looks, { message: file }).toBeGreaterThan(last);
  }
  // Another folder in the place of one is watched as that was.
  for (const go of [
    () => rmSync(join(workspace, '.claude'), { recursive: true }),
    () => renameSync(join(workspace, '.claude'), join(workspace, '.was')),
  ]) {
    go();
    const last = await settled();
    mkdirSync(join(workspace, '.claude'));
    await expect.poll(looks).toBeGreaterThan(last);
    await settled();
    writeFileSync(join(workspace, '.claude', 'settings.local.json'), '{"disableAllHooks":true}');
    await expect.poll(() => kinds(reports.at(-1))).toEqual(['hooks-disabled']);
    rmSync(join(workspace, '.claude', 'settings.local.json'));
    await expect.poll(() => kinds(reports.at(-1))).toEqual([]);
  }
});

test('the project switches hooks off, or brings its own', async () => {
  const { watch, reports, workspace } = await watched();
  await using _ = watch;
  writeFileSync(join(workspace, '.claude', 'settings.local.json'), '{"disableAllHooks":true}');
  await watch.check();
  expect(kinds(reports.at(-1))).toEqual(['hooks-disabled']);
  const hooks = { PreToolUse: [{ hooks: [{ type: 'command', command: 'evil' }] }] };
  writeFileSync(join(workspace, '.claude', 'settings.json'), JSON.stringify({ hooks }));
  await watch.check();
  expect(kinds(reports.at(-1))).toEqual(['hooks-bypassed', 'hooks-disabled']);
});

test('managed settings that leave our hooks out, and a lost record', async () => {
  const { watch, reports, machine } = await watched();
  await using _ = watch;
  mkdirSync(join(machine.etc, 'claude-code'));
  writeFileSync(join(machine.etc, 'claude-code', 'managed-settings.json'), '{"allowManagedHooksOnly":true}');
  await watch.check();
  expect(kinds(reports.at(-1))).toEqual(['hooks-disabled']);
  rmSync(join(machine.home, 'agents'), { recursive: true });
  await watch.check();
  expect(kinds(reports.at(-1))).toEqual(['hooks-missing']);
});

test.each(['look', 'report'] as const)(
  'a %s that fails is made up for by the next poll, and ends nothing',
  async (what) => {
    const { watch, reports, settingsPath, failing, looks, poll } = await watched();
    await using _ = watch;
    const stray: unknown[] = [];
    const note = (error: unknown): void => void stray.push(error);
    process.on('unhandledRejection', note);
    using __ = { [Symbol.dispose]: () => void process.off('unhandledRejection', note) };
    await watch.check();
    failing[what] = true;
    rmSync(settingsPath);
    const before = looks();
    poll();
    await expect.poll(looks).toBeGreaterThan(before);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(stray).toEqual([]);
    expect(reports).toEqual([]);
    failing[what] = false;
    poll();
    await expect.poll(() => kinds(reports.at(-1))).toEqual(['hooks-missing']);
  },
);

test('a record that cannot be read is an alarm, not the end of the watch', async () => {
  const { watch, reports, machine } = await watched();
  await using _ = watch;
  await watch.check();
  const [agent = ''] = readdirSync(join(machine.home, 'agents'));
  const record = join(machine.home, 'agents', agent, 'connection.json');
  rmSync(record);
  mkdirSync(record);
  await watch.check();
  expect(kinds(reports.at(-1))).toEqual(['hooks-missing']);
  expect(reports.at(-1)?.[0]?.text).toContain('cannot be looked at');
});
