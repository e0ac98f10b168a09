// A model server that outlives the daemon, so that a client can be watched while the daemon dies.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { canaryReply } from '@castellan/agents';

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted-model',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;
const END = `data: ${JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'scripted-model',
  choices: [],
  usage: { prompt_tokens: 21, completion_tokens: 8, total_tokens: 29 },
})}\n\ndata: [DONE]\n\n`;

/** For clients of Chat Completions: runs `env` once where there is a shell, then tells what it saw. */
function chatReply(body: string): string {
  const { messages, tools = [] } = JSON.parse(body) as {
    readonly messages: readonly { readonly role: string; readonly content: unknown }[];
    readonly tools?: readonly { readonly function: { readonly name: string } }[];
  };
  const result = messages.findLast(({ role }) => role === 'tool');
  const shell = tools.find(({ function: { name } }) => name === 'bash');
  if (result !== undefined)
    return chunk({ role: 'assistant', content: `model saw: ${JSON.stringify(result.content)}` }, 'stop') + END;
  if (shell === undefined) return chunk({ role: 'assistant', content: 'a title' }, 'stop') + END;
  const call = { name: 'bash', arguments: JSON.stringify({ command: 'env | sort', description: 'scripted' }) };
  return (
    chunk({ role: 'assistant', tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: call }] }, null) +
    chunk({}, 'tool_calls') +
    END
  );
}

export interface Model extends AsyncDisposable {
  readonly port: number;
  /** Requests turned away because they came without the key. */
  readonly refused: () => number;
  /** Headers of every request, with what stood in them. */
  readonly headers: readonly string[];
  /** Every request that offered tools, whole: what the agent was told. */
  readonly requests: readonly string[];
}

/** @param key what `x-api-key` or `authorization` must hold; without one every request is answered. */
export async function startModel(key?: string): Promise<Model> {
  const requests: string[] = [];
  const headers: string[] = [];
  let refused = 0;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      headers.push(request.rawHeaders.join(' '));
      const given = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer /, '');
      if (key !== undefined && given !== key) {
        refused += 1;
        response.writeHead(401).end('{"error":{"message":"invalid key"}}');
        return;
      }
      if (request.method === 'POST' && request.url?.startsWith('/v1/chat/completions')) {
        requests.push(body);
        response.setHeader('content-type', 'text/event-stream').end(chatReply(body));
        return;
      }
      if (request.url?.includes('count_tokens')) {
        response.setHeader('content-type', 'application/json').end('{"input_tokens":1}');
        return;
      }
      if (request.method !== 'POST' || !request.url?.startsWith('/v1/messages')) {
        response.writeHead(404).end();
        return;
      }
      requests.push(body);
      const reply = canaryReply('messages', JSON.parse(body));
      response.setHeader('content-type', reply.contentType).end(reply.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    headers,
    refused: () => refused,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
