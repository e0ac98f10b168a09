// An agent that speaks MCP, by each road: what it may never use is absent and refused, every call is decided, asked about,
// recorded and cleaned, and what runs is what was decided.
import { honestMcp, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, connectMcp, httpClient, type McpAgent, stdioClient, textOf } from './support/mcp.ts';
import { ofKind, until, type World, world } from './support/world.ts';

const ROADS = [
  ['stdio', (_it: World, agent: McpAgent) => stdioClient(agent)],
  ['HTTP', (it: World, agent: McpAgent) => httpClient(it, agent)],
  [
    'HTTP, 2026-07-28',
    (it: World, agent: McpAgent) => httpClient(it, agent, { client: { versionNegotiation: { mode: 'auto' } } }),
  ],
] as const;

for (const [road, open] of ROADS)
  verifies(
    ['K5', 'M1', 'M2', 'P1', 'P7'],
    `over ${road}: what is safe runs, what a person denies or nobody sorted waits, what is denied is not there`,
    async () => {
      await using it = await world({ deny: ['notes/fail'] });
      await addModule(it, 'notes', honestMcp({ only: ['echo', 'add', 'fail', 'big'] }), ['echo']);
      const agent = await connectMcp(it);
      await using connected = await open(it, agent);
      const { client } = connected;
      const names = (await client.listTools()).tools.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['notes__echo', 'notes__add', 'notes__big']));
      expect(names).not.toContain('notes__fail');
      // Absent and refused alike: its name gives nothing away.
      await expect(client.callTool({ name: 'notes__fail', arguments: {} })).rejects.toMatchObject({ code: -32_602 });

      expect(textOf(await client.callTool({ name: 'notes__echo', arguments: { text: 'hello' } }))).toBe('hello');

      const approved = client.callTool({ name: 'notes__add', arguments: { a: 2, b: 3 } });
      const [question] = await it.waiting();
      expect(question).toMatchObject({ module: 'notes', tool: 'add', arguments: { a: 2, b: 3 }, agentName: 'client' });
      if (question !== undefined) expect((await it.approve(question)).status).toBe(200);
      expect((await approved).structuredContent).toEqual({ sum: 5 });

      const denied = client.callTool({ name: 'notes__big', arguments: { size: 4 } });
      const [second] = await it.waiting();
      if (second !== undefined) await it.deny(second, 'not now');
      const refused = await denied;
      expect(refused.isError).toBe(true);
      expect(textOf(refused)).toContain('denied by a person, who says: not now');

      // The outcome of what never ran is recorded behind its answer.
      const records = await until('three outcomes', async () => {
        const found = await it.records();
        return ofKind(found, 'outcome').length >= 3 ? found : undefined;
      });
      const attempts = ofKind(records, 'attempt');
      expect(attempts.map(({ module, tool, origin }) => `${origin} ${module}/${tool}`)).toEqual([
        'mcp notes/echo',
        'mcp notes/add',
        'mcp notes/big',
      ]);
      expect(ofKind(records, 'outcome').map(({ status, by }) => `${status} ${by}`)).toEqual([
        'succeeded auto-allowed',
        'succeeded user-approved',
        'refused user-denied',
      ]);
    },
    { timeout: 120_000 },
  );

verifies(
  ['K5', 'L1'],
  'a session is one client of one agent: it ends with its connection, and what waited for a person ends with it',
  async () => {
    await using it = await world();
    await addModule(it, 'notes', honestMcp({ only: ['echo'] }));
    const agent = await connectMcp(it);
    const { client: piped } = await stdioClient(agent, { args: ['--module', 'notes'] });
    const over = await httpClient(it, agent, {
      path: '/mcp/notes',
      headers: { 'x-castellan-workspace': '/srv/project' },
    });
    for (const client of [piped, over.client]) {
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
      client.callTool({ name: 'echo', arguments: { text: 'a' } }).catch(() => undefined);
    }
    const waiting = await it.waiting(2);
    expect(new Set(waiting.map(({ session }) => session)).size).toBe(2);
    const sessions = (await it.status()).sessions.filter((session) => session.agent === agent.id);
    expect(sessions.map(({ workspace }) => workspace)).toContain('/srv/project');
    await piped.close();
    await over.transport.terminateSession();
    await over.client.close();
    await until('the end of both', async () => {
      const open = (await it.approvals()).filter(({ state }) => state.kind === 'pending' || state.kind === 'queued');
      const left = (await it.status()).sessions.filter((session) => session.agent === agent.id);
      return open.length === 0 && left.length === 0 ? true : undefined;
    });
    const outcomes = await until('two outcomes', async () => {
      const found = ofKind(await it.records(), 'outcome');
      return found.length >= 2 ? found : undefined;
    });
    expect(outcomes.map(({ status, by }) => [status, by])).toEqual([
      ['refused', 'cancelled'],
      ['refused', 'cancelled'],
    ]);
  },
  { timeout: 120_000 },
);
