// Real agents with real servers behind the gateway: what is safe runs, what a person approves runs, what a person denies and what
// is denied does not. The witness is a file that a server writes, or what reached a server by HTTP.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MCP_TOOLS } from '@castellan/contract';
import { inRoot, startMcpHttpServer, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, connectMcp } from '../e2e/support/mcp.ts';
import { ofKind, until, type World, world, worldOf } from '../e2e/support/world.ts';
import { MCP_CLIENTS } from './support/mcp-clients.ts';
import { startToolModel } from './support/tool-model.ts';
import { world as hookedWorld } from './support/world.ts';

const PEERS = process.env.CASTELLAN_MCP_PEERS ?? inRoot('.cache', 'mcp-peers');
const server = (name: string, ...args: readonly string[]) => ({
  kind: 'mcp' as const,
  command: process.execPath,
  args: [join(PEERS, 'node_modules', '@modelcontextprotocol', name, 'dist', 'index.js'), ...args],
  env: {},
  pass: [],
  timeoutSeconds: 60,
  concurrency: 16,
});
const noServers = !existsSync(join(PEERS, 'node_modules', '@modelcontextprotocol', 'server-filesystem'));
for (const { name, missing } of MCP_CLIENTS)
  if (missing || noServers) process.stderr.write(`SKIPPED: ${name} or its servers are not installed\n`);

/** A person who answers the next question of that tool. */
async function person(it: World, tool: string, yes: boolean): Promise<void> {
  const question = await until(
    `a question about ${tool}`,
    async () => (await it.approvals()).find(({ state, tool: of }) => of === tool && state.kind === 'pending'),
    90_000,
  );
  const answered = await (yes ? it.approve(question) : it.deny(question, 'not that one'));
  expect(answered.status, answered.text).toBe(200);
}

for (const client of MCP_CLIENTS)
  verifies(
    ['K5', 'M1', 'M2'],
    `${client.name} uses three servers through the gateway: allowed, approved, denied by a person, denied by a rule`,
    async () => {
      const root = tempFolder();
      const [home, cwd] = [join(root, 'home'), join(root, 'project')];
      for (const folder of [home, cwd]) mkdirSync(folder);
      await using notes = await startMcpHttpServer({ server: { only: ['echo', 'add'] } });
      await using it = await world({ deny: ['notes/add'], approvals: { timeoutSeconds: 90 } });
      await addModule(it, 'everything', server('server-everything'), ['echo']);
      // A client's roots, where it has any, come before the folder that is named here.
      await addModule(it, 'files', server('server-filesystem', cwd));
      const http = { kind: 'mcp-http', url: notes.url, headers: {}, oauth: 'off' } as const;
      await addModule(it, 'notes', { ...http, scopes: [], timeoutSeconds: 60, concurrency: 16 }, ['echo']);
      const agent = await connectMcp(it);
      const write = (name: string) => ({
        tool: 'files__write_file',
        input: { path: join(cwd, name), content: 'written' },
      });
      await using model = await startToolModel([
        { tool: 'everything__echo', input: { message: 'hello' } },
        write('approved'),
        write('denied'),
        { tool: 'notes__echo', input: { text: 'by HTTP' } },
        { tool: 'notes__add', input: { a: 1, b: 2 } },
      ]);
      const running = client.run({ home, cwd, model: model.port, state: it.daemon.home, agent: agent.name });
      const answers = person(it, 'write_file', true).then(() => person(it, 'write_file', false));
      const ended = await running;
      const said = `${ended.stdout}\n${ended.stderr}\n${model.results().join('\n')}`;
      await answers;
      expect(model.results(), said).toHaveLength(5);
      expect(model.results()[0]).toContain('hello');
      expect(existsSync(join(cwd, 'approved')), said).toBe(true);
      expect(existsSync(join(cwd, 'denied'))).toBe(false);
      expect(model.results()[2]).toContain('not that one');
      const reached = notes.seen.map(({ body }) => body).filter((body) => body.includes('"tools/call"'));
      expect(reached.map((body) => body.includes('by HTTP'))).toEqual([true]);
      expect(model.offered()).not.toContain('notes__add');
      const records = await it.records();
      // Servers ask for the client's folders whenever they like.
      const roots = ofKind(records, 'attempt').filter(({ tool }) => tool === MCP_TOOLS.roots);
      const outcomes = ofKind(records, 'outcome')
        .filter(({ call }) => !roots.some((asked) => asked.call === call))
        .map(({ status, by }) => `${status} ${by}`);
      expect(outcomes).toEqual([
        'succeeded auto-allowed',
        'succeeded user-approved',
        'refused user-denied',
        'succeeded auto-allowed',
      ]);
    },
    { skip: client.missing || noServers, timeout: 300_000 },
  );

const [claudeCode] = MCP_CLIENTS;
verifies(
  ['K5', 'M1', 'K1'],
  'Claude Code with its hooks connected: a person is asked once for a call of the gateway, and it runs once',
  async () => {
    await using hooked = await hookedWorld({ approvals: { timeoutSeconds: 90 } });
    const it = worldOf(hooked.daemon);
    await addModule(it, 'files', server('server-filesystem', hooked.project));
    // What stands there would be lost, so a person is asked.
    const path = join(hooked.project, 'approved');
    writeFileSync(path, 'before');
    await using model = await startToolModel([{ tool: 'files__write_file', input: { path, content: 'written' } }]);
    const running = claudeCode?.run({
      home: hooked.user,
      cwd: hooked.project,
      model: model.port,
      state: hooked.home,
      agent: 'claude-code',
    });
    const answered = person(it, 'write_file', true);
    const ended = await running;
    await answered;
    const told = `${ended?.stdout}\n${ended?.stderr}\n${model.results().join('\n')}`;
    expect(readFileSync(path, 'utf8'), told).toBe('written');
    const writes = ofKind(await it.records(), 'attempt').filter(({ tool }) => tool === 'write_file');
    expect(writes.map(({ module }) => module)).toEqual(['files']);
    expect((await it.approvals()).map(({ tool, state }) => `${tool} ${state.kind}`)).toHaveLength(1);
  },
  { skip: claudeCode?.missing === true || noServers, timeout: 300_000 },
);
