// The scripted model keeps nothing and never invents a call.
import { expect, test } from 'vitest';
import { type CanaryScript, canaryPrompt } from '../src/canary/script.ts';
import { canaryReply } from '../src/index.ts';

const script: CanaryScript = {
  turns: [
    [{ tool: 'Read', input: { file_path: '/x/{"}\\"' } }],
    [
      { tool: 'Bash', input: { command: 'a' } },
      { tool: 'Bash', input: { command: 'b' } },
    ],
  ],
  text: 'saw {{result}}',
};
const tools = [{ name: 'Read' }];
const result = (text: string) => ({ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text }] });
const ask = (messages: unknown, more = {}) =>
  JSON.parse(canaryReply('messages', { tools, messages, ...more }).text) as {
    content: { name?: string; text?: string }[];
    stop_reason: string;
  };
const prompt = {
  role: 'user',
  content: [{ type: 'text', text: `<reminder/>\n${canaryPrompt(script)}\nmore {words}` }],
};

test('each turn in its order, the closing text last', () => {
  expect(ask([prompt])).toMatchObject({
    content: [{ name: 'Read', input: script.turns[0]?.[0]?.input }],
    stop_reason: 'tool_use',
  });
  expect(ask([prompt, { content: [result('1')] }]).content).toHaveLength(2);
  const all = [prompt, { content: [result('1')] }, { content: [result('2'), result('$& three')] }];
  expect(ask(all)).toMatchObject({ content: [{ text: 'saw $& three' }], stop_reason: 'end_turn' });
});

test('no tools offered, no script, a broken one: no call', () => {
  for (const body of [
    { messages: [prompt] },
    { tools, messages: [] },
    { tools, messages: [{ content: 'castellan-canary:{"turns":[[' }] },
    { tools, messages: [{ content: 'castellan-canary:{"turns":[[{"tool":1}]],"text":""}' }] },
    null,
    { tools, messages: 'x' },
  ]) {
    expect(JSON.parse(canaryReply('messages', body).text)).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ type: 'text' }],
    });
  }
});

test('as a stream when asked for one', () => {
  const reply = canaryReply('messages', { tools, messages: [prompt], stream: true });
  expect(reply.contentType).toBe('text/event-stream');
  const events = reply.text
    .split('\n\n')
    .filter(Boolean)
    .map((part) => part.split('\n')[0]);
  expect(events).toEqual([
    'event: message_start',
    'event: content_block_start',
    'event: content_block_delta',
    'event: content_block_stop',
    'event: message_delta',
    'event: message_stop',
  ]);
});

test('in Chat Completions: calls, their results, the closing text, in one piece and as a stream', () => {
  const messages: unknown[] = [
    { role: 'system', content: 'be good' },
    { role: 'user', content: canaryPrompt(script) },
  ];
  const ask = (more = {}) => canaryReply('chat', { tools, messages, ...more });
  const message = () => JSON.parse(ask().text).choices[0];
  const [first] = message().message.tool_calls;
  expect(first.function).toEqual({ name: 'Read', arguments: JSON.stringify(script.turns[0]?.[0]?.input) });
  expect(message().finish_reason).toBe('tool_calls');
  messages.push(message().message, { role: 'tool', tool_call_id: first.id, content: 'one' });
  const both = message().message.tool_calls as { id: string }[];
  expect(new Set([first.id, ...both.map(({ id }) => id)]).size).toBe(3);
  messages.push(message().message, ...both.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: `r ${id}` })));
  expect(message()).toMatchObject({ message: { content: `saw r ${both[1]?.id}` }, finish_reason: 'stop' });
  const chunks = ask({ stream: true }).text.split('\n\n').filter(Boolean);
  expect(chunks.at(-1)).toBe('data: [DONE]');
  expect(JSON.parse(ask({ tools: [] }).text).choices[0].message.content).toBe('castellan canary');
});

test('in Responses: free-form calls, namespaces, words of earlier results, tools in the input', () => {
  const codex: CanaryScript = {
    turns: [
      [{ tool: 'exec', input: "text(await tools.exec_command({cmd: 'date'}))" }],
      [{ tool: 'wait', input: { ids: [{ $after: 'agent ' }], left: { $after: 'nowhere' } }, namespace: 'mcp__x' }],
    ],
    text: '{{result}}',
  };
  const input: unknown[] = [
    { type: 'additional_tools', tools },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: canaryPrompt(codex) }] },
  ];
  const ask = () => JSON.parse(canaryReply('responses', { input }).text).output[0];
  const first = ask();
  expect(first).toMatchObject({ type: 'custom_tool_call', name: 'exec', input: codex.turns[0]?.[0]?.input });
  input.push(first, { type: 'custom_tool_call_output', call_id: first.call_id, output: 'started agent a1-b2, gone' });
  const second = ask();
  expect(second).toMatchObject({ type: 'function_call', name: 'wait', namespace: 'mcp__x' });
  expect(JSON.parse(second.arguments)).toEqual({ ids: ['a1-b2'], left: '' });
  input.push(second, {
    type: 'function_call_output',
    call_id: second.call_id,
    output: [{ type: 'text', text: 'done' }],
  });
  expect(ask()).toMatchObject({ type: 'message', content: [{ type: 'output_text', text: 'done' }] });
  const names = canaryReply('responses', { input, stream: true })
    .text.split('\n\n')
    .filter(Boolean)
    .map((part) => part.split('\n')[0]);
  expect(names).toEqual([
    'event: response.created',
    'event: response.output_item.added',
    'event: response.output_text.delta',
    'event: response.output_item.done',
    'event: response.completed',
  ]);
});
