// A server of a few lines, for tests that need one which changes at the very moment they say. Its program is a function body:
// `message` is each request, `say` sends, `state.can` are the client's capabilities. What it returns is the result; null: none
// yet. `state.answered` hears what the client answers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpProcess } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';

const PROGRAM = (answer: string): string => `
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
const state = { can: {}, desc: 'notes of the team' };
const answer = (message) => { ${answer} };
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.method === undefined) state.answered?.(message);
  if (message.id === undefined || message.method === undefined) return;
  if (message.method === 'initialize') {
    state.can = message.params.capabilities;
    const capabilities = { tools: { listChanged: true }, resources: { listChanged: true, subscribe: true }, prompts: {} };
    say({ id: message.id, result: { protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 's', version: '1' } } });
    return;
  }
  const result = answer(message);
  if (result === null) return;
  if (result !== undefined) say({ id: message.id, result });
  else say({ id: message.id, error: { code: -32601, message: 'no' } });
});
`;

/** @param answer the body of a function of `message`, with `say` and `state` (`can`: what the client declared; `desc`: a text to change). */
export function scriptServer(answer: string): McpProcess {
  const file = join(tempFolder(), 'server.cjs');
  writeFileSync(file, PROGRAM(answer));
  return {
    kind: 'mcp',
    command: process.execPath,
    args: [file],
    env: {},
    pass: [],
    timeoutSeconds: 20,
    concurrency: 4,
  };
}
