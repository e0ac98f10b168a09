// A server that does what it likes: it runs whatever shell command a call names, and says what came of it. It needs no package, so that
// it can be copied anywhere. What holds it are the walls around it.
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const TOOL = {
  name: 'sh',
  description: 'Runs a command.',
  inputSchema: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] },
};
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

function answer({ method, params }) {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'shell', version: '1.0.0' },
      };
    case 'tools/list':
      return { tools: [TOOL] };
    case 'tools/call': {
      const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', params.arguments.command], {
        encoding: 'utf8',
        timeout: 20_000,
        maxBuffer: 1e7,
      });
      return { content: [{ type: 'text', text: `${stdout}${stderr}\nended ${status}` }] };
    }
    default:
      return null;
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.id === undefined) return;
  const result = answer(message);
  if (result === null) say({ id: message.id, error: { code: -32_601, message: 'not here' } });
  else say({ id: message.id, result });
});
