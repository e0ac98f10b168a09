// Pins: the environment and the flags an agent is started with, spelt out again.

import { childEnvironment } from '@castellan/contract';
import { expect, test } from 'vitest';
import { ENFORCED, flagFault } from '../src/claude-code/run/flags.ts';
import { claudeEnvironment } from '../src/claude-code/run/program.ts';
import { userArguments } from '../src/run/prepare.ts';

const USER = {
  ...{
    PATH: '/bin',
    HOME: '/home/me',
    LANG: 'C',
    LC_ALL: 'C',
    TZ: 'UTC',
    TMPDIR: '/tmp',
    TERM: 'xterm',
    XDG_RUNTIME_DIR: '/run/1',
  },
  ...{ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'u', AWS_REGION: 'eu', CLAUDE_CODE_USE_BEDROCK: '1' },
  ...{
    NODE_OPTIONS: '--require /x.js',
    LD_PRELOAD: '/x.so',
    CLAUDE_CODE_SIMPLE: '1',
    CLAUDE_CONFIG_DIR: '/x',
    BASH_ENV: '/x',
  },
  ...{
    GITHUB_TOKEN: 't',
    SSH_AUTH_SOCK: '/s',
    OPENAI_API_KEY: 'o',
    CASTELLAN_HOME: '/c',
    AWS_CONFIG_FILE: '/x',
    UNSET: undefined,
  },
};

test('pin: what the agent gets', () => {
  expect(Object.keys(claudeEnvironment(USER, null))).toEqual([
    ...['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TERM', 'XDG_RUNTIME_DIR'],
    ...['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'AWS_REGION', 'CLAUDE_CODE_USE_BEDROCK'],
  ]);
  expect(Object.keys(childEnvironment('plain', USER))).toEqual([
    'PATH',
    'HOME',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'TERM',
    'XDG_RUNTIME_DIR',
  ]);
});

test('pin: what is always added', () => {
  expect(ENFORCED).toEqual(['--setting-sources=user', '--strict-mcp-config', '--allowedTools=Read,Glob,Grep']);
});

test.each([
  [['--dangerously-skip-permissions']],
  [['--allow-dangerously-skip-permissions']],
  [['--permission-mode', 'bypassPermissions']],
  [['--permission-mode=bypassPermissions']],
  [['--permission-mode']],
  [['--permission-mode', 'auto']],
  [['--bare']],
  [['--safe-mode']],
  [['--restricted']],
  [['--settings', '{}']],
  [['--settings={}']],
  [['--setting-sources=']],
  [['--managed-settings', '{}']],
  [['--permission-prompt-tool', 'mcp__x__y']],
  [['--plugin-dir', '/x']],
  [['--agents', '{}']],
  [['--project-config-root', '/x']],
  [['--a-flag-of-tomorrow']],
  [['-pc']],
  [['-p', 'do it', '--bare']],
])('refused: %j', (args) => {
  const fault = flagFault(args);
  expect(fault?.hint).toContain('leave it out');
  expect(fault?.message).toMatch(/^`-/);
});

test('the separator of our own command line is not the client’s, and hides no flag', () => {
  expect(userArguments(['--', '-p', 'do it'])).toEqual(['-p', 'do it']);
  expect(flagFault(userArguments(['--', '--bare']))?.flag).toBe('--bare');
  // A second one is the user's: it ends the client's options.
  expect(userArguments(['--', '-p', '--', '--bare is a word'])).toEqual(['-p', '--', '--bare is a word']);
  expect(userArguments(['-p', '--', 'x'])).toEqual(['-p', '--', 'x']);
});

test.each([
  [['-p', 'do it']],
  [['--model', 'opus', '--permission-mode', 'plan']],
  [['--continue']],
  [['--', '--bare is a word']],
  [[]],
])('passed on: %j', (args) => expect(flagFault(args)).toBeNull());
