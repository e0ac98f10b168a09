// The entry that stands in a client's file in place of its servers: this very command, as the agent that the client is.
import { join } from 'node:path';
import type { McpClientName, OwnEntry } from '@castellan/agents';
import { WORKSPACE } from '../../../bundles.ts';
import type { Connection } from '../../../connection.ts';
import { stateFolder, type World } from '../../../world.ts';

export type Own = { readonly ok: true; readonly entry: OwnEntry } | { readonly ok: false; readonly why: string };

/** Started by programs that know neither our PATH nor our variables: everything is said whole. */
export async function ownEntry(world: World, _connection: Connection, client: McpClientName): Promise<Own> {
  const program = join(WORKSPACE, 'packages', 'cli', 'bin', 'castellan.mjs');
  const state = stateFolder(world);
  const isDefault = state === join(world.userHome, '.config', 'castellan');
  return {
    ok: true,
    entry: {
      command: process.execPath,
      args: [program, 'mcp', '--agent', client],
      env: isDefault ? {} : { CASTELLAN_HOME: state },
    },
  };
}
