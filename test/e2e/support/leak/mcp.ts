// An agent that speaks MCP and puts a text wherever a message may hold one; what comes back over its socket is what left. The
// server behind it says everything again: in a result, a log message, a resource, a prompt, an error, its standard error.
import { WebSocket } from 'ws';
import { until } from '../world.ts';
import type { Left } from './exits.ts';

export interface McpTalker extends AsyncDisposable {
  say(text: string): Promise<readonly Left[]>;
}

type Params = Readonly<Record<string, unknown>>;

const messages = (text: string): readonly (readonly [string, string, Params])[] => [
  ['result of a tool', 'tools/call', { name: 'notes__echo', arguments: { text: `it is ${text}.` } }],
  ['log message', 'tools/call', { name: 'notes__log', arguments: { text } }],
  // Cut where a client would be told too much: never in the middle of what is hidden.
  ['long log message', 'tools/call', { name: 'notes__log', arguments: { text: `${'x'.repeat(8180)}${text}` } }],
  ['unknown argument', 'tools/call', { name: 'notes__echo', arguments: { text: 'a', [text]: text } }],
  ['unknown tool', 'tools/call', { name: text, arguments: {} }],
  ['unknown method', text, {}],
  [
    'meta',
    'tools/call',
    { name: 'notes__echo', arguments: { text: 'a' }, _meta: { [text]: text, progressToken: text } },
  ],
  ['resource', 'resources/read', { uri: `note://${text}` }],
  ['no resource', 'resources/read', { uri: text }],
  ['prompt', 'prompts/get', { name: 'notes__greet', arguments: { who: text } }],
  ['no prompt', 'prompts/get', { name: text }],
  [
    'completion',
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'notes__greet' }, argument: { name: 'who', value: text } },
  ],
  ['cursor', 'tools/list', { cursor: text }],
  ['level', 'logging/setLevel', { level: text }],
];

/** Over the daemon's socket, as `castellan mcp` comes; `text` of each frame as it came. */
export async function mcpTalker(socketPath: string, credential: string): Promise<McpTalker> {
  const socket = new WebSocket(`ws+unix:${socketPath}:/v1/mcp?workspace=/tmp`, {
    headers: { authorization: `Bearer ${credential}` },
  });
  const frames: string[] = [];
  socket.on('message', (data) => frames.push(String(data)));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let id = 0;
  const send = (message: unknown): void => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const answers = (): number => frames.filter((frame) => /"(result|error)"/.test(frame)).length;
  let awaited = 1;
  const clientInfo = { name: 'leaky', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  send({ jsonrpc: '2.0', id: 'first', method: 'initialize', params });
  await until('the first answer', () => frames[0], 30_000);
  send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  send({ jsonrpc: '2.0', id: 'second', method: 'logging/setLevel', params: { level: 'debug' } });
  awaited += 1;
  return {
    async say(text) {
      const from = frames.length;
      for (const [, method, given] of messages(text)) {
        id += 1;
        awaited += 1;
        send({ jsonrpc: '2.0', id, method, params: given });
      }
      // Its name is the client's own; it comes back as what is left of it.
      send({ jsonrpc: '2.0', id: text, method: 'ping' });
      send(`{"jsonrpc":"2.0","id":1,"method":${JSON.stringify(text)}`);
      awaited += 2;
      await until(`${awaited} answers`, () => (answers() >= awaited ? true : undefined), 60_000);
      return frames.slice(from).map((frame) => ({ exit: 'frame to an MCP client', text: frame }));
    },
    [Symbol.asyncDispose]: async () => {
      socket.terminate();
    },
  };
}
