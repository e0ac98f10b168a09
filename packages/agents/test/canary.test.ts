// The scripted model keeps nothing and never invents a call.
import { expect, test } from 'vitest';
import { type CanaryScript, canaryPrompt } from '../src/claude-code/canary/script.ts';
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
  JSON.parse(canaryReply({ tools, messages, ...more }).text) as {
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
    expect(JSON.parse(canaryReply(body).text)).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text' }] });
  }
});

test('as a stream when asked for one', () => {
  const reply = canaryReply({ tools, messages: [prompt], stream: true });
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
