// A model server for clients of all three kinds: it calls the tools of a list, one a turn, and then says that it is done. Which
// turn it is it reads from the request, so that a client may repeat one.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ToolCall {
  /** As the gateway names it: `module__tool`. */
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ToolModel extends AsyncDisposable {
  readonly port: number;
  /** What the client said of each call, in order: of the last request. */
  readonly results: () => readonly string[];
  /** Names of the gateway's tools in the last request, where the client lists them. */
  readonly offered: () => string;
}

interface Body {
  readonly tools?: readonly unknown[];
  readonly messages?: readonly Message[];
  readonly input?: readonly Message[];
}
interface Message {
  readonly role?: string;
  readonly type?: string;
  readonly content?: unknown;
  readonly output?: unknown;
}

const event = (data: object): string =>
  `${'type' in data ? `event: ${String(data.type)}\n` : ''}data: ${JSON.stringify(data)}\n\n`;

/** Anthropic Messages. */
const messages = {
  results: ({ messages: all = [] }: Body) =>
    all.flatMap(({ content }) =>
      (Array.isArray(content) ? content : []).filter((part: Message) => part.type === 'tool_result'),
    ),
  answer: (at: number, call: ToolCall | undefined): string => {
    const block =
      call === undefined
        ? { type: 'text', text: '' }
        : { type: 'tool_use', id: `toolu_${at}`, name: `mcp__castellan__${call.tool}`, input: {} };
    const delta =
      call === undefined
        ? { type: 'text_delta', text: 'done' }
        : { type: 'input_json_delta', partial_json: JSON.stringify(call.input) };
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = { id: `msg_${at}`, type: 'message', role: 'assistant', model: 'scripted', content: [], usage };
    return [
      { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null } },
      { type: 'content_block_start', index: 0, content_block: block },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: call === undefined ? 'end_turn' : 'tool_use', stop_sequence: null },
        usage,
      },
      { type: 'message_stop' },
    ]
      .map(event)
      .join('');
  },
};

/** Chat Completions. */
const chat = {
  results: ({ messages: all = [] }: Body) => all.filter(({ role }) => role === 'tool'),
  answer: (at: number, call: ToolCall | undefined): string => {
    const base = { id: `chatcmpl-${at}`, object: 'chat.completion.chunk', created: 1, model: 'scripted-model' };
    const made = call && { name: `castellan_${call.tool}`, arguments: JSON.stringify(call.input) };
    const delta =
      made === undefined
        ? { role: 'assistant', content: 'done' }
        : { role: 'assistant', tool_calls: [{ index: 0, id: `call_${at}`, type: 'function', function: made }] };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    return `${[
      { ...base, choices: [{ index: 0, delta, finish_reason: null }] },
      { ...base, choices: [{ index: 0, delta: {}, finish_reason: made === undefined ? 'stop' : 'tool_calls' }] },
      { ...base, choices: [], usage },
    ]
      .map(event)
      .join('')}data: [DONE]\n\n`;
  },
};

/** Responses. */
const responses = {
  results: ({ input = [] }: Body) => input.filter(({ type }) => type === 'function_call_output'),
  answer: (at: number, call: ToolCall | undefined): string => {
    const item =
      call === undefined
        ? {
            type: 'message',
            id: `msg_${at}`,
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: 'done', annotations: [] }],
          }
        : {
            type: 'function_call',
            id: `fc_${at}`,
            call_id: `call_${at}`,
            status: 'completed',
            namespace: 'mcp__castellan',
            name: call.tool,
            arguments: JSON.stringify(call.input),
          };
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    const response = { id: `resp_${at}`, object: 'response', created_at: 1, model: 'scripted-model', usage };
    return [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } },
      { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress' } },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { ...response, status: 'completed', output: [item] } },
    ]
      .map((each, sequence) => event({ ...each, ...{ sequence_number: sequence } }))
      .join('');
  },
};

const PROTOCOLS = [
  ['/v1/messages', messages],
  ['/v1/chat/completions', chat],
  ['/v1/responses', responses],
] as const;

export async function startToolModel(calls: readonly ToolCall[]): Promise<ToolModel> {
  let results: readonly string[] = [];
  let offered = '';
  const server = createServer((request, response) => {
    void text(request).then((given) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      const protocol = PROTOCOLS.find(([its]) => its === path)?.[1];
      if (protocol === undefined || request.method !== 'POST') {
        response.setHeader('content-type', 'application/json').end('{"input_tokens":1,"data":[],"models":[]}');
        return;
      }
      const body = JSON.parse(given) as Body;
      const found = protocol.results(body).map((result) => JSON.stringify(result));
      // A side request, a title for example, offers no tools and is given none.
      const main = (body.tools ?? []).length > 0;
      if (main) [results, offered] = [found, JSON.stringify(body.tools)];
      response
        .setHeader('content-type', 'text/event-stream')
        .end(protocol.answer(found.length, main ? calls[found.length] : undefined));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    results: () => results,
    offered: () => offered,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
