// Claude Code behind the gate: hooks in one of its settings files.
import type { Connector, Standing } from '../connector.ts';
import { done } from '../fault.ts';
import { findClaude } from './client-binary.ts';
import { expectedOf, settingsFileOf } from './connection.ts';
import { agentAt, claudeEdits, claudeStrip } from './edits.ts';
import { claudeGaps } from './gaps.ts';
import { claudeProgram } from './run/program.ts';
import { hookStateText } from './settings/inspect.ts';
import { inspectHooks } from './settings/inspect-file.ts';
import { managedFault, openManagedFolders, projectFiles } from './settings/location.ts';
import { verifyClaudeCode } from './verify/verify.ts';
import { claudeAround } from './watch/around.ts';
import { claudeBypasses } from './watch/bypasses.ts';
import { claudePrograms } from './watch/programs.ts';

const AGAIN = 'if this was not you, end the agent; then run `castellan connect claude-code` again';

export const claudeCode: Connector = {
  name: 'claude-code',
  title: 'Claude Code',
  kind: 'claude-code',
  scopes: ['managed', 'user', 'project', 'isolated'],
  modes: () => ['hooks'],
  known: ['2.1.330'],
  hosts: ['api.anthropic.com', 'claude.ai', 'platform.claude.com', 'console.anthropic.com'],
  held: ['settings.local.json', 'agents', 'commands', 'skills', 'hooks', 'output-styles', 'rules', 'CLAUDE.md'],
  gaps: claudeGaps,
  async detect({ env }, path) {
    const found = await findClaude(env, path);
    return !found.ok && found.fault.code === 'client-missing' && path === undefined ? null : found;
  },
  defaultScope: async (machine) => ((await managedFault(machine)) === null ? 'managed' : 'user'),
  agentIn: agentAt,
  edits: claudeEdits,
  async settle({ machine, scope }) {
    if (scope === 'managed') await openManagedFolders(machine);
    return done({ warnings: [] });
  },
  strip: claudeStrip,
  async inspect(connection): Promise<readonly Standing[]> {
    const path = settingsFileOf(connection);
    const state = await inspectHooks(path, expectedOf(connection));
    if (state.kind === 'intact') return [{ kind: 'intact' }];
    const kind = state.kind === 'disabled' ? 'disabled' : 'missing';
    return [{ kind, text: `${path}: ${hookStateText(state)}`, hint: AGAIN }];
  },
  around: claudeAround,
  projectFiles,
  bypasses: claudeBypasses,
  ownPrograms: claudePrograms,
  verify: verifyClaudeCode,
  run: claudeProgram,
};
