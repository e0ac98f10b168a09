// How each client is pointed at the gateway, as it is written in that client's own settings: by standard streams, and by HTTP
// with the credential taken from a variable of the environment, so that no settings file holds it.

export interface SnippetPlace {
  /** Absolute, with its arguments: clients know neither our PATH nor our folder. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `http://127.0.0.1:9999/mcp` */
  readonly url: string;
}

export interface Snippet {
  readonly client: string;
  /** Where it goes: a file, or a shell. */
  readonly where: string;
  readonly stdio: string;
  /** Null: it speaks no HTTP with a header of one's own. */
  readonly http: string | null;
}

export const KEY_VARIABLE = 'CASTELLAN_AGENT_KEY';

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const shell = (word: string): string => (/^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

export function mcpSnippets({ command, args, env, url }: SnippetPlace): readonly Snippet[] {
  const set = Object.keys(env).length > 0;
  const stdio = { command, args, ...(set ? { env } : {}) };
  const bearer = (variable: string): { readonly Authorization: string } => ({ Authorization: `Bearer ${variable}` });
  const line = [command, ...args].map(shell).join(' ');
  const given = Object.entries(env).map(([name, value]) => `--env ${name}=${shell(value)} `);
  return [
    {
      client: 'Claude Code',
      where: 'in a shell',
      stdio: `claude mcp add --scope user castellan ${given.join('')}-- ${line}`,
      http: `claude mcp add --scope user --transport http castellan ${url} --header 'Authorization: Bearer \${${KEY_VARIABLE}}'`,
    },
    {
      client: 'Claude Desktop',
      where: 'claude_desktop_config.json',
      stdio: json({ mcpServers: { castellan: stdio } }),
      http: null,
    },
    {
      client: 'Cursor',
      where: '~/.cursor/mcp.json',
      stdio: json({ mcpServers: { castellan: stdio } }),
      http: json({ mcpServers: { castellan: { url, headers: bearer(`\${env:${KEY_VARIABLE}}`) } } }),
    },
    {
      client: 'VS Code',
      where: '.vscode/mcp.json, or `MCP: Open User Configuration`',
      stdio: json({ servers: { castellan: { type: 'stdio', ...stdio } } }),
      http: json({ servers: { castellan: { type: 'http', url, headers: bearer(`\${env:${KEY_VARIABLE}}`) } } }),
    },
    {
      client: 'Codex',
      where: '~/.codex/config.toml',
      stdio: [
        '[mcp_servers.castellan]',
        `command = ${JSON.stringify(command)}`,
        `args = ${JSON.stringify(args)}`,
        ...(set
          ? [
              '[mcp_servers.castellan.env]',
              ...Object.entries(env).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
            ]
          : []),
      ].join('\n'),
      http: ['[mcp_servers.castellan]', `url = "${url}"`, `bearer_token_env_var = "${KEY_VARIABLE}"`].join('\n'),
    },
    {
      client: 'OpenCode',
      where: '~/.config/opencode/opencode.json',
      stdio: json({
        mcp: { castellan: { type: 'local', command: [command, ...args], ...(set ? { environment: env } : {}) } },
      }),
      http: json({ mcp: { castellan: { type: 'remote', url, headers: bearer(`{env:${KEY_VARIABLE}}`) } } }),
    },
  ];
}
