// A secret of the vault that stands in what a tool gives, with the real client: the requests to the model are the witness. What a
// failed command says cannot be taken back there: the announced gap, with its alarm.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { withClaude } from './support/claude.ts';
import { bash, type Call, calls, subagent } from './support/script.ts';
import { claudeCode, type World, world } from './support/world.ts';
import { ROWS } from './tables/claude.ts';

const SECRET = 'kept-3f9a61c27b5e4d80a1c6';
const PEERS = process.env.CASTELLAN_MCP_PEERS ?? inRoot('.cache', 'mcp-peers');
const FILES = join(PEERS, 'node_modules', '@modelcontextprotocol', 'server-filesystem', 'dist', 'index.js');

async function vaulted(): Promise<World> {
  const tools = { Bash: 'allow', Read: 'allow', Grep: 'allow', Agent: 'allow' };
  const it = await world({ modules: { 'claude-code': { tools } } });
  const uses = [{ kind: 'host', name: 'api.example.com' }];
  const body = { name: 'API_KEY', value: SECRET, uses };
  const added = await it.daemon.request('POST', '/v1/secrets', { body });
  if (added.status !== 200) throw new Error(added.text);
  writeFileSync(join(it.project, 'notes.txt'), `before ${SECRET} after\n`);
  return it;
}

const read = (it: World): Call => ({ tool: 'Read', input: { file_path: join(it.project, 'notes.txt') } });
const grep: Call = { tool: 'Grep', input: { pattern: 'before', path: '.', output_mode: 'content' } };
/** Asks nobody of its own accord: what is looked at is what the model is given. */
const ALLOWED = ['--allowedTools', 'Bash,Read,Grep,Agent,mcp__files'];

verifies(
  ['X2', 'K1'],
  'what Bash, Read, Grep and a sub-agent of Claude Code give reaches the model without the secret in it',
  async () => {
    await using it = await vaulted();
    const ways: readonly Call[] = [bash('cat notes.txt'), bash('cat notes.txt >&2'), read(it), grep];
    for (const way of [...ways, subagent(calls(...ways))]) {
      const before = it.model.requests.length;
      await it.claude(calls(way), { args: ALLOWED });
      const told = it.model.requests.slice(before).join('\n');
      expect(told, JSON.stringify(way)).toContain('before ');
      expect(told, JSON.stringify(way)).toContain(' after');
      expect(told, JSON.stringify(way)).not.toContain(SECRET);
    }
  },
  { ...withClaude, timeout: 120_000 },
);

verifies(
  ['X2', 'K1'],
  'what a tool server of its own gives reaches the model without the secret in it',
  async () => {
    await using it = await vaulted();
    const servers = { mcpServers: { files: { command: process.execPath, args: [FILES, it.project] } } };
    const call = { tool: 'mcp__files__read_text_file', input: { path: join(it.project, 'notes.txt') } };
    const running = it.claude(calls(call), { args: ['--mcp-config', JSON.stringify(servers), ...ALLOWED] });
    await Promise.all([it.approve(), running]);
    const told = it.model.requests.join('\n');
    expect(told).toContain('before ');
    expect(told).not.toContain(SECRET);
  },
  { skip: withClaude.skip || !existsSync(FILES), timeout: 90_000 },
);

verifies(
  ['X2', 'K1'],
  'what a command that failed says does, as the table says: the gap is announced, and its alarm rings',
  async () => {
    const row = ROWS.find(({ id }) => id === 'failed-output');
    expect(row).toMatchObject({ held: 'ran', gap: 'claude-code/failed-output' });
    for (const scope of claudeCode.scopes)
      expect(claudeCode.gaps(scope, 'hooks').map(({ id }) => id)).toContain('claude-code/failed-output');
    await using it = await vaulted();
    await it.claude(calls(bash('cat notes.txt; exit 3')), { args: ALLOWED });
    expect(it.model.requests.join('\n')).toContain(SECRET);
    const alarms = (await it.records()).filter(({ kind }) => kind === 'alarm').map((record) => JSON.stringify(record));
    expect(alarms.some((text) => text.includes('secret-shown') && text.includes('API_KEY'))).toBe(true);
  },
  { ...withClaude, timeout: 90_000 },
);
