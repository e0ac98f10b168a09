// The clients it knows, by name.
import { claudeCode } from './clients/claude-code.ts';
import { claudeDesktop } from './clients/claude-desktop.ts';
import { codex } from './clients/codex.ts';
import { cursor } from './clients/cursor.ts';
import { geminiCli } from './clients/gemini-cli.ts';
import { goose } from './clients/goose.ts';
import { opencode } from './clients/opencode.ts';
import { vscode } from './clients/vscode.ts';
import { windsurf } from './clients/windsurf.ts';
import { zed } from './clients/zed.ts';
import type { McpClient, McpClientName } from './found.ts';

const CLIENTS: Readonly<Record<McpClientName, McpClient>> = {
  'claude-code': claudeCode,
  'claude-desktop': claudeDesktop,
  cursor,
  vscode,
  windsurf,
  'gemini-cli': geminiCli,
  goose,
  zed,
  codex,
  opencode,
};

/** The client of a name. */
export const mcpClient = (name: McpClientName): McpClient => CLIENTS[name];
