// The agent that wants to approve itself, from its own shell.
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot, runProcess, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { agentAbove, type ProcessTable, procTable } from '../src/under-agent.ts';

interface Row {
  readonly parent: number;
  readonly names: readonly string[];
  readonly argv: readonly string[];
}
const table = (rows: Readonly<Record<number, Row>>): ProcessTable => ({ read: (pid) => rows[pid] });
const shell = (parent: number): Row => ({ parent, names: ['bash', '/usr/bin/bash'], argv: ['bash'] });
const above = (row: Omit<Row, 'parent'>): string | undefined =>
  agentAbove({}, 30, table({ 30: shell(20), 20: shell(10), 10: { parent: 1, ...row } }));

test('marks in the environment', () => {
  for (const name of [
    'CLAUDECODE',
    'CLAUDE_CODE_ENTRYPOINT',
    'CODEX_SANDBOX',
    'CODEX_THREAD_ID',
    'OPENCODE',
    'OPENCODE_PID',
  ]) {
    expect(agentAbove({ [name]: '1' }, 1, table({}))).toContain(name);
  }
  // What people set to configure a client is no sign of one.
  for (const name of ['CODEX_HOME', 'OPENCODE_CONFIG', 'ANTHROPIC_API_KEY', 'CLAUDE_CONFIG_DIR']) {
    expect(agentAbove({ [name]: '1' }, 1, table({}))).toBeUndefined();
  }
});

test('an ancestor by its name, its program or the script it interprets', () => {
  expect(above({ names: ['claude'], argv: ['claude'] })).toContain('process 10');
  expect(above({ names: ['codex', '/opt/codex'], argv: ['/opt/codex'] })).toBeDefined();
  expect(above({ names: ['node', '/usr/bin/node'], argv: ['node', '/usr/local/bin/claude', '-p'] })).toBeDefined();
  expect(above({ names: ['MainThread'], argv: ['node', '/lib/node_modules/@openai/codex/bin/x.js'] })).toBeDefined();
  expect(above({ names: ['2.1.330', '/home/u/.local/share/claude/versions/2.1.330'], argv: [''] })).toBeDefined();
  expect(above({ names: ['opencode'], argv: ['opencode'] })).toBeDefined();
});

test('a person who edits a file called claude is no agent', () => {
  expect(above({ names: ['vim', '/usr/bin/vim'], argv: ['vim', 'claude'] })).toBeUndefined();
  expect(above({ names: ['tmux'], argv: ['tmux', 'new', '-s', 'claude'] })).toBeUndefined();
  expect(above({ names: ['less'], argv: ['less', '/notes/codex'] })).toBeUndefined();
});

test('npm writes its whole command line into its own name: what it was asked to run is no ancestor', () => {
  const title = 'npm exec castellan connect claude-code --claude /usr/local/bin/claude';
  expect(above({ names: [title.slice(0, 15), '/usr/bin/node'], argv: [title, ''] })).toBeUndefined();
  const inPackage = 'npm exec castellan connect --claude /lib/node_modules/@anthropic-ai/claude-code-linux-x64/claude';
  expect(above({ names: ['npm exec castel', '/usr/bin/node'], argv: [inPackage] })).toBeUndefined();
  // A client that does the same is still one, and so is one in a folder with a space in its name.
  expect(above({ names: ['node', '/usr/bin/node'], argv: ['claude --resume'] })).toBeDefined();
  expect(above({ names: ['MainThread', '/opt/my tools/claude'], argv: ['/opt/my tools/claude'] })).toBeDefined();
  // The native client, in the package that carries it for one platform.
  const native = '/lib/node_modules/@anthropic-ai/claude-code-linux-x64/bin';
  expect(above({ names: ['MainThread', native], argv: ['x'] })).toBeDefined();
});

test('a table that goes in circles or ends early ends the search', () => {
  expect(agentAbove({}, 5, table({ 5: shell(6), 6: shell(5) }))).toBeUndefined();
  expect(agentAbove({}, 5, table({}))).toBeUndefined();
});

test('the kernel’s table is read, this very process in it', () => {
  const own = procTable.read(process.pid);
  expect(own?.parent).toBe(process.ppid);
});

const bin = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
const COMMANDS = [
  ['approve', 'x'],
  ['deny', 'x'],
  ['down'],
  ['connect', 'claude-code'],
  ['disconnect', 'x'],
  ['grants', 'add', '--tool', 'Bash', '--minutes', '5'],
  ['policy', 'preset', 'full-auto'],
  ['policy', 'level', 'mail', 'allow'],
  ['policy', 'deny', 'mail/x'],
  ['policy', 'undeny', 'mail/x'],
  ['policy', 'reload'],
];

verifies(
  ['A5'],
  'every command that only a person may use refuses in an agent’s environment',
  async () => {
    for (const args of COMMANDS) {
      const ended = await runProcess(process.execPath, [bin, ...args], {
        env: { PATH: process.env.PATH ?? '', CLAUDECODE: '1', CASTELLAN_HOME: '/nonexistent/state' },
      });
      expect(ended.code, args.join(' ')).toBe(2);
      expect(ended.stderr).toMatch(
        /^castellan: error: `castellan [a-z ]+` is for a person, and this runs under an agent: /,
      );
      expect(ended.stdout).toBe('');
    }
  },
  { timeout: 120_000 },
);

verifies(['A5'], 'clearing the environment does not hide the agent that is its ancestor', async () => {
  // A real process named `claude`: a link to a shell, which starts the command with an empty environment.
  const claude = join(mkdtempSync(join(tmpdir(), 'castellan-agent-')), 'claude');
  symlinkSync('/bin/sh', claude);
  const line = `env -i PATH="$PATH" CASTELLAN_HOME=/nonexistent/state '${process.execPath}' '${bin}' approve x; exit $?`;
  const ended = await runProcess(claude, ['-c', line], { env: { PATH: process.env.PATH ?? '' } });
  expect(ended.stderr).toContain('this runs under an agent: process');
  expect(ended.code).toBe(2);
});
