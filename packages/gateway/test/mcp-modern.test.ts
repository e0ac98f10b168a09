// What a client of 2026-07-28 meets by HTTP, byte for byte: no client of the SDK stands between. Servers are functions.
import type { JsonObject } from '@castellan/contract';
import { expect, test } from 'vitest';
import type { Answer } from '../src/mcp/upstream/index.ts';
import { fetchInto, type Harness, harness, type Scripted, SECRET } from './support/mcp-endpoint.ts';

const META = 'io.modelcontextprotocol/';
const OPEN = { type: 'object' };
const CAN_ALL = { elicitation: { form: {} }, sampling: {}, roots: {} };
const QUESTION = {
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message: 'Go on?',
    requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } } },
  },
};
const YES = { action: 'accept', content: { sure: true } };
const said = (text: string): Answer => ({ kind: 'result', result: { content: [{ type: 'text', text }] } });

interface Told {
  readonly status: number;
  readonly body: JsonObject & { readonly result?: JsonObject; readonly error?: JsonObject };
}

/** One request as such a client sends it. */
async function post(h: Harness, method: string, params: JsonObject = {}, can: JsonObject = CAN_ALL): Promise<Told> {
  const _meta = {
    [`${META}protocolVersion`]: '2026-07-28',
    [`${META}clientInfo`]: { name: 'test-client', version: '1.0.0' },
    [`${META}clientCapabilities`]: can,
  };
  const answer = await fetchInto(h)('http://localhost/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof params.name === 'string' && { 'mcp-name': params.name }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 7, method, params: { ...params, _meta } }),
  });
  const text = await answer.text();
  const data = text.startsWith('{') ? text : (/^data: (\{.*"id":7.*\})$/m.exec(text)?.[1] ?? '{}');
  return { status: answer.status, body: JSON.parse(data) as Told['body'] };
}

const call = (h: Harness, more: JsonObject = {}, can?: JsonObject): Promise<Told> =>
  post(h, 'tools/call', { name: 'asker__act', arguments: {}, ...more }, can);

/** A server that asks everything of `questions`, one set after the other, and then tells the answers. */
const asking = (questions: readonly JsonObject[]): Scripted => {
  const answers: unknown[] = [];
  let round = 0;
  return (_method, params) => {
    if (params.inputResponses !== undefined) answers.push(params.inputResponses);
    const inputRequests = questions[round];
    round += 1;
    return inputRequests === undefined
      ? said(JSON.stringify(answers))
      : { kind: 'input-required', inputRequests, requestState: 'its own state', result: {} };
  };
};

const TOOL = [['tool', { name: 'act', inputSchema: OPEN }]] as const;
const textOf = ({ body }: Told): string => {
  const { content } = body.result as unknown as { content: readonly { text: string }[] };
  return content[0]?.text ?? '';
};

test("a question keeps the server's own name, so that a client that knows the server can tell what it is", async () => {
  await using h = await harness();
  h.script('asker', TOOL, asking([{ confirm: QUESTION, 'step.2_b-c': QUESTION }]), 'modern');
  const { status, body } = await call(h);
  expect(status).toBe(200);
  expect(body.result?.resultType).toBe('input_required');
  expect(Object.keys(body.result?.inputRequests ?? {})).toEqual(['confirm', 'step.2_b-c']);
  // The state of the server is not the client's: ours stands in its place.
  expect(JSON.stringify(body)).not.toContain('its own state');
  const answered = await call(h, {
    inputResponses: { confirm: YES, 'step.2_b-c': { action: 'decline' } },
    requestState: body.result?.requestState ?? null,
  });
  expect(JSON.parse(textOf(answered))).toEqual([{ confirm: YES, 'step.2_b-c': { action: 'decline' } }]);
});

