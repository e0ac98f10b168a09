// What clients are told to start: always absolute, with nothing of anybody's environment.
import { dirname, join } from 'node:path';
import type { AgentId } from '@castellan/contract';
import { castellanEntry } from '../castellan-entry.ts';
import type { Command } from '../machine.ts';

/**
 * `castellan mcp --agent ID`: the gateway over standard streams. Clients know neither our PATH nor our variables.
 * @param folder `agents/ID`, where it really lies
 */
export const gatewayCommand = (folder: string, agent: AgentId): Command => ({
  file: process.execPath,
  args: [castellanEntry(), 'mcp', '--agent', agent],
  // Within walls, or as another user, nothing else of the state folder is there.
  env: { CASTELLAN_HOME: dirname(dirname(folder)) },
});

/** The file that a hook command finds daemon and credential in. */
export const hookFilePath = (folder: string): string => join(folder, 'hook');
