// The three real clients, each started once with the gateway as its only MCP server and a scripted model.
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, type ProcessResult, runProcess } from '@castellan/testkit';
import { PROGRAM } from '../../e2e/support/mcp.ts';
import { CLAUDE } from './claude.ts';
import { OPENCODE, openCodeEnvironment } from './opencode.ts';

const clients = process.env.CASTELLAN_CLIENTS ?? join(homedir(), '.cache', 'castellan-clients');
const CODEX = join(clients, 'codex', 'node_modules', '.bin', 'codex');

export interface Start {
  readonly home: string;
  readonly cwd: string;
  readonly model: number;
  /** Where the daemon's state is, and which agent of it the client is. */
  readonly state: string;
  readonly agent: string;
}

export interface McpClient {
  readonly name: string;
  readonly missing: boolean;
  run(start: Start): Promise<ProcessResult>;
}

const gateway = (agent: string): readonly string[] => [PROGRAM, 'mcp', '--agent', agent];
const start = (
  { home, cwd }: Start,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ProcessResult> => {
  const temporary = join(cwd, '..', 'tmp');
  mkdirSync(temporary, { recursive: true });
  return runProcess(program, args, {
    cwd,
    env: { ...bareEnvironment(home), TERM: 'dumb', TMPDIR: temporary, ...env },
    timeout: 120_000,
  });
};

const claude = (it: Start): Promise<ProcessResult> => {
  const castellan = {
    type: 'stdio',
    command: process.execPath,
    args: gateway(it.agent),
    env: { CASTELLAN_HOME: it.state },
  };
  const servers = JSON.stringify({ mcpServers: { castellan } });
  return start(it, CLAUDE, ['-p', 'go', '--mcp-config', servers, '--allowedTools', 'mcp__castellan'], {
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${it.model}`,
    ANTHROPIC_API_KEY: 'sk-ant-scripted',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  });
};

const codex = (it: Start): Promise<ProcessResult> => {
  const home = join(it.home, '.codex');
  mkdirSync(home, { recursive: true });
  const settings = {
    model_provider: '"scripted"',
    model: '"scripted-model"',
    'model_providers.scripted.name': '"Scripted"',
    'model_providers.scripted.base_url': `"http://127.0.0.1:${it.model}/v1"`,
    'model_providers.scripted.wire_api': '"responses"',
    'model_providers.scripted.env_key': '"SCRIPTED_API_KEY"',
    check_for_update_on_startup: 'false',
    'analytics.enabled': 'false',
    'feedback.enabled': 'false',
    'sandbox_workspace_write.exclude_slash_tmp': 'true',
    'mcp_servers.castellan.command': JSON.stringify(process.execPath),
    'mcp_servers.castellan.args': JSON.stringify(gateway(it.agent)),
    'mcp_servers.castellan.env': `{ CASTELLAN_HOME = ${JSON.stringify(it.state)} }`,
    'mcp_servers.castellan.startup_timeout_sec': '60',
    'mcp_servers.castellan.default_tools_approval_mode': '"approve"',
  };
  const args = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return start(
    it,
    CODEX,
    ['exec', '--skip-git-repo-check', '--sandbox', 'workspace-write', '--disable', 'plugins', ...args, 'go'],
    { CODEX_HOME: home, SCRIPTED_API_KEY: 'dummy' },
  );
};

const opencode = (it: Start): Promise<ProcessResult> => {
  const castellan = {
    type: 'local',
    command: [process.execPath, ...gateway(it.agent)],
    environment: { CASTELLAN_HOME: it.state },
    enabled: true,
    timeout: 60_000,
  };
  const model = { home: it.home, baseUrl: `http://127.0.0.1:${it.model}/v1`, apiKey: 'dummy' };
  return start(it, OPENCODE, ['run', 'go'], openCodeEnvironment(model, { mcp: { castellan } }));
};

export const MCP_CLIENTS: readonly McpClient[] = [
  { name: 'Claude Code', missing: !existsSync(CLAUDE), run: claude },
  { name: 'Codex', missing: !existsSync(CODEX), run: codex },
  { name: 'OpenCode', missing: !existsSync(OPENCODE), run: opencode },
];
