// Written as an agent that lists in a loop: each list is looked through for secrets once, whoever asks and however often, and
// again as soon as something else may be a secret or is offered.
import { expect, test, vi } from 'vitest';
import { type Harness, harness, OTHER, type Raw, SECRET, socketWire } from './support/mcp-endpoint.ts';

const WAIT = 60_000;
const SCHEMA = { type: 'object', properties: {} };
const tool = (name: string, description = 'does it'): Raw => ['tool', { name, description, inputSchema: SCHEMA }];
const OFFERED: readonly Raw[] = [
  ...Array.from({ length: 600 }, (_, n) => tool(`tool_${n}`)),
  ['prompt', { name: 'greet' }],
  ['resource', { uri: 'note://1', name: 'one' }],
  ['template', { uriTemplate: 'note://{id}', name: 'any' }],
];
const LISTS = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'];

const connected = async (h: Harness, options: Parameters<typeof socketWire>[1] = {}) => {
  const wire = socketWire(h, options);
  let next = 0;
  const ask = async (method: string, params: object = {}): Promise<Record<string, unknown>> => {
    const id = next++;
    wire.raw(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return vi.waitFor(() => {
      const found = wire.got.find((message) => message.id === id && message.method === undefined);
      if (found?.result === undefined) throw new Error(`no answer to ${method}`);
      return found.result as Record<string, unknown>;
    }, WAIT);
  };
  const clientInfo = { name: 'x', version: '1' };
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  wire.raw(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
  return ask;
};

test('a list is looked through once, however often and by however many it is asked for', async () => {
  await using h = await harness();
  h.script('notes', OFFERED, () => ({ kind: 'result', result: {} }));
  const ask = await connected(h);
  const other = await connected(h, { agent: OTHER });
  const before = h.looked;
  const first: Record<string, unknown>[] = [];
  for (const method of LISTS) first.push(await ask(method));
  const { nextCursor: cursor } = first[0] ?? {};
  const second = await ask('tools/list', { cursor });
  expect([first[0]?.tools, second.tools].flat()).toHaveLength(601);
  const once = h.looked - before;
  expect(once).toBeLessThanOrEqual(LISTS.length + 1);
  for (let n = 0; n < 5; n++)
    for (const one of [ask, other]) {
      for (const [at, method] of LISTS.entries()) expect(await one(method)).toEqual(first[at]);
      expect(await one('tools/list', { cursor })).toEqual(second);
    }
  expect(h.looked - before).toBe(once);
});

test('a client that comes and goes is told instructions that were looked through once', async () => {
  await using h = await harness();
  h.script('notes', OFFERED, () => ({ kind: 'result', result: {} }));
  const module = h.modules.get('notes');
  if (module === undefined) throw new Error('no module');
  h.modules.set('notes', { ...module, lock: { ...module.lock, instructions: `use it well, ${SECRET}` } });
  await connected(h);
  const once = h.looked;
  for (let n = 0; n < 10; n++) await connected(h);
  expect(h.looked).toBe(once);
});

test('what is asked after something became a secret, or is offered otherwise, is looked through anew', async () => {
  await using h = await harness();
  h.script('notes', [tool('echo', 'as it was')], () => ({ kind: 'result', result: {} }));
  const ask = await connected(h);
  await ask('tools/list');
  const before = h.looked;
  h.version += 1;
  await ask('tools/list');
  expect(h.looked).toBe(before + 1);
  // A policy that denies more now: absent at once, though the catalogue is the same.
  h.offers = () => false;
  expect((await ask('tools/list')).tools).toHaveLength(1);
  h.offers = () => true;
  h.script('notes', [tool('echo', `now with ${SECRET}`)], () => ({ kind: 'result', result: {} }));
  h.changed('notes');
  await vi.waitFor(async () => {
    const told = JSON.stringify(await ask('tools/list'));
    expect(told).toContain('now with');
    expect(told).not.toContain(SECRET);
  }, WAIT);
});