test('a name that is ours, a member of every object, too long, not printed or secret is another one to the client', async () => {
  for (const name of [
    'ask-1',
    'constructor\u0000',
    '__proto__',
    'x'.repeat(65),
    'two words',
    `key-${SECRET}`,
    '9lives',
    '',
  ]) {
    await using h = await harness();
    const questions = JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(QUESTION)}}`) as JsonObject;
    h.script('asker', TOOL, asking([questions]), 'modern');
    const { body } = await call(h);
    expect(Object.keys(body.result?.inputRequests ?? {}), JSON.stringify(name)).toEqual(['ask-1']);
    expect(JSON.stringify(body)).not.toContain(SECRET);
    const answered = await call(h, {
      inputResponses: { 'ask-1': YES },
      requestState: body.result?.requestState ?? null,
    });
    // To the server it has the name that the server gave it; what it tells of that is looked through like any result.
    const told = `[{${JSON.stringify(name)}:${JSON.stringify(YES)}}]`.replaceAll(SECRET, '[hidden]');
    expect(textOf(answered), JSON.stringify(name)).toBe(told);
  }
});

test('what a client says before it is asked answers that question, once, and is decided like any answer', async () => {
  await using h = await harness();
  h.script('asker', TOOL, asking([{ confirm: QUESTION }, { confirm: QUESTION }]), 'modern');
  const first = await call(h, { inputResponses: { confirm: YES } });
  // The second time it is asked: what was said ahead was for one question.
  expect(first.body.result?.resultType).toBe('input_required');
  expect(Object.keys(first.body.result?.inputRequests ?? {})).toEqual(['confirm']);
  expect(h.attempts.map(({ tool }) => tool)).toEqual(['act', 'mcp:elicitation', 'mcp:elicitation']);
  const answered = await call(h, {
    inputResponses: { confirm: { action: 'cancel' } },
    requestState: first.body.result?.requestState ?? null,
  });
  expect(JSON.parse(textOf(answered))).toEqual([{ confirm: YES }, { confirm: { action: 'cancel' } }]);
});

test('what was said ahead under another name answers nothing, and a question that is refused takes none of it', async () => {
  await using h = await harness();
  h.script('asker', TOOL, asking([{ confirm: QUESTION }]), 'modern');
  const { body } = await call(h, { inputResponses: { 'ask-1': YES, other: YES, constructor: YES } });
  expect(Object.keys(body.result?.inputRequests ?? {})).toEqual(['confirm']);

  await using strict = await harness();
  strict.script('asker', TOOL, asking([{ confirm: QUESTION }]), 'modern');
  strict.decide = (attempt) =>
    attempt.tool === 'mcp:elicitation'
      ? {
          kind: 'refused',
          call: 'call_0123456789',
          message: 'a rule denies it',
          reasons: [],
          refusal: 'denied',
          by: 'rule',
        }
      : { ...RUN, arguments: attempt.arguments };
  expect(JSON.parse(textOf(await call(strict, { inputResponses: { confirm: YES } })))).toEqual([
    { confirm: { action: 'decline' } },
  ]);
});
const RUN = {
  kind: 'run',
  call: 'call_0123456789',
  message: 'let through',
  reasons: [],
  digest: `sha256:${'0'.repeat(64)}`,
  by: 'auto-allowed',
} as const;

test('each request says to the server what its client can be asked: this one, and nothing experimental', async () => {
  await using h = await harness();
  const heard: unknown[] = [];
  h.script(
    'asker',
    TOOL,
    (_method, params) => {
      heard.push((params._meta as JsonObject | undefined)?.[`${META}clientCapabilities`]);
      return said('done');
    },
    'modern',
  );
  await call(h, {}, { elicitation: { form: {} }, experimental: { x: {} }, tasks: { list: {} }, extensions: { y: {} } });
  await call(h, {}, {});
  await call(h, {}, { sampling: {}, roots: { listChanged: true } });
  expect(heard).toEqual([{ elicitation: { form: {} } }, {}, { sampling: {}, roots: { listChanged: true } }]);
});

test('a server of before is told nothing of that in its requests', async () => {
  await using h = await harness();
  const heard: unknown[] = [];
  h.script('asker', TOOL, (_method, params) => {
    heard.push(params._meta);
    return said('done');
  });
  await call(h);
  expect(JSON.stringify(heard)).not.toContain('clientCapabilities');
});

test('a method that is not there is not found, by HTTP and in words, and reaches no server', async () => {
  await using h = await harness();
  h.script('asker', TOOL, () => said('done'), 'modern');
  for (const method of [
    'tools/uninstall',
    'tasks/get',
    'initialize',
    'ping',
    'logging/setLevel',
    'resources/subscribe',
    '__proto__',
  ]) {
    const { status, body } = await post(h, method);
    expect([status, body.id, body.error?.code], method).toEqual([404, 7, -32601]);
  }
  expect(h.asked).toEqual([]);
  expect((await post(h, 'tools/list')).status).toBe(200);
});

test("a client's wish for a task is no task: it is answered as the call it is, and its server hears nothing of it", async () => {
  await using h = await harness();
  const heard: JsonObject[] = [];
  h.script('asker', TOOL, (_method, params) => {
    heard.push(params);
    return said('done');
  });
  expect(textOf(await call(h, { task: { ttl: 60_000 } }))).toBe('done');
  expect(heard.map((params) => Object.keys(params).includes('task'))).toEqual([false]);

  // And what a server says is a task is no result.
  await using other = await harness();
  other.script('asker', TOOL, () => ({ kind: 'result', result: { task: { taskId: 't', status: 'working' } } }));
  const { body } = await call(other);
  expect(body.result?.isError ?? body.error !== undefined).toBe(true);
  expect(JSON.stringify(body)).not.toContain('taskId');
});
