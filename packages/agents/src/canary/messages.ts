// The scripted model in the words of Anthropic Messages.
import type { JsonValue } from '@castellan/contract';
import { asEvents, asJson, type CanaryReply, contentText, isListed, listOf, type Play, play } from './play.ts';

type Request = { readonly [key: string]: unknown };

export function messagesReply(request: Request): CanaryReply {
  const messages = listOf(request.messages);
  const next = play({
    texts: messages.map(({ content }) => contentText(content)),
    results: messages.flatMap(({ content }) => resultsIn(content)),
    offersTools: isListed(request.tools),
    said: messages,
  });
  const blocks = blocksOf(next);
  const stop = next.kind === 'calls' ? 'tool_use' : 'end_turn';
  return request.stream === true
    ? asEvents(eventsOf(blocks, stop).map((event) => [event.type, event]))
    : asJson({ ...SHELL, content: [...blocks], stop_reason: stop, stop_sequence: null });
}

const resultsIn = (content: unknown): readonly string[] =>
  listOf(content)
    .filter((part) => part.type === 'tool_result')
    .map((part) => contentText(part.content));

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: JsonValue };

function blocksOf(next: Play): readonly Block[] {
  if (next.kind === 'says') return [{ type: 'text', text: next.text }];
  return next.calls.map(({ id, tool, input }) => ({ type: 'tool_use', id: `toolu_${id}`, name: tool, input }));
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

const eventsOf = (blocks: readonly Block[], stop: string): readonly SseEvent[] => [
  { type: 'message_start', message: { ...SHELL, content: [], stop_reason: null, stop_sequence: null } },
  ...blocks.flatMap(blockEvents),
  { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: USAGE },
  { type: 'message_stop' },
];
