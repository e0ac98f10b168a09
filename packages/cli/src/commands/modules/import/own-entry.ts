// The entry that stands in a client's file in place of its servers: this very command, as the agent that the client is.
// INVARIANT: no credential stands in it; `castellan mcp` finds that in the state folder.
import { join } from 'node:path';
import { connectMcp, listConnections, type McpClientName, mcpCredential, type OwnEntry } from '@castellan/agents';
import type { AgentId } from '@castellan/contract';
import { WORKSPACE } from '../../../bundles.ts';
import type { Connection } from '../../../connection.ts';
import { stateFolder, type World } from '../../../world.ts';

export type Own =
  /** connected: the agent that was made just now; null: the client was one already. */
  | { readonly ok: true; readonly entry: OwnEntry; readonly connected: AgentId | null }
  | { readonly ok: false; readonly why: string };

/** How long a client waits for a person, as `connect` has it. */
const TIMEOUT_SECONDS = 600;

/** Started by programs that know neither our PATH nor our variables: everything is said whole. */
export async function ownEntry(world: World, { client }: Connection, name: McpClientName): Promise<Own> {
  const home = stateFolder(world);
  let connected: AgentId | null = null;
  if (!(await isHooked(home, name))) {
    const made = await connectMcp({ home, name, client, timeoutSeconds: TIMEOUT_SECONDS });
    if (!made.ok) return { ok: false, why: made.fault.message };
    if (made.value.changed) connected = made.value.agent;
  }
  const program = join(WORKSPACE, 'packages', 'cli', 'bin', 'castellan.mjs');
  const isDefault = home === join(world.userHome, '.config', 'castellan');
  return {
    ok: true,
    connected,
    entry: {
      command: process.execPath,
      args: [program, 'mcp', '--agent', name],
      env: isDefault ? {} : { CASTELLAN_HOME: home },
    },
  };
}

/** By hooks in every project: what a hook of it was told then counts for the call that follows. */
async function isHooked(home: string, name: McpClientName): Promise<boolean> {
  const found = await mcpCredential(home, name);
  if (!found.ok) return false;
  return (await listConnections(home)).some(({ agent, scope }) => scope === 'user' && agent === found.value.agent);
}
