// Sessions of clients that come by HTTP and never say goodbye: which of them ends when an agent has too many, and what a client
// does whose session is over.
import { honestMcp, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, type Connected, connectMcp, httpClient, textOf } from './support/mcp.ts';
import { ofKind, until, world } from './support/world.ts';

const MODERN = { client: { versionNegotiation: { mode: 'auto' } } } as const;
/** More than an agent may have by HTTP. */
const MANY = 66;

verifies(
  ['K5', 'L1'],
  'of too many sessions those end that nobody used for longest, and nothing is done in one that is over',
  async () => {
    await using it = await world();
    await addModule(it, 'notes', honestMcp({ only: ['echo'] }), ['echo']);
    const agent = await connectMcp(it);
    const echo = async ({ client }: Connected): Promise<string> =>
      textOf(await client.callTool({ name: 'notes__echo', arguments: { text: 'hello' } }));
    const sessionOfLast = async () => ofKind(await it.records(), 'attempt').at(-1)?.session;

    await using busy = await httpClient(it, agent, MODERN);
    expect(await echo(busy)).toBe('hello');
    const first = await sessionOfLast();
    await using quiet = await httpClient(it, agent, { ...MODERN, headers: { 'x-castellan-task': 'quiet' } });
    expect(await echo(quiet)).toBe('hello');
    const over = await sessionOfLast();
    expect(over).not.toBe(first);

    for (let round = 0; round < MANY; round += 1) {
      const other = await httpClient(it, agent);
      await other.client.listTools();
      await busy.client.listTools();
      await other.client.close();
    }
    const ended = await until('a session that ended', async () => {
      const found = ofKind(await it.records(), 'session').filter(({ change }) => change === 'ended');
      return found.some(({ session }) => session === over) ? found : undefined;
    });
    expect(ended.map(({ session }) => session)).not.toContain(first);
    expect(await echo(busy)).toBe('hello');
    expect(await sessionOfLast()).toBe(first);
    expect(await echo(quiet)).toBe('hello');
    expect([first, ...ended.map(({ session }) => session)]).not.toContain(await sessionOfLast());
  },
  { timeout: 180_000 },
);
