// Whether a bypass is seen: pure for processes, with real files for settings.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Agent } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { digestOf, writeConnection } from '../src/claude-code/connection.ts';
import { settingsText, withHooks } from '../src/claude-code/settings/merge.ts';
import { findBypasses } from '../src/claude-code/watch/bypass.ts';
import { type ClaudeProcess, isClaude } from '../src/claude-code/watch/processes.ts';
import { type HookAlarm, watchHooks } from '../src/index.ts';
import { SPEC } from './support.ts';

const USER = { agent: 'agent_abcdef', scope: 'user', settingsPath: '/home/me/.claude/settings.json' } as const;
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
  ['CLAUDE_CODE_SIMPLE', [], { CLAUDE_CODE_SIMPLE: '1' }],
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

test('a project needs its local settings, and concerns its own folder only', () => {
  const project = {
    agent: 'agent_abcdef',
    scope: 'project',
    settingsPath: '/home/me/project/.claude/settings.local.json',
  } as const;
  expect(how(started(['--setting-sources', 'user']), [project])).toHaveLength(1);
  expect(how({ ...started(['--bare']), cwd: '/home/me/other' }, [project])).toEqual([]);
});

test('what is a Claude Code', () => {
  expect(isClaude('/opt/claude', ['x'])).toBe(true);
  expect(isClaude('/opt/claude (deleted)', [])).toBe(true);
  expect(isClaude('/usr/bin/node', ['node', '/lib/node_modules/@anthropic-ai/claude-code/cli.js'])).toBe(true);
  expect(isClaude('/usr/bin/grep', ['grep', 'claude'])).toBe(false);
});

async function watched() {
  const root = tempFolder();
  const settingsPath = join(root, 'user', '.claude', 'settings.json');
  const workspace = join(root, 'project');
  mkdirSync(dirname(settingsPath), { recursive: true });
  mkdirSync(join(workspace, '.claude'), { recursive: true });
  const spec = { ...SPEC, settingsPath };
  const text = settingsText(withHooks({}, spec), '');
  writeFileSync(settingsPath, text);
  const { port, timeoutSeconds, node, script } = spec;
  await writeConnection(root, {
    ...{ schema: 'castellan/connection/v1', kind: 'claude-code', agent: 'agent_abcdef', scope: 'user', settingsPath },
    ...{
      port,
      timeoutSeconds,
      node,
      script,
      claude: '/x',
      written: digestOf(text),
      restore: { kind: 'remove' },
      before: {},
    },
  } as Parameters<typeof writeConnection>[1]);
  const agent: Agent = {
    ...{ id: 'agent_abcdef', kind: 'claude-code', name: 'c', watched: [settingsPath], hookTimeoutSeconds: 600 },
    ...{ createdAt: 0, lastSeenAt: null, revokedAt: null, frozen: null },
  } as Agent;
  const reports: (readonly HookAlarm[])[] = [];
  const watch = watchHooks({
    home: root,
    port,
    agents: () => [agent],
    workspaces: () => [{ agent: 'agent_abcdef', workspace }],
    onChange: (alarms) => reports.push(alarms),
    every: () => () => undefined,
    processes: async () => [],
    managedFile: join(root, 'managed.json'),
  });
  return { watch, reports, settingsPath, text, workspace, root };
}
const kinds = (alarms: readonly HookAlarm[] | undefined) => alarms?.map(({ kind }) => kind);

test('intact: silence; removed: an alarm; restored: it ends', async () => {
  const { watch, reports, settingsPath, text } = await watched();
  await using _ = watch;
  await watch.check();
  expect(reports).toEqual([]);
  rmSync(settingsPath);
  await watch.check();
  expect(kinds(reports.at(-1))).toEqual(['hooks-missing']);
  writeFileSync(settingsPath, text);
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
  const { watch, reports, root } = await watched();
  await using _ = watch;
  writeFileSync(join(root, 'managed.json'), '{"allowManagedHooksOnly":true}');
  await watch.check();
  expect(kinds(reports.at(-1))).toEqual(['hooks-disabled']);
  rmSync(join(root, 'agents'), { recursive: true });
  await watch.check();
  expect(kinds(reports.at(-1))).toEqual(['hooks-missing']);
});
