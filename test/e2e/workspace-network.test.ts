// What a command of an agent reaches over the network: by the agent's own way out alone, and there only what it was decided to reach, or what
// is listed. Whoever said yes to a command that names its host is not asked about that host again.
import { createServer, type Server } from 'node:http';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { needsWalls } from '../isolation/support/tools.ts';
import { connectMcp, httpClient, textOf } from './support/mcp.ts';
import { ofKind, until, world } from './support/world.ts';

async function saying(text: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((_request, response) => response.end(`${text}\n`));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as { port: number }).port };
}

verifies(
  ['I2', 'I4', 'P1'],
  'a command reaches the host that it names, once it may run, and no other; a connection is recorded with its call',
  async (context) => {
    await needsWalls(context);
    const [named, other] = [await saying('NAMED'), await saying('OTHER')];
    const privateHosts = [named, other].map(({ port }) => `127.0.0.1:${port}`);
    await using it = await world({ network: { privateHosts } });
    const agent = await connectMcp(it);
    await it.daemon.request('PATCH', `/v1/agents/${agent.id}`, { body: { tools: true } });
    await using connected = await httpClient(it, agent);
    /** Hosts that a person was asked about, and said no to. */
    const hosts: string[] = [];
    const run = async (command: string): Promise<string> => {
      const running = connected.client.callTool({ name: 'workspace__run_command', arguments: { command } });
      const ended = new AbortController();
      void running.finally(() => ended.abort());
      const asked = async (): Promise<true | undefined> => {
        const question = (await it.approvals()).find(({ state }) => state.kind === 'pending');
        if (question?.tool === 'run_command') await it.approve(question);
        else if (question !== undefined) {
          hosts.push(String(question.arguments.host));
          await it.deny(question);
        }
        return ended.signal.aborted ? true : undefined;
      };
      await until('the command is over', asked);
      return textOf(await running);
    };
    expect(await run(`curl -s -m 20 http://127.0.0.1:${named.port}/`)).toBe('NAMED');
    expect(hosts, 'the command alone was asked about').toEqual([]);
    // What stands in a file no analysis of a command can tell.
    await run(`echo http://127.0.0.1:${other.port}/ > where`);
    const hidden = `curl -s http://127.0.0.1:${named.port}/; curl -s "$(cat where)"; curl -s --noproxy "*" "$(cat where)" || echo shut`;
    const text = await run(hidden);
    expect(text).toContain('NAMED');
    expect(text).toContain('shut');
    expect(text).not.toContain('OTHER');
    expect(new Set(hosts)).toEqual(new Set([`127.0.0.1:${other.port}`]));
    const first = (await it.records()).find((each) => each.kind === 'connection');
    expect(first).toMatchObject({ agent: agent.id, host: '127.0.0.1', port: named.port, outcome: 'closed' });
    expect(
      ofKind(await it.records(), 'connection').some(({ port, outcome }) => port === other.port && outcome === 'closed'),
    ).toBe(false);
    for (const { server } of [named, other]) server.close();
  },
  { timeout: 120_000 },
);
