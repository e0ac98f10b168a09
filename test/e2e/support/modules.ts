// Servers put behind the gate, and clients that use them, as a person and an agent do it: over the API and over MCP.
// RULE: nothing here asserts what the daemon should have said; it only sends, waits and reads.

import type { ModuleSummary, ModuleView } from '@castellan/contract';
import type { HttpResponse } from '@castellan/testkit';
import type { Client } from '@modelcontextprotocol/client';
import { httpClient, textOf } from './mcp.ts';
import type { TestAgent, World } from './world.ts';

export { add, plan } from './add-module.ts';

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
  const { client } = await httpClient(it, agent);
  return {
    client,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name).sort(),
    async call(tool, given = {}) {
      try {
        const result = await client.callTool({ name: tool, arguments: given });
        return { text: textOf(result), failed: result.isError === true };
      } catch (error) {
        return { text: error instanceof Error ? error.message : String(error), failed: true };
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
