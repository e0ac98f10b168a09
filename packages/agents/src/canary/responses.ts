// The scripted model in the words of OpenAI Responses, with what Codex adds to them: free-form calls, namespaces, and tools
// that come as an item of the input.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { asEvents, asJson, type CanaryReply, contentText, isListed, listOf, type Play, play } from './play.ts';

type Request = { readonly [key: string]: unknown };
const GIVEN: ReadonlySet<unknown> = new Set(['function_call_output', 'custom_tool_call_output']);

export function responsesReply(request: Request): CanaryReply {
  const input = typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : listOf(request.input);
  const next = play({
    texts: input.map(({ content }) => contentText(content)),
    results: input.filter(({ type }) => GIVEN.has(type)).map(({ output }) => contentText(output)),
    offersTools: isListed(request.tools) || input.some((item) => item.type === 'additional_tools'),
    said: input,
  });
  const output = itemsOf(next);
  const whole = { ...SHELL, status: 'completed', output: [...output], usage: USAGE };
  return request.stream === true ? asEvents(eventsOf(output, whole)) : asJson(whole);
}

const SHELL = { id: 'resp_canary', object: 'response', created_at: 0, model: 'castellan-canary' } as const;
const USAGE = {
  input_tokens: 1,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 1,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 2,
};

function itemsOf(next: Play): readonly JsonObject[] {
  if (next.kind === 'says') {
    const content = [{ type: 'output_text', text: next.text, annotations: [] }];
    return [{ type: 'message', id: 'msg_canary', role: 'assistant', status: 'completed', content }];
  }
  return next.calls.map(({ id, tool, input, namespace }): JsonObject => {
    const call = { call_id: `call_${id}`, name: tool, status: 'completed', ...(namespace !== null && { namespace }) };
    return typeof input === 'string'
      ? { type: 'custom_tool_call', id: `ctc_${id}`, ...call, input }
      : { type: 'function_call', id: `fc_${id}`, ...call, arguments: JSON.stringify(input) };
  });
}

function eventsOf(output: readonly JsonObject[], whole: JsonObject): readonly (readonly [string, JsonValue])[] {
  const begun = { ...whole, status: 'in_progress', output: [], usage: null };
  const events: readonly JsonObject[] = [
    { type: 'response.created', response: begun },
    ...output.flatMap((item, index): JsonObject[] => [
      { type: 'response.output_item.added', output_index: index, item: { ...item, status: 'in_progress' } },
      ...deltasOf(item, index),
      { type: 'response.output_item.done', output_index: index, item },
    ]),
    { type: 'response.completed', response: whole },
  ];
  return events.map((event, at) => [String(event.type), { ...event, sequence_number: at }]);
}

function deltasOf(item: JsonObject, index: number): readonly JsonObject[] {
  if (item.type !== 'message') return [];
  const delta = contentText(item.content);
  return [
    { type: 'response.output_text.delta', output_index: index, content_index: 0, item_id: item.id ?? null, delta },
  ];
}
