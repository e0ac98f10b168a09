// What a client before 2026-07-28 is answered by HTTP, byte for byte: one JSON text where the answer comes at once, a stream that
// can be come back to where it does not, and the call made once either way.
import type { JsonObject } from '@castellan/contract';
import { expect, test } from 'vitest';
import type { Answer } from '../src/mcp/upstream/index.ts';
import { fetchInto, type Harness, harness } from './support/mcp-endpoint.ts';

const REVISION = '2025-11-25';
const said = (text: string): Answer => ({ kind: 'result', result: { content: [{ type: 'text', text }] } });
const TOOL = [['tool', { name: 'act', inputSchema: { type: 'object' } }]] as const;

interface Client {
  post(message: JsonObject, headers?: Readonly<Record<string, string>>): Promise<Response>;
  get(headers?: Readonly<Record<string, string>>): Promise<Response>;
  end(): Promise<Response>;
}

async function client(h: Harness): Promise<Client> {
  const send = fetchInto(h);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  const post: Client['post'] = (message, more = {}) =>
    send('http://localhost/mcp', {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
  const clientInfo = { name: 'test-client', version: '1.0.0' };
  const hello = { protocolVersion: REVISION, capabilities: {}, clientInfo };
  const begun = await post({ id: 1, method: 'initialize', params: hello });
  headers['mcp-session-id'] = begun.headers.get('mcp-session-id') ?? '';
  headers['mcp-protocol-version'] = REVISION;
  await begun.text();
  await post({ method: 'notifications/initialized' });
  return {
    post,
    get: (more = {}) => send('http://localhost/mcp', { headers: { ...headers, accept: 'text/event-stream', ...more } }),
    end: () => send('http://localhost/mcp', { method: 'DELETE', headers }),
  };
}

const call = (id: number | string, params: JsonObject = {}): JsonObject => ({
  id,
  method: 'tools/call',
  params: { name: 'asker__act', arguments: {}, ...params },
});
const typeOf = (answer: Response): string | null => answer.headers.get('content-type');
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('an answer that comes at once is one JSON text of its session', async () => {
  await using h = await harness();
  h.script('asker', TOOL, () => said('at once'));
  const { post } = await client(h);
  const answer = await post(call(2));
  expect(typeOf(answer)).toBe('application/json');
  expect(answer.headers.get('mcp-session-id')).not.toBeNull();
  expect(await answer.json()).toEqual({
    jsonrpc: '2.0',
    id: 2,
    result: { content: [{ type: 'text', text: 'at once' }] },
  });
  // An error of ours is an answer too.
  const unknown = await post(call('three', { name: 'asker__nothing' }));
  expect(typeOf(unknown)).toBe('application/json');
  expect(await unknown.json()).toMatchObject({ id: 'three', error: { code: -32_602 } });
  // The same id again, once it was answered.
  expect(await (await post(call(2))).json()).toMatchObject({ id: 2 });
});

test('one that takes longer is a stream, which its client may come back to; the call is made once', async () => {
  await using h = await harness();
  let answered = 0;
  h.script('asker', TOOL, async () => {
    await later(1500);
    answered += 1;
    return said('in the end');
  });
  const { post, get } = await client(h);
  const answer = await post(call(2));
  expect(typeOf(answer)).toBe('text/event-stream');
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const first = new TextDecoder().decode((await reader.read()).value);
  const event = /^id: (.+)$/m.exec(first)?.[1] ?? '';
  expect(event, 'an event to come back to').not.toBe('');
  await reader.cancel();
  await later(300);
  const again = await get({ 'last-event-id': event });
  const rest = (again.body as ReadableStream<Uint8Array>).getReader();
  expect(new TextDecoder().decode((await rest.read()).value)).toContain('in the end');
  await rest.cancel();
  expect([answered, h.attempts.length]).toEqual([1, 1]);
});

test('one that says something on its way is a stream from there on, with everything in order', async () => {
  await using h = await harness();
  h.script('asker', TOOL, (_method, _params, { onProgress }) => {
    for (const progress of [1, 2]) onProgress?.({ progress, total: 2 });
    return said('counted');
  });
  const { post } = await client(h);
  const answer = await post(call(2, { _meta: { progressToken: 'mine' } }));
  expect(typeOf(answer)).toBe('text/event-stream');
  const text = await answer.text();
  const messages = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => JSON.parse(data ?? ''));
  expect(messages.map(({ method, params, id }) => (method && [params.progressToken, params.progress]) || id)).toEqual([
    ['mine', 1],
    ['mine', 2],
    2,
  ]);
  expect(h.attempts).toHaveLength(1);
});

test('one that is asked for wrongly is refused as ever, and one whose session ends is told so', async () => {
  await using h = await harness();
  const { promise, resolve } = Promise.withResolvers<Answer>();
  h.script('asker', TOOL, () => promise);
  const { post, end } = await client(h);
  expect((await post(call(2), { accept: 'application/json' })).status).toBe(406);
  expect((await post(call(3), { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await post(call(4), { 'mcp-protocol-version': '1999-01-01' })).status).toBe(400);
  expect(h.attempts).toHaveLength(0);
  const waiting = post(call(5));
  while (h.attempts.length === 0) await later(1);
  await end();
  const told = await waiting;
  expect([told.status, (await told.text()).includes('Session not found')]).toEqual([404, true]);
  resolve(said('too late'));
  expect(h.endpoint.counts().httpSessions).toBe(0);
});
