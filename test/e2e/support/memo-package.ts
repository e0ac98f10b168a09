// A package of npm that is an MCP server of one tool, in a registry of the test.
import type { NpmRegistry } from '@castellan/testkit';

/** What an author publishes: enough of MCP to be looked at, without a dependency. */
export const MEMO = `#!/usr/bin/env node
const answer = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
const fail = (id) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no such method' } }) + '\\n');
let rest = '';
process.stdin.on('data', (chunk) => {
  rest += chunk;
  for (let end = rest.indexOf('\\n'); end >= 0; end = rest.indexOf('\\n')) {
    const { id, method, params } = JSON.parse(rest.slice(0, end));
    rest = rest.slice(end + 1);
    if (id === undefined) continue;
    if (method === 'initialize')
      answer(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'memo', version: '1.2.0' } });
    else if (method === 'tools/list')
      answer(id, { tools: [{ name: 'remember', description: 'Remembers a line', inputSchema: { type: 'object', properties: { line: { type: 'string' } }, required: ['line'] } }] });
    else if (method === 'ping') answer(id, {});
    else fail(id);
  }
});
`;

/** @returns as it is asked for, with its version. */
export function publishMemo(registry: NpmRegistry, name = '@acme/memo'): string {
  registry.publish({ name, version: '1.2.0', files: { 'run.js': MEMO }, manifest: { bin: { memo: 'run.js' } } });
  return `${name}@1.2.0`;
}
