// A server with patterns made to be slow, and a client that reads what fits none of them: nobody else waits for it. Counted in
// steps, for a test that measured time would measure the machine.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readServer } from '../src/mcp/definitions/index.ts';
import { buildCatalogue } from '../src/mcp/endpoint/catalogue.ts';
import { LOOKUP_STEPS } from '../src/mcp/endpoint/limits.ts';
import { fitting } from '../src/mcp/endpoint/templates.ts';
import { connected, harness, type Raw } from './support/mcp-endpoint.ts';

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}` as const;
/** Fits wherever it is tried, until the very end. */
const SLOW = (at: number): string => `x:x{+a${at}}${'x{a}'.repeat(6)}x`;
const slow = (count: number): readonly Raw[] =>
  Array.from({ length: count }, (_, at) => ['template', { name: `t${at}`, uriTemplate: SLOW(at) }]);
const LONG = `x:${'x'.repeat(2_000)}/yx`;

test('of thousands of patterns a server has a bounded number, and none of too many parts', () => {
  const listed = slow(4_900).map(([kind, raw]) => ({ kind, raw }));
  const read = readServer(listed, sha256);
  expect(read.definitions).toHaveLength(200);
  expect(read.unusable.map(({ text }) => text)).toEqual([expect.stringContaining('more than 200 patterns')]);
  const deep = readServer([{ kind: 'template', raw: { name: 't', uriTemplate: `x:${'{a}x'.repeat(9)}` } }], sha256);
  expect(deep.definitions).toEqual([]);
  expect(deep.unusable[0]?.text).toContain('more than 16 parts');
});

test('one lookup costs so much at most, and a module with dear patterns hides none of another', async () => {
  await using h = await harness();
  h.script('a-hostile', slow(200), () => ({ kind: 'result', result: { contents: [] } }));
  h.script('honest', [['template', { name: 'n', uriTemplate: 'x:{+any}/yx' }]], (_method, { uri }) => ({
    kind: 'result',
    result: { contents: [{ uri: String(uri), text: 'found' }] },
  }));
  const { entries } = buildCatalogue([...h.modules.values()], null);
  let looked = 0;
  const counting = new Proxy(Uint8Array, {
    construct: (target, given) => {
      looked += Number(given[0]);
      return new target(...(given as [number]));
    },
  });
  const real = globalThis.Uint8Array;
  globalThis.Uint8Array = counting;
  try {
    expect(fitting(entries.template, LONG).map(({ module }) => module.name)).toEqual(['honest']);
    expect(fitting(entries.template, `${LONG.slice(0, -2)}zx`)).toEqual([]);
  } finally {
    globalThis.Uint8Array = real;
  }
  expect(looked).toBeGreaterThan(LOOKUP_STEPS);
  expect(looked).toBeLessThan(3 * (LOOKUP_STEPS + 2_100));
  const client = await connected(h, 'legacy', 'socket');
  const { contents } = await client.readResource({ uri: LONG });
  expect(contents).toEqual([{ uri: LONG, text: 'found' }]);
  await client.close();
});
