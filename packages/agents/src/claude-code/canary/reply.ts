// A scripted Anthropic Messages model: plays the canary script found in the prompt, counting tool results to know its
// turn. It answers an agent under test and nobody else; it holds no state and decides nothing.
import { type JsonObject, type JsonValue, MAX_INPUT_BYTES } from '@castellan/contract';
import { isObject } from '../hook/plain-json.ts';
import { findCanaryScript } from './script.ts';

export interface CanaryReply {
  readonly contentType: string;
  readonly text: string;
}

const MODEL = 'castellan-canary';

export function canaryReply(body: unknown): CanaryReply {
  const request = isObject(body) ? body : {};
  const message = messageOf(nextBlock(request));
  return request.stream === true
    ? { contentType: 'text/event-stream', text: sse(message) }
    : { contentType: 'application/json', text: JSON.stringify(message.whole) };
}

type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool'; readonly id: string; readonly name: string; readonly input: JsonObject };

function nextBlock(request: { readonly [key: string]: unknown }): Block {
  const messages = Array.isArray(request.messages) ? request.messages.filter(isObject) : [];
  const script = messages
    .map((message) => findCanaryScript(contentText(message.content)))
    .find((found) => found !== null);
  // A side request (a title, a probe) offers no tools and must not be given one.
  if (script === undefined || script === null || !Array.isArray(request.tools) || request.tools.length === 0) {
    return { kind: 'text', text: 'castellan canary' };
  }
  const results = messages.flatMap((message) => toolResults(message.content));
  const call = script.calls[results.length];
  if (call === undefined)
    return { kind: 'text', text: script.text.replaceAll('{{result}}', () => results.at(-1) ?? '') };
  return { kind: 'tool', id: `toolu_canary_${results.length}`, name: call.tool, input: call.input };
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content.slice(0, MAX_INPUT_BYTES);
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

function messageOf(block: Block) {
  const stop = block.kind === 'tool' ? 'tool_use' : 'end_turn';
  const content: JsonObject =
    block.kind === 'tool'
      ? { type: 'tool_use', id: block.id, name: block.name, input: block.input }
      : { type: 'text', text: block.text };
  const shell = { id: 'msg_canary', type: 'message', role: 'assistant', model: MODEL, usage: USAGE } as const;
  return { block, stop, shell, whole: { ...shell, content: [content], stop_reason: stop, stop_sequence: null } };
}

function sse({ block, stop, shell }: ReturnType<typeof messageOf>): string {
  const start =
    block.kind === 'tool'
      ? { type: 'tool_use', id: block.id, name: block.name, input: {} }
      : { type: 'text', text: '' };
  const delta =
    block.kind === 'tool'
      ? { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
      : { type: 'text_delta', text: block.text };
  const events: readonly { readonly type: string; readonly [key: string]: JsonValue }[] = [
    { type: 'message_start', message: { ...shell, content: [], stop_reason: null, stop_sequence: null } },
    { type: 'content_block_start', index: 0, content_block: start },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: USAGE },
    { type: 'message_stop' },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}
