// Servers put behind the gate, and clients that use them, as a person and an agent do it: over the API and over MCP.
// RULE: nothing here asserts what the daemon should have said; it only sends, waits and reads.

import type { McpStart, ModulePlan, ModuleSummary, ModuleView } from '@castellan/contract';
import type { HttpResponse } from '@castellan/testkit';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { TestAgent, World } from './world.ts';

export const plan = (it: World, name: string, start: McpStart, look = true): Promise<HttpResponse> =>
  it.daemon.request('POST', '/v1/modules/plan', { body: { name, start, look } });

/** Planned, looked at, added. @throws Error where one of them is refused. */
export async function add(
  it: World,
  name: string,
  start: McpStart,
  safe: readonly string[] = [],
): Promise<{ readonly plan: ModulePlan; readonly module: ModuleSummary }> {
  const planned = await plan(it, name, start);
  if (planned.status !== 200) throw new Error(`plan: ${planned.status} ${planned.text}`);
  const seen = planned.json() as ModulePlan;
  const added = await it.daemon.request('POST', '/v1/modules', { body: { plan: seen.id, safe } });
  if (added.status !== 200) throw new Error(`add: ${added.status} ${added.text}`);
  return { plan: seen, module: added.json() as ModuleSummary };
}

export async function view(it: World, name: string): Promise<ModuleView> {
  const response = await it.daemon.request('GET', `/v1/modules/${name}`);
  if (response.status !== 200) throw new Error(`module: ${response.status} ${response.text}`);
  return response.json() as ModuleView;
}

export async function list(it: World): Promise<readonly ModuleSummary[]> {
  const response = await it.daemon.request('GET', '/v1/modules');
  return (response.json() as { modules: readonly ModuleSummary[] }).modules;
}

/** As it is shown now. */
export async function accept(it: World, name: string): Promise<HttpResponse> {
  const { pending } = await view(it, name);
  return it.daemon.request('POST', `/v1/modules/${name}/accept`, { body: { pending } });
}

export interface McpUser extends AsyncDisposable {
  /** Names of tools, as they are listed. */
  tools(): Promise<readonly string[]>;
  /** What a call gave: its text, and whether it is an error. */
  call(tool: string, given?: Record<string, unknown>): Promise<{ readonly text: string; readonly failed: boolean }>;
  readonly client: Client;
}

/** An MCP client of an agent, over HTTP. */
export async function mcpUser(it: World, agent: TestAgent): Promise<McpUser> {
  const client = new Client({ name: 'test', version: '1' });
  const url = new URL(`http://127.0.0.1:${it.daemon.state.port}/mcp`);
  await client.connect(
    new StreamableHTTPClientTransport(url, {
      requestInit: { headers: { authorization: `Bearer ${agent.credential}` } },
    }),
  );
  return {
    client,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name).sort(),
    async call(tool, given = {}) {
      try {
        const { content, isError } = await client.callTool({ name: tool, arguments: given });
        const parts = Array.isArray(content) ? content : [];
        const text = parts.map((part) => ('text' in part ? String(part.text) : '')).join('\n');
        return { text, failed: isError === true };
      } catch (error) {
        return { text: error instanceof Error ? error.message : String(error), failed: true };
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
