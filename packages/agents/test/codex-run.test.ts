// What `castellan run codex` refuses to pass on, and which running Codex goes past the hooks.
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { codexFlagFault } from '../src/codex/run/flags.ts';
import { codexEnvironment } from '../src/codex/run/program.ts';
import { findCodexBypasses } from '../src/codex/watch/bypass.ts';

verifies(['K4', 'K7'], 'words that weaken are refused in every spelling, and so is what nobody knows', () => {
  for (const args of [
    ['--dangerously-bypass-approvals-and-sandbox'],
    ['exec', '--yolo', 'go on'],
    ['--dangerously-bypass-hook-trust'],
    ['-c', 'features.hooks=false'],
    ['-cfeatures.hooks=false'],
    ['--config=features.hooks=false'],
    ['--disable', 'hooks'],
    ['--enable=shell_tool'],
    ['--profile', 'weak'],
    ['-pweak'],
    ['--ignore-user-config'],
    ['--trust'],
    ['--sandbox', 'danger-full-access'],
    ['-sdanger-full-access'],
    ['--sandbox=danger-full-access'],
    ['-a', 'on-failure'],
    ['--search'],
    ['--remote', 'ws://127.0.0.1:1'],
    ['--what-comes-next'],
    ['app-server'],
    ['-m', 'x', 'mcp', 'add'],
    ['exec-server'],
  ])
    expect([args, codexFlagFault(args)?.message]).toEqual([args, expect.stringContaining('refused')]);
});

test('what only says what is to be done passes', () => {
  for (const args of [
    [],
    ['fix the build'],
    ['exec', '--json', '-m', 'gpt-6-sol', 'fix'],
    ['exec', '-s', 'read-only', '--', '--disable'],
    ['resume', '--last'],
    ['--', 'mcp'],
    ['-mgpt-5.5', '--sandbox=workspace-write', 'do it'],
  ])
    expect([args, codexFlagFault(args)]).toEqual([args, null]);
});

verifies(
  ['K7', 'X4', 'X5'],
  'without the broker it gets the key of its own provider and of no other; with it, none',
  () => {
    const keys = { CODEX_API_KEY: 'c', OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: 'a', AWS_SECRET_ACCESS_KEY: 's' };
    const given = { HOME: '/home/u', ...keys, OPENAI_BASE_URL: 'http://elsewhere', CODEX_HOME: '/x' };
    expect(codexEnvironment(given, null)).toEqual({ HOME: '/home/u', CODEX_API_KEY: 'c', OPENAI_API_KEY: 'o' });
    const brokered = codexEnvironment(given, { baseUrl: 'http://127.0.0.1:1', key: 'placeholder' });
    expect(Object.keys(brokered)).toEqual(['HOME', 'CASTELLAN_MODEL_KEY']);
  },
);

const AGENT = 'agent_0000000001';
const seen = (args: readonly string[], env: Record<string, string> = {}) =>
  findCodexBypasses(
    [{ pid: 7, args: ['codex', ...args], env: { HOME: '/home/u', ...env } }],
    [{ agent: AGENT, home: '/home/u/.codex' }],
    '/home/u/.config/castellan',
  ).map(({ how }) => how);

test('a Codex that was started past the hooks is seen; one that was not is left alone', () => {
  for (const args of [
    ['--disable', 'hooks'],
    ['exec', '--disable=hooks', 'x'],
    ['-c', 'features.hooks=false'],
    ['-cfeatures.hooks = false'],
    ['--config=features."hooks"=false'],
    ['--enable', 'unified_exec_tty'],
    ['-p', 'weak'],
    ['--ignore-user-config'],
  ])
    expect([args, seen(args).length]).toEqual([args, 1]);
  expect(seen([], { CODEX_HOME: '/tmp/other' })).toHaveLength(1);
  expect(seen([], { CODEX_HOME: '/home/u/.config/castellan/agents/a/codex' })).toEqual([]);
  expect(seen(['exec', '--enable', 'hooks', 'hi'])).toEqual([]);
});
