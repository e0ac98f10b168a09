// The clients it knows, by name.
import { claudeCode } from './clients/claude-code.ts';
import { claudeDesktop } from './clients/claude-desktop.ts';
import { codex } from './clients/codex.ts';
import { cursor } from './clients/cursor.ts';
import { opencode } from './clients/opencode.ts';
import { vscode } from './clients/vscode.ts';
import type { McpClient, McpClientName } from './found.ts';

const CLIENTS: Readonly<Record<McpClientName, McpClient>> = {
  'claude-code': claudeCode,
  'claude-desktop': claudeDesktop,
  cursor,
  vscode,
  codex,
  opencode,
};

/** The client of a name. */
export const mcpClient = (name: McpClientName): McpClient => CLIENTS[name];
