// Which settings file a scope means. The project's committed settings.json is none of them: it would carry a credential.
import { isAbsolute, join } from 'node:path';
import type { AgentId } from '@castellan/contract';

export const SCOPES = ['user', 'project', 'isolated'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Places {
  /** The state folder of Castellan. */
  readonly home: string;
  /** Absolute. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
}

export const agentFolder = (home: string, agent: AgentId): string => join(home, 'agents', agent);

/** Isolated: CLAUDE_CONFIG_DIR of the runs that `castellan run` starts. */
export const isolatedFolder = (home: string, agent: AgentId): string => join(agentFolder(home, agent), 'claude');

/** The user's own Claude Code folder. */
export function userFolder(env: Places['env']): string | null {
  const own = env.CLAUDE_CONFIG_DIR;
  if (own !== undefined && isAbsolute(own)) return own;
  return env.HOME !== undefined && isAbsolute(env.HOME) ? join(env.HOME, '.claude') : null;
}

/** The file of a scope whose place does not depend on the agent. */
export function settingsPath(scope: 'user' | 'project', places: Places): string | null {
  if (scope === 'project') return join(places.cwd, '.claude', 'settings.local.json');
  const folder = userFolder(places.env);
  return folder === null ? null : join(folder, 'settings.json');
}

/** Other files whose settings Claude Code adds to ours when it runs in a workspace. */
export const projectFiles = (workspace: string): readonly string[] => [
  join(workspace, '.claude', 'settings.json'),
  join(workspace, '.claude', 'settings.local.json'),
];
export const MANAGED_FILE = '/etc/claude-code/managed-settings.json';
