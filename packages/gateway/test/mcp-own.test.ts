// Tools of whoever mounts the endpoint: offered, decided, finished and cut like a server's, and run by them alone.
import type { JsonObject } from '@castellan/contract';
import { expect, test, vi } from 'vitest';
import type { OwnTool, OwnUse } from '../src/mcp/host.ts';
import { connected, type Harness, harness, refused, run, SECRET } from './support/mcp-endpoint.ts';

const SCHEMA = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false };
const definition: JsonObject = { name: 'count', description: 'counts', inputSchema: SCHEMA };

function own(does: (use: OwnUse) => Promise<JsonObject>, digest = '1'): { tool: OwnTool; uses: OwnUse[] } {
  const uses: OwnUse[] = [];
  const tool: OwnTool = {
    module: 'ours',
    definition: { kind: 'tool', name: 'count', digest: `sha256:${digest.repeat(64)}`, definition },
    run(use) {
      uses.push(use);
      return does(use);
    },
    refused: (message) => ({ content: [{ type: 'text', text: `no: ${message}` }], isError: true }),
    invalid: (message) => ({ content: [{ type: 'text', text: `wrong: ${message}` }], isError: true }),
  };
  return { tool, uses };
}
const said = (value: JsonObject): JsonObject => ({
  content: [{ type: 'text', text: JSON.stringify(value) }],
  structuredContent: value,
});
const call = { name: 'count', arguments: { n: 1 } };

for (const era of ['legacy', 'modern'] as const)
  test(`${era}: it is listed, decided under its module, run with what was decided, recorded and cleaned`, async () => {
    const { tool, uses } = own(async (use) => said({ n: use.arguments.n ?? 0, key: SECRET }));
    await using h: Harness = await harness([tool]);
    h.decide = (attempt) => run({ ...attempt, arguments: { n: 7 } });
    const client = await connected(h, era, 'http');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['count', 'castellan_result']));
    const result = await client.callTool(call);
    expect(result.structuredContent).toEqual({ n: 7, key: '[hidden]' });
    expect(h.attempts).toMatchObject([{ module: 'ours', tool: 'count', arguments: { n: 1 } }]);
    expect(uses).toMatchObject([{ arguments: { n: 7 }, call: 'call_0123456789' }]);
    expect(h.outcomes).toMatchObject([{ status: 'succeeded' }]);
  });

test('what the gate refuses, never offers, or its schema does not take is not run', async () => {
  const { tool, uses } = own(async () => said({}));
  await using h = await harness([tool]);
  const client = await connected(h, 'legacy', 'socket');
  h.decide = () => refused('a rule denies it');
  expect(await client.callTool(call)).toMatchObject({
    isError: true,
    content: [{ text: 'no: a rule denies it' }],
  });
  const wrong = await client.callTool({ name: 'count', arguments: { n: 'many' } });
  expect(wrong).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/^wrong: .*n/) }] });
  expect(h.attempts).toHaveLength(1);
  h.offers = (module) => module !== 'ours';
  expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('count');
  await expect(client.callTool(call)).rejects.toMatchObject({ code: -32_602 });
  expect(uses).toEqual([]);
});

test('a tool that fails, or whose client gave up, is finished as what it was', async () => {
  const { tool } = own(async ({ arguments: { n }, signal }) => {
    if (n === 2) throw new Error('a bug');
    if (n === 3) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { content: [{ type: 'text', text: 'failed' }], isError: true };
  });
  await using h = await harness([tool]);
  const client = await connected(h, 'legacy', 'socket');
  expect((await client.callTool(call)).isError).toBe(true);
  await expect(client.callTool({ name: 'count', arguments: { n: 2 } })).rejects.toThrow();
  const over = new AbortController();
  const asked = client.callTool({ name: 'count', arguments: { n: 3 } }, { signal: over.signal });
  await vi.waitFor(() => expect(h.attempts).toHaveLength(3), 30_000);
  over.abort();
  await expect(asked).rejects.toThrow();
  await vi.waitFor(() => expect(h.outcomes).toHaveLength(3), 30_000);
  expect(h.outcomes.map(({ status }) => status)).toEqual(['failed', 'unknown', 'interrupted']);
});
