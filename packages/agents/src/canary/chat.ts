// The scripted model in the words of OpenAI Chat Completions.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { asEvents, asJson, type CanaryReply, contentText, isListed, listOf, type Play, play } from './play.ts';

type Request = { readonly [key: string]: unknown };

export function chatReply(request: Request): CanaryReply {
  const messages = listOf(request.messages);
  const next = play({
    texts: messages.filter(({ role }) => role !== 'tool').map(({ content }) => contentText(content)),
    results: messages.filter(({ role }) => role === 'tool').map(({ content }) => contentText(content)),
    offersTools: isListed(request.tools),
    said: messages,
  });
  return request.stream === true ? asEvents(chunksOf(next)) : asJson(wholeOf(next));
}

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const SHELL = { id: 'chatcmpl-canary', created: 0, model: 'castellan-canary' } as const;

const callsOf = (next: Play): readonly JsonObject[] =>
  next.kind === 'says'
    ? []
    : next.calls.map(({ id, tool, input }) => ({
        id: `call_${id}`,
        type: 'function',
        function: { name: tool, arguments: JSON.stringify(input) },
      }));

const textOf = (next: Play): string | null => (next.kind === 'says' ? next.text : null);
const finishOf = (next: Play): string => (next.kind === 'says' ? 'stop' : 'tool_calls');

function wholeOf(next: Play): JsonObject {
  const calls = callsOf(next);
  const message = { role: 'assistant', content: textOf(next), ...(calls.length > 0 && { tool_calls: [...calls] }) };
  const choice = { index: 0, message, finish_reason: finishOf(next) };
  return { ...SHELL, object: 'chat.completion', choices: [choice], usage: USAGE };
}

function chunksOf(next: Play): readonly (readonly [null, JsonValue])[] {
  const chunk = (delta: JsonObject, finish: string | null = null): readonly [null, JsonValue] => [
    null,
    {
      ...SHELL,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...(finish !== null && { usage: USAGE }),
    },
  ];
  return [
    chunk({ role: 'assistant', content: textOf(next) ?? '' }),
    ...callsOf(next).map((call, index) => chunk({ tool_calls: [{ index, ...call }] })),
    chunk({}, finishOf(next)),
    [null, '[DONE]'],
  ];
}
