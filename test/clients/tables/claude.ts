// Ways past a hook of Claude Code that says no, carried out with the real client: alone, and under Castellan connected for its
// user and for the machine. Held row by row by claude-table.test.ts.
import type { TableRow } from './row.ts';

export interface ClaudeRow extends TableRow {
  /** In scope `managed`; `held` is scope `user`. */
  readonly managed: TableRow['held'];
  /** Under `castellan run claude-code`: where the gap says that this closes it. */
  readonly run?: 'blocked';
}

const blocked = { held: 'blocked', gap: null, managed: 'blocked' } as const;
const started = {
  alone: 'ran',
  held: 'ran',
  gap: 'claude-code/started-without',
  managed: 'blocked',
  run: 'blocked',
} as const;

export const ROWS: readonly ClaudeRow[] = [
  {
    id: 'denied',
    way: 'a denied tool is called, in the client’s own list of allowed ones',
    alone: 'blocked',
    ...blocked,
  },
  { id: 'skip-permissions', way: '`--dangerously-skip-permissions`', alone: 'blocked', ...blocked },
  { id: 'sub-agent', way: 'a sub-agent calls it', alone: 'blocked', ...blocked },
  { id: 'background', way: 'it is called to run in the background', alone: 'blocked', ...blocked },
  { id: 'bare', way: 'the client is started with `--bare`', ...started },
  { id: 'safe-mode', way: 'the client is started with `--safe-mode`', ...started },
  { id: 'simple', way: 'CLAUDE_CODE_SIMPLE is set', ...started },
  { id: 'safe-mode-variable', way: 'CLAUDE_CODE_SAFE_MODE is set', ...started },
  { id: 'setting-sources', way: '`--setting-sources` leaves the user’s settings out', ...started },
  { id: 'settings-flag', way: '`--settings` with `disableAllHooks`', ...started },
  { id: 'managed-settings-flag', way: '`--managed-settings` with `allowManagedHooksOnly`', ...started },
  { id: 'config-folder', way: 'CLAUDE_CONFIG_DIR names another folder', ...started },
  {
    ...{ id: 'disabled-by-project', way: 'a project’s settings say `disableAllHooks`', alone: 'ran' },
    ...{ held: 'ran', gap: 'claude-code/disabled-by-project', managed: 'blocked', run: 'blocked' },
  },
  { id: 'disabled-meanwhile', way: '`disableAllHooks` is written while the session runs', alone: 'ran', ...blocked },
  { id: 'at-file', way: 'a prompt names a file with `@`', alone: 'ran', ...blocked },
  { id: 'command-shell', way: 'a slash command holds a shell command', alone: 'ran', ...blocked },
  { id: 'skill-shell', way: 'the model calls a skill that holds a shell command', alone: 'ran', ...blocked },
  { id: 'skill-words', way: 'the model names a file in what it gives a skill', alone: 'ran', ...blocked },
  { id: 'command-file', way: 'a slash command of the project names a file with `@`', alone: 'ran', ...blocked },
  { id: 'command-words', way: 'a slash command reads the file that it is given', alone: 'ran', ...blocked },
  { id: 'command-linked', way: 'so does one whose text lies elsewhere, behind a link', alone: 'ran', ...blocked },
  {
    id: 'skill-file',
    way: 'the model calls a skill of the project that names a file with `@`',
    alone: 'ran',
    ...blocked,
  },
  {
    ...{ id: 'memory-file', way: 'CLAUDE.md of the project names a file of it with `@`', alone: 'ran' },
    ...{ held: 'ran', gap: 'claude-code/expanded-files', managed: 'ran', run: 'blocked' },
  },
  {
    ...{ id: 'project-hooks', way: 'a project’s settings start a command', alone: 'ran' },
    ...{ held: 'ran', gap: 'claude-code/project-hooks', managed: 'blocked', run: 'blocked' },
  },
  {
    ...{ id: 'project-helper', way: 'a project’s settings name a program that gives the client its key', alone: 'ran' },
    ...{ held: 'ran', gap: 'claude-code/project-programs', managed: 'ran', run: 'blocked' },
  },
  {
    ...{ id: 'project-servers', way: 'a project’s `.mcp.json` starts a command (`-p`)', alone: 'ran' },
    ...{ held: 'ran', gap: 'claude-code/project-servers', managed: 'ran', run: 'blocked' },
  },
  {
    ...{
      id: 'project-env',
      way: 'a project’s settings set variables that load code into the hook (`-p`)',
      alone: 'ran',
    },
    ...blocked,
  },
  {
    id: 'project-variable',
    way: 'a project’s settings say by a variable what an allowed command runs (PATH, SHELL, CLAUDE_CODE_SHELL_PREFIX)',
    ...{ alone: 'ran', ...blocked },
  },
  {
    id: 'project-model',
    way: 'a project’s settings name another model server (ANTHROPIC_BASE_URL), to be sent the key and the conversation',
    ...{ alone: 'ran', ...blocked },
  },
  { id: 'skill-hooks', way: 'a skill of the project brings hooks of its own', alone: 'ran', ...blocked },
  {
    ...{ id: 'failed-output', way: 'a command that fails says a secret of the vault', alone: 'ran' },
    ...{ held: 'ran', gap: 'claude-code/failed-output', managed: 'ran' },
  },
];
