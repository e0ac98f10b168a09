// Where a real path lies. INVARIANT: the stricter place wins: Castellan's own folder before an agent's settings before the
// workspace before everything else; and what protects is compared without case, since a volume may be so too.
import type { Place } from '@castellan/contract';

export interface Landmarks {
  /** All real paths. */
  readonly home: string;
  /** Folded. */
  readonly stateFolders: readonly string[];
  /** Folded: how folders begin that hold what a state folder holds or held. */
  readonly asides: readonly string[];
  /** Folded: Castellan's in the user's cache. */
  readonly cacheFolders: readonly string[];
  readonly tempFolders: readonly string[];
}

/** Whether a path is the folder or lies below it. */
export const isUnder = (path: string, folder: string): boolean =>
  path.startsWith(folder) &&
  (path.length === folder.length || folder === '/' || path.charCodeAt(folder.length) === SLASH);
const SLASH = 0x2f;

/** How a volume without case, or one that composes characters, would see a path. */
export const fold = (path: string): string =>
  PLAIN.test(path) ? path.toLowerCase() : path.normalize('NFC').toLowerCase();
const PLAIN = /^[\x20-\x7e]*$/;

/** Files that decide which hooks and servers an agent runs with, in a project, at home, or set by an administrator. */
const AGENT_CONFIG: readonly RegExp[] = [
  /\/\.claude(?:\/(?:settings[^/]*\.json|hooks(?:\/.*)?|plugins(?:\/.*)?|shell-snapshots(?:\/.*)?))?$/,
  /\/\.claude\.json$/,
  /\/\.mcp\.json$/,
  /\/managed-(?:settings|mcp)[^/]*(?:\/.*)?$/,
  /^\/etc\/claude-code(?:\/|$)/,
  /^\/library\/application support\/claudecode(?:\/|$)/,
  /\/\.codex(?:\/(?:hooks\.json|config\.toml|managed_config\.toml|requirements\.toml|hooks(?:\/.*)?))?$/,
  /^\/etc\/codex(?:\/|$)/,
  /\/\.opencode(?:\/|$)/,
  /\/\.config\/opencode(?:\/|$)/,
  /\/opencode\.jsonc?$/,
  /\/\.cursor(?:\/(?:[^/]*\.json|hooks(?:\/.*)?))?$/,
  /\/\.gemini(?:\/(?:settings\.json|hooks(?:\/.*)?|extensions(?:\/.*)?))?$/,
];

/** In every path that one of them is about. */
const MAY_BE_CONFIG =
  /\/(?:\.(?:claude|mcp\.json|codex|opencode|config\/opencode|cursor|gemini)|managed-|opencode\.json)|^\/(?:etc|library)\//;

/**
 * What a service manager starts the daemon by, wherever it looks: the unit, what is put on top of it or of every service, the links
 * that have it start, and what it gives its services as environment. An agent that changes one starts another keeper, or none.
 */
const SERVICE_FILES: readonly RegExp[] = [
  /\/systemd\/(?:user|system)[^/]*\/(?:[^/]+\/)?castellan\.service(?:\.d(?:\/.*)?)?$/,
  /\/systemd\/(?:user|system)[^/]*\/service\.d(?:\/|$)/,
  /\/systemd\/(?:user|system)\.conf(?:\.d(?:\/.*)?)?$/,
  /\/\.config\/environment\.d(?:\/|$)/,
  /^\/etc\/environment\.d(?:\/|$)/,
  /\/launch(?:agents|daemons)\/castellan\.[^/]*\.plist$/,
];
const MAY_BE_SERVICE = /\/(?:systemd|environment\.d|launchagents|launchdaemons)\//;

const DEVICES = ['/dev', '/proc', '/sys'];
/** What reading costs nothing in. Not `/run` and `/var`: sockets, secrets of containers and other users' data lie there. */
const SYSTEM = [
  '/usr',
  '/etc',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/opt',
  '/boot',
  '/nix',
  '/snap',
  '/System',
  '/Library',
  '/Applications',
  '/private/etc',
];

export function placeOf(path: string, workspace: string, marks: Landmarks): Place {
  const folded = fold(path);
  if (marks.stateFolders.some((folder) => isUnder(folded, folder))) return 'castellan';
  if (marks.asides.some((begin) => folded.startsWith(begin))) return 'castellan';
  if (MAY_BE_CONFIG.test(folded) && AGENT_CONFIG.some((pattern) => pattern.test(folded))) return 'agent-config';
  if (MAY_BE_SERVICE.test(folded) && SERVICE_FILES.some((pattern) => pattern.test(folded))) return 'agent-config';
  if (marks.cacheFolders.some((folder) => isServers(folded, folder))) return 'agent-config';
  if (DEVICES.some((folder) => isUnder(path, folder))) return 'device';
  if (isUnder(path, workspace) && !isHiddenAtHome(path, workspace, marks.home)) return 'workspace';
  if (marks.tempFolders.some((folder) => isUnder(path, folder))) return 'temp';
  if (isUnder(path, marks.home)) return 'home';
  if (SYSTEM.some((folder) => isUnder(path, folder))) return 'system';
  return 'elsewhere';
}

/**
 * Where servers stand while they run: what lies beside a program may be loaded into it, with its secrets. Below `workspaces`
 * clients work that named no folder.
 */
const isServers = (path: string, folder: string): boolean =>
  isUnder(path, folder) && !(path.startsWith(`${folder}/workspaces/`) && path.length > folder.length + 12);

/** A session started in the home folder, or above it, does not make keys and settings part of a project. */
function isHiddenAtHome(path: string, workspace: string, home: string): boolean {
  return isUnder(home, workspace) && path.startsWith(`${home}/.`);
}
