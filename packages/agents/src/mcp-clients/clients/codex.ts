// Codex: `[mcp_servers.NAME]` in `config.toml`, of the user and of a project.
import { isAbsolute, join } from 'node:path';
import { type PlainEntry, readEntry } from '../entry.ts';
import { type FoundServer, type McpClient, OWN_NAME, type Reading } from '../found.ts';
import { blocksOf } from '../text/toml-blocks.ts';
import { moveOutOfToml, parseToml, putBackIntoToml } from '../text/toml-edit.ts';
import { ofEnvironment } from '../variables.ts';
import { isRecord, type JsonRecord, unknownField } from './json-client.ts';

const SECTION = 'mcp_servers';
const KNOWN = [
  'command',
  'args',
  'env',
  'env_vars',
  'cwd',
  'url',
  'http_headers',
  'env_http_headers',
  'enabled',
].concat(
  ['bearer_token_env_var', 'startup_timeout_sec', 'startup_timeout_ms', 'tool_timeout_sec', 'required', 'transport'],
  // How it asks before a tool runs: from now on that is asked by us.
  ['default_tools_approval_mode', 'supports_parallel_tool_calls'],
);

function entryOf(value: JsonRecord, place: { readonly reading: Reading; readonly project: string | null }): PlainEntry {
  const headers: Record<string, unknown> = isRecord(value.http_headers) ? { ...value.http_headers } : {};
  const byVariable = isRecord(value.env_http_headers) ? Object.entries(value.env_http_headers) : [];
  const bearer = value.bearer_token_env_var;
  let stays = value.enabled === false ? 'it is switched off' : unknownField(value, KNOWN);
  const variable = (name: unknown): string => {
    const found = ofEnvironment(String(name), place);
    if (typeof found === 'string') return found;
    stays ??= found.why;
    return '';
  };
  for (const [header, name] of byVariable) headers[header] = variable(name);
  if (bearer !== undefined) headers.Authorization = `Bearer ${variable(bearer)}`;
  const { command, args, cwd, url } = value;
  const timeout = typeof value.tool_timeout_sec === 'number' ? value.tool_timeout_sec : undefined;
  return { command, args, cwd, url, env: value.env, headers, pass: value.env_vars, timeout, stays };
}

export const codex: McpClient = {
  name: 'codex',
  title: 'Codex',
  files({ env, userHome, cwd }) {
    const own = env.CODEX_HOME;
    const home = own !== undefined && isAbsolute(own) ? own : join(userHome, '.codex');
    return [
      { client: 'codex', path: join(home, 'config.toml'), project: null },
      { client: 'codex', path: join(cwd, '.codex', 'config.toml'), project: cwd },
    ];
  },
  read(text, { project }, reading) {
    const root = parseToml(text);
    const blocks = blocksOf(text);
    if (root === null || blocks === null) return { ok: false, why: 'it is no TOML that can be read' };
    const servers = root[SECTION];
    if (!isRecord(servers)) return { ok: true, servers: [] };
    const found = Object.entries(servers).flatMap(([name, value]): readonly FoundServer[] => {
      const path = [SECTION, name];
      if (name === OWN_NAME) return [];
      if (!isRecord(value)) return [{ kind: 'stays', name, path, why: 'it is no table' }];
      const hasTable = blocks.some(
        (block) => block.path.length === 2 && path.every((key, at) => block.path[at] === key),
      );
      if (!hasTable) return [{ kind: 'stays', name, path, why: 'it is not written as a table of its own' }];
      return [readEntry(entryOf(value, { reading, project }), { name, path, syntax: 'none', project }, reading)];
    });
    return { ok: true, servers: found };
  },
  moveOut: moveOutOfToml,
  putBack: putBackIntoToml,
};
