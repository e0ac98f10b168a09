// An agent that lets the daemon keep things for it: results too long for one answer, events of streams, links, questions that
// wait. Counted over all of its clients; what one agent fills is its own share.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Events } from '../src/mcp/endpoint/events.ts';
import { KeptResults } from '../src/mcp/endpoint/kept.ts';
import {
  LINK_CHARS,
  MAX_EVENT_BYTES,
  MAX_LINKS,
  STORE_BYTES,
  STORE_BYTES_OF_AGENT,
} from '../src/mcp/endpoint/limits.ts';
import { Links } from '../src/mcp/endpoint/links.ts';
import { bytesOf, Store } from '../src/mcp/endpoint/store.ts';
import { AGENT, connected, harness, OTHER, socketWire } from './support/mcp-endpoint.ts';
import { clockOf } from './support/upstream-world.ts';

const MIB = 1_048_576;
const INPUT = { type: 'object', properties: {} };

test('many clients of one agent keep together what its share is, and another agent finds its own kept', async () => {
  await using h = await harness();
  h.script('m', [['tool', { name: 'big', inputSchema: INPUT }]], () => ({
    kind: 'result',
    result: { content: [{ type: 'text', text: 'a'.repeat(3 * MIB) }] },
  }));
  const rest = (result: unknown): { id: string; from: number } => {
    const { content } = result as { content: readonly { text: string }[] };
    return JSON.parse(/with (\{.*\})$/.exec(content.at(-1)?.text ?? '')?.[1] ?? '{}');
  };
  const theirs = await connected(h, 'legacy', 'socket', { agent: OTHER });
  const kept = rest(await theirs.callTool({ name: 'm__big', arguments: {} }));
  const firsts: { readonly client: typeof theirs; readonly kept: ReturnType<typeof rest> }[] = [];
  for (let at = 0; at < 16; at += 1) {
    const client = await connected(h, 'legacy', 'socket');
    firsts.push({ client, kept: rest(await client.callTool({ name: 'm__big', arguments: {} })) });
    expect(h.endpoint.counts().keptBytes).toBeLessThanOrEqual(STORE_BYTES_OF_AGENT + 6 * MIB + 100);
  }
  const read = async ({ client, kept }: (typeof firsts)[number]): Promise<boolean> =>
    (await client.callTool({ name: 'castellan_result', arguments: kept })).isError !== true;
  expect(await Promise.all(firsts.map(read))).toEqual(firsts.map((_, at) => at >= 14));
  expect(await read({ client: theirs, kept })).toBe(true);
  await Promise.all([theirs, ...firsts.map(({ client }) => client)].map((client) => client.close()));
  expect(h.endpoint.counts()).toMatchObject({ sockets: 0, keptBytes: 0 });
});

test('whatever is kept and given back, the bounds hold, and whoever has most loses first', () => {
  const agents = Array.from({ length: 8 }, (_, at) => `agent_00000000${10 + at}` as const);
  const step = fc.record({
    agent: fc.constantFrom(...agents),
    bytes: fc.integer({ min: 1, max: STORE_BYTES_OF_AGENT }),
    back: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = new Store();
      const there = new Map<
        number,
        { readonly agent: string; readonly bytes: number; readonly giveBack: () => void }
      >();
      for (const [at, { agent, bytes, back }] of steps.entries()) {
        const giveBack = store.keep(agent, bytes, () => there.delete(at));
        there.set(at, { agent, bytes, giveBack });
        if (back) {
          const [first] = there;
          first?.[1].giveBack();
          there.delete(first?.[0] ?? -1);
        } else expect(there.has(at)).toBe(true);
        const sum = [...there.values()].reduce((all, each) => all + each.bytes, 0);
        expect(store.bytes).toBe(sum);
        expect(sum).toBeLessThanOrEqual(STORE_BYTES);
        for (const one of agents) {
          const own = [...there.values()].filter((each) => each.agent === one);
          expect(own.reduce((all, each) => all + each.bytes, 0)).toBeLessThanOrEqual(STORE_BYTES_OF_AGENT);
        }
      }
    }),
  );
});

test('events of streams come out of the same share; one too large is not kept', async () => {
  const store = new Store();
  const results = new KeptResults(clockOf(), store, AGENT);
  const events = new Events(store, AGENT);
  const message = (chars: number) => ({ jsonrpc: '2.0' as const, method: 'm', params: { text: 'e'.repeat(chars) } });
  for (let at = 0; at < 64; at += 1) await events.storeEvent('s', message(MIB));
  results.cut({ content: [{ type: 'text', text: 'r'.repeat(3 * MIB) }] });
  expect(store.bytes).toBeGreaterThan(STORE_BYTES_OF_AGENT / 2);
  expect(store.bytes).toBeLessThanOrEqual(STORE_BYTES_OF_AGENT);
  const before = store.bytes;
  const id = await events.storeEvent('s', message(MAX_EVENT_BYTES));
  expect(await events.getStreamIdForEventId(id)).toBeUndefined();
  expect(store.bytes).toBe(before);
  events.clear();
  results.clear();
  await events.storeEvent('s', message(10));
  expect(store.bytes).toBe(0);
});

test('what a value takes is counted with what is around it', () => {
  expect(bytesOf({ a: ['x'.repeat(100)] }, 10_000)).toBeGreaterThan(200);
  expect(bytesOf(Array(10_000).fill({}), MIB)).toBeGreaterThan(10_000 * 50);
  expect(bytesOf({ a: 'x'.repeat(1_000) }, 100)).toBe(Number.POSITIVE_INFINITY);
});

test('links are bounded in number and characters, the newest stay, and one of two modules is nobody’s', () => {
  const links = new Links();
  links.add('one', 'note://both');
  links.add('two', 'note://both');
  expect(links.owner('note://both')).toBeNull();
  links.add('one', `note://${'x'.repeat(3_000_000)}`);
  for (let at = 0; at < 2 * MAX_LINKS; at += 1) links.add('one', `note://${at}`);
  expect(links.owner('note://0')).toBeNull();
  expect(links.owner(`note://${2 * MAX_LINKS - 1}`)).toBe('one');
  const long = (at: number): string => `note://${at}/${'y'.repeat(2_000)}`;
  for (let at = 0; at < MAX_LINKS; at += 1) links.add('one', long(at));
  const kept = Array.from({ length: MAX_LINKS }, (_, at) => long(at)).filter((uri) => links.owner(uri) !== null);
  expect(kept.length).toBeGreaterThan(10);
  expect(kept.length * 2_000).toBeLessThanOrEqual(LINK_CHARS);
});

test('an agent that reads nothing of many channels is cut off before each of them is full', async () => {
  await using h = await harness();
  h.script('m', [['tool', { name: 'echo', inputSchema: INPUT }]], () => ({ kind: 'result', result: { content: [] } }));
  const list = (id: number) => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list', params: {} });
  const hello = {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  };
  const wires = Array.from({ length: 12 }, () => socketWire(h, { backlog: () => 8 * MIB }));
  const honest = socketWire(h, { agent: OTHER });
  for (const wire of [...wires, honest]) {
    wire.raw(JSON.stringify(hello));
    wire.raw(list(1));
  }
  await expect.poll(() => wires.filter((wire) => wire.ended() !== null).length).toBeGreaterThan(3);
  expect(wires.some((wire) => wire.ended() === null)).toBe(true);
  await expect.poll(() => honest.got.length).toBe(2);
  expect(honest.ended()).toBeNull();
});
