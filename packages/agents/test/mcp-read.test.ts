// Reading clients' files: what can be moved, as a start without a credential in it; what stays, and why.
import { expect, test } from 'vitest';
import { mcpClient } from '../src/mcp-clients/clients.ts';
import type { ClientFile, FoundServer, McpClientName, Reading } from '../src/mcp-clients/found.ts';

const reading: Reading = {
  env: { SET: 'value', TOKEN: 'from-the-environment' },
  userHome: '/home/mia',
  isCredential: (name, value) => /token|auth|key/i.test(name) && value.length >= 8,
};

function read(client: McpClientName, value: unknown, more: Partial<ClientFile> = {}): readonly FoundServer[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const found = mcpClient(client).read(text, { client, path: '/home/mia/mcp.json', project: null, ...more }, reading);
  if (!found.ok) throw new Error(found.why);
  return found.servers;
}
const one = (client: McpClientName, entry: unknown, more: Partial<ClientFile> = {}): FoundServer | undefined => {
  const section = { vscode: 'servers', opencode: 'mcp' }[client as string] ?? 'mcpServers';
  return read(client, { [section]: { it: entry } }, more)[0];
};

test('a credential of an environment or a header is none of the start', () => {
  expect(one('claude-code', { command: 'x', env: { A_TOKEN: 'abcdefgh12', LEVEL: 'debug', N: 3 } })).toMatchObject({
    kind: 'movable',
    start: { kind: 'mcp', command: 'x', env: { LEVEL: 'debug', N: '3' } },
    secrets: [{ group: 'env', key: 'A_TOKEN', before: '', value: 'abcdefgh12' }],
  });
  const http = one('cursor', { url: 'https://a.example/mcp', headers: { Authorization: 'Bearer abcdefgh12' } });
  expect(http).toMatchObject({
    start: { kind: 'mcp-http', url: 'https://a.example/mcp', headers: {} },
    secrets: [{ group: 'headers', key: 'Authorization', before: 'Bearer ', value: 'abcdefgh12' }],
  });
});

test('variables are put in as each client would; a secret of the vault is named by nobody', () => {
  const claude = (text: string) => one('claude-code', { command: 'x', env: { V: text } });
  expect(claude(`a \${SET} b`)).toMatchObject({ start: { env: { V: 'a value b' } } });
  expect(claude(`\${UNSET:-other}`)).toMatchObject({ start: { env: { V: 'other' } } });
  expect(claude(`\${UNSET}`)).toMatchObject({ kind: 'stays', why: '`UNSET` is not set here' });
  expect(claude(`\${TOKEN}`)).toMatchObject({ start: { env: { V: 'from-the-environment' } } });
  expect(one('claude-code', { command: 'x', env: { A_KEY: `\${TOKEN}` } })).toMatchObject({
    start: { env: {} },
    secrets: [{ value: 'from-the-environment' }],
  });
  const code = (text: string, project: string | null = null) =>
    one('vscode', { command: 'x', env: { V: text } }, { path: '/home/mia/p/.vscode/mcp.json', project });
  expect(code(`\${env:SET} \${userHome}`)).toMatchObject({ start: { env: { V: 'value /home/mia' } } });
  expect(code(`\${workspaceFolder}/x`, '/home/mia/p')).toMatchObject({ start: { env: { V: '/home/mia/p/x' } } });
  expect(code(`\${workspaceFolder}/x`)).toMatchObject({ kind: 'stays' });
  expect(code(`\${input:key}`)).toMatchObject({ kind: 'stays' });
  expect(one('opencode', { type: 'local', command: ['x'], environment: { V: '{env:SET}' } })).toMatchObject({
    start: { env: { V: 'value' } },
  });
  expect(one('opencode', { type: 'local', command: ['x'], environment: { V: '{file:~/.key}' } })).toMatchObject({
    kind: 'stays',
  });
  for (const client of ['claude-code', 'claude-desktop', 'cursor', 'vscode'] as const)
    expect(one(client, { command: 'x', env: { V: `\${secret:GITHUB}` } })).toMatchObject({ kind: 'stays' });
  expect(one('opencode', { type: 'local', command: ['x'], environment: { V: `\${secret:GITHUB}` } })).toMatchObject({
    kind: 'stays',
  });
  // Put together of parts that are harmless alone.
  const parts = { ...reading, env: { PART: '{secret:GITHUB}' } };
  for (const text of [`$\${PART}`, `$\${UNSET:-{secret:GITHUB}}`, `\${secret:GITHUB`]) {
    const file = { client: 'claude-code', path: '/home/mia/.claude.json', project: null } as const;
    const settings = JSON.stringify({ mcpServers: { it: { command: 'x', env: { V: text } } } });
    expect(mcpClient('claude-code').read(settings, file, parts)).toMatchObject({ servers: [{ kind: 'stays' }] });
  }
});

