// A scripted Anthropic Messages model: plays the canary script found in the prompt, counting tool results to know its
// turn. It answers an agent under test and nobody else; it holds no state and decides nothing.
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '@castellan/contract';
import { isObject } from '../hook/plain-json.ts';
import { findCanaryScript, nextTurn } from './script.ts';

export interface CanaryReply {
  readonly contentType: string;
  readonly text: string;
}

/** Answers one Messages request as the script found in its prompt says, as a stream where it asks for one. Never throws. */
export function canaryReply(body: unknown): CanaryReply {
  const request = isObject(body) ? body : {};
  const blocks = nextBlocks(request);
  const stop = blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn';
  return request.stream === true
    ? { contentType: 'text/event-stream', text: sse(blocks, stop) }
    : {
        contentType: 'application/json',
        text: JSON.stringify({ ...SHELL, content: blocks, stop_reason: stop, stop_sequence: null }),
      };
}

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: JsonObject };

const says = (text: string): readonly Block[] => [{ type: 'text', text }];

function nextBlocks(request: { readonly [key: string]: unknown }): readonly Block[] {
  const messages = Array.isArray(request.messages) ? request.messages.filter(isObject) : [];
  const script = messages.map(({ content }) => findCanaryScript(contentText(content))).find((found) => found !== null);
  // A side request (a title, a probe) offers no tools and must not be given one.
  if (script === undefined || script === null || !Array.isArray(request.tools) || request.tools.length === 0) {
    return says('castellan canary');
  }
  const results = messages.flatMap(({ content }) => toolResults(content));
  const turn = nextTurn(script, results.length);
  if (turn === null) return says(script.text.replaceAll('{{result}}', () => results.at(-1) ?? ''));
  // Of what was said so far: two conversations of one session never share a call's id, and a retry keeps its own.
  const seed = createHash('sha256').update(JSON.stringify(messages)).digest('hex').slice(0, 16);
  return turn.map(({ tool, input }, index) => ({
    type: 'tool_use',
    id: `toolu_canary_${seed}_${results.length + index}`,
    name: tool,
    input,
  }));
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (isObject(part) && typeof part.text === 'string' ? part.text : '')).join('\n');
}

function toolResults(content: unknown): readonly string[] {
  if (!Array.isArray(content)) return [];
  return content
    .filter(isObject)
    .filter((part) => part.type === 'tool_result')
    .map((part) => contentText(part.content));
}

const USAGE = { input_tokens: 1, output_tokens: 1 };
const SHELL = {
  id: 'msg_canary',
  type: 'message',
  role: 'assistant',
  model: 'castellan-canary',
  usage: USAGE,
} as const;

type SseEvent = { readonly type: string; readonly [key: string]: JsonValue };

function blockEvents(block: Block, index: number): readonly SseEvent[] {
  const [start, delta] =
    block.type === 'tool_use'
      ? [
          { ...block, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
        ]
      : [
          { ...block, text: '' },
          { type: 'text_delta', text: block.text },
        ];
  return [
    { type: 'content_block_start', index, content_block: start },
    { type: 'content_block_delta', index, delta },
    { type: 'content_block_stop', index },
  ];
}

function sse(blocks: readonly Block[], stop: string): string {
  const events: readonly SseEvent[] = [
    { type: 'message_start', message: { ...SHELL, content: [], stop_reason: null, stop_sequence: null } },
    ...blocks.flatMap(blockEvents),
    { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: USAGE },
    { type: 'message_stop' },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}
