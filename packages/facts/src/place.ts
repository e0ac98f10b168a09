// Which part of the machine a real path lies in. The most sensitive answer wins: the state folder inside a workspace is
// still the state folder.
import type { Place } from '@castellan/contract';

export interface Places {
  readonly home: string;
  readonly stateFolder: string;
  readonly temp: readonly string[];
  readonly workspace: string;
}

const DEVICES = ['/dev', '/proc', '/sys', '/run'];
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc', '/opt', '/nix', '/System', '/Library'];
const AGENT_CONFIG =
  /(?:^|\/)(?:\.claude\/settings[^/]*\.json|\.claude\.json|\.mcp\.json|\.codex\/(?:hooks\.json|config\.toml)|opencode\.jsonc?)$/i;
const MANAGED = ['/etc/claude-code', '/etc/codex', '/etc/opencode', '/Library/Application Support/ClaudeCode'];

/** Case is ignored: on volumes that ignore it, another spelling must not be another place. */
const within = (folder: string, path: string): boolean => {
  const [outer, inner] = [folder.toLowerCase(), path.toLowerCase()];
  return inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
};

export function placeOf(path: string, { home, stateFolder, temp, workspace }: Places): Place {
  const inAny = (folders: readonly string[]): boolean => folders.some((folder) => within(folder, path));
  if (within(stateFolder, path)) return 'castellan';
  if (AGENT_CONFIG.test(path) || inAny(MANAGED)) return 'agent-config';
  if (inAny(DEVICES)) return 'device';
  const hidden = within(home, path) && path.slice(home.length).startsWith('/.');
  // A session started in the home folder (or above it) must not make `~/.ssh` part of its project.
  if (hidden && within(workspace, home)) return 'home';
  if (workspace !== '/' && within(workspace, path)) return 'workspace';
  if (inAny(temp)) return 'temp';
  if (within(home, path)) return 'home';
  return inAny(SYSTEM) ? 'system' : 'elsewhere';
}