test('what would be shown or stands in a manifest holds no credential', () => {
  for (const args of [
    ['--api-key', 'abcdefgh12'],
    ['--api-key=abcdefgh12'],
    ['--header', 'Authorization: Bearer abcdefgh12'],
  ])
    expect(one('cursor', { command: 'x', args })).toMatchObject({
      kind: 'stays',
      why: 'its arguments hold a credential; put it into its environment',
    });
  for (const url of ['https://mia:pw@a.example/', 'https://a.example/?key=abcdefgh12'])
    expect(one('cursor', { url })).toMatchObject({ kind: 'stays', why: expect.stringContaining('address') });
});

test('what the gateway could not do as the client did stays', () => {
  for (const entry of [
    { type: 'sse', url: 'https://a.example/sse' },
    { type: 'ws', url: 'https://a.example/ws' },
    { type: 'http', url: 'https://a.example/', headersHelper: '/bin/helper' },
    { command: 'x', disabledTools: ['delete'] },
    { command: 7 },
    { args: ['x'] },
    { command: './server' },
    'x',
  ])
    expect(one('claude-code', entry)).toMatchObject({ kind: 'stays' });
  expect(one('cursor', { command: 'x', disabled: true })).toMatchObject({ why: 'it is switched off' });
  expect(one('opencode', { type: 'local', command: ['x'], enabled: false })).toMatchObject({ kind: 'stays' });
  expect(read('cursor', { mcpServers: { castellan: { command: 'castellan' } } })).toEqual([]);
});

test("a project's file is given no credential of the person's own environment", () => {
  const project = '/home/mia/p';
  const header = { url: 'https://evil.example/mcp', headers: { Authorization: `Bearer \${TOKEN}` } };
  const why = '`TOKEN` is a credential of yours, and a project asks for it';
  expect(one('claude-code', header, { project })).toMatchObject({ kind: 'stays', why });
  expect(one('claude-code', header)).toMatchObject({ kind: 'movable' });
  const cursor = { ...header, headers: { A: `\${env:TOKEN}` } };
  expect(one('cursor', cursor, { project })).toMatchObject({ kind: 'stays', why });
  for (const line of [
    'env_vars = ["TOKEN"]\ncommand = "x"',
    'url = "https://evil.example/"\nbearer_token_env_var = "TOKEN"',
  ])
    expect(read('codex', `[mcp_servers.a]\n${line}\n`, { project })).toMatchObject([{ kind: 'stays', why }]);
  expect(one('claude-code', { command: 'x', env: { V: `\${SET}` } }, { project })).toMatchObject({ kind: 'movable' });
});

test('a server of a project is started where the project is', () => {
  const project = '/home/mia/p';
  expect(one('claude-code', { command: './server', args: ['a'] }, { project })).toMatchObject({
    start: { command: '/home/mia/p/server', cwd: '/home/mia/p' },
  });
  const user = { projects: { [project]: { mcpServers: { a: { command: 'x' } }, disabledMcpServers: [] } } };
  expect(read('claude-code', user)).toMatchObject([
    { path: ['projects', project, 'mcpServers', 'a'], start: { cwd: project } },
  ]);
});

test('Codex: headers and variables by name, times in seconds', () => {
  const servers = read(
    'codex',
    `[mcp_servers.a]
command = "x"
env_vars = ["SET"]
tool_timeout_sec = 90
[mcp_servers.b]
url = "https://a.example/mcp"
bearer_token_env_var = "TOKEN"
[mcp_servers.c]
url = "https://a.example/mcp"
bearer_token_env_var = "NOWHERE"
[mcp_servers.d]
command = "x"
enabled_tools = ["read"]
`,
  );
  expect(servers).toMatchObject([
    { name: 'a', start: { env: { SET: 'value' }, timeoutSeconds: 90 } },
    { name: 'b', secrets: [{ key: 'Authorization', before: 'Bearer ', value: 'from-the-environment' }] },
    { name: 'c', kind: 'stays', why: '`NOWHERE` is not set here' },
    { name: 'd', kind: 'stays' },
  ]);
});

test('files are looked for where the clients look', () => {
  const places = { userHome: '/home/mia', cwd: '/home/mia/p', env: { XDG_CONFIG_HOME: '/x', CODEX_HOME: '/c' } };
  const paths = (client: McpClientName) =>
    mcpClient(client)
      .files(places)
      .map(({ path }) => path);
  expect(paths('claude-code')).toEqual(['/home/mia/.claude.json', '/home/mia/p/.mcp.json']);
  expect(paths('claude-desktop')).toEqual([
    '/x/Claude/claude_desktop_config.json',
    '/home/mia/Library/Application Support/Claude/claude_desktop_config.json',
  ]);
  expect(paths('codex')).toEqual(['/c/config.toml', '/home/mia/p/.codex/config.toml']);
  expect(paths('opencode')).toContain('/x/opencode/opencode.jsonc');
  expect(paths('vscode')).toContain('/home/mia/p/.vscode/mcp.json');
  expect(paths('cursor')).toContain('/home/mia/.cursor/mcp.json');
});
