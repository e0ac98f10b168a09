// An agent that wants all of what there is for everybody: places of running servers. What one takes is missing to no other.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { McpHttp } from '@castellan/contract';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MAX_RUNNING, MAX_RUNNING_OF_AGENT, MAX_RUNNING_OF_MODULE } from '../src/mcp/upstream/limits.ts';
import { type Occupant, roomFor } from '../src/mcp/upstream/room.ts';
import { upstreamWorld } from './support/upstream-world.ts';

/** A server by HTTP whose only tool never answers. */
async function hanging(): Promise<McpHttp> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const { id, method } = JSON.parse(Buffer.concat(chunks).toString()) as { id?: number; method: string };
    if (id === undefined) return void response.writeHead(202).end();
    if (method === 'tools/call') return;
    const tools = [{ name: 'wait', inputSchema: { type: 'object' } }];
    const serverInfo = { name: 'x', version: '1' };
    const result =
      method === 'initialize' ? { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } : { tools };
    const known = method === 'initialize' || method === 'tools/list';
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ jsonrpc: '2.0', id, ...(known ? { result } : { error: { code: -32601, message: 'no' } }) }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/mcp`;
  return { kind: 'mcp-http', url, headers: {}, oauth: 'off', scopes: [], timeoutSeconds: 3600, concurrency: 16 };
}

test('one agent with a slow call in each of its sessions leaves room for every other', async () => {
  const world = upstreamWorld();
  const start = await hanging();
  await world.accept('search', start);
  await world.accept('other', start);
  const waiting: Promise<unknown>[] = [];
  let refused = 0;
  for (let at = 0; at < MAX_RUNNING; at += 1) {
    const opened = await world.upstreams.open(world.session(`ses-${at}`, 'agent-a'), 'search');
    if (opened.kind === 'unavailable') refused += 1;
    else waiting.push(opened.request('tools/call', { name: 'wait', arguments: {} }));
  }
  expect(waiting).toHaveLength(MAX_RUNNING_OF_AGENT);
  expect(refused).toBe(MAX_RUNNING - MAX_RUNNING_OF_AGENT);
  expect(await world.upstreams.open(world.session('one-more', 'agent-a'), 'other')).toMatchObject({
    kind: 'unavailable',
    state: 'stopped',
    why: `${MAX_RUNNING_OF_AGENT} servers of this agent are busy already`,
  });
  expect((await world.upstreams.open(world.session('theirs', 'agent-b'), 'search')).kind).toBe('upstream');
  expect((await world.upstreams.open(world.session('theirs', 'agent-b'), 'other')).kind).toBe('upstream');
  await world.upstreams[Symbol.asyncDispose]();
  await Promise.all(waiting);
});

describe('whose place it is', () => {
  const many = (count: number, agent: string, module: string, idleSince: number | null): Occupant[] =>
    Array.from({ length: count }, (_, at) => ({
      agent,
      module,
      idleSince: idleSince === null ? null : idleSince + at,
    }));

  test('an agent with its share ends its own idle server first, the one idle longest', () => {
    const own = many(MAX_RUNNING_OF_AGENT, 'a', 'm', 50);
    expect(roomFor([...many(3, 'b', 'm', 1), ...own], 'a', 'x')).toEqual({ kind: 'instead', of: own[0] });
  });

  test('a module with its share ends one of the same agent, or any other of its own', () => {
    const others = ['b', 'c'].flatMap((agent) => many(MAX_RUNNING_OF_MODULE / 2 - 1, agent, 'm', 5));
    const own = many(2, 'a', 'm', 90);
    expect(roomFor([...others, ...own], 'a', 'm')).toEqual({ kind: 'instead', of: own[0] });
    expect(roomFor([...others, ...own], 'd', 'm')).toMatchObject({ kind: 'instead', of: { idleSince: 5 } });
    expect(roomFor([...others, ...own], 'd', 'x')).toEqual({ kind: 'free' });
    const busy = [...others, ...own].map((each) => ({ ...each, idleSince: null }));
    expect(roomFor(busy, 'd', 'm')).toMatchObject({ kind: 'full', why: expect.stringContaining('`m`') });
  });

  test('where all places are taken an own idle one goes before that of another, and a busy one never', () => {
    const agents = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const all = agents.flatMap((agent) => many(MAX_RUNNING / agents.length, agent, agent, agent === 'a' ? 90 : 10));
    expect(roomFor(all, 'a', 'x')).toMatchObject({ kind: 'instead', of: { agent: 'a', idleSince: 90 } });
    expect(roomFor(all, 'z', 'x')).toMatchObject({ kind: 'instead', of: { idleSince: 10 } });
    const busy = all.map((each) => ({ ...each, idleSince: null }));
    expect(roomFor(busy, 'z', 'x')).toEqual({ kind: 'full', why: `${MAX_RUNNING} servers are busy already` });
  });
});
