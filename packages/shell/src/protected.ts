// Which files keep the agent in bounds, seen from a pattern or from a folder above them. Places of single paths come from
// facts; this is about commands that reach those files without naming them.
import type { Facts, PathFact, Place } from '@castellan/contract';

interface World {
  readonly facts: Facts;
  readonly workspace: string;
}

export interface Protected {
  readonly path: string;
  readonly place: Extract<Place, 'castellan' | 'agent-config'>;
}

/** Folders that hold an agent's hooks and settings, below home and below a project. */
const AGENT_FOLDERS = ['.claude', '.codex', '.opencode', '.config/opencode'];
const AGENT_FILES = ['.claude.json', '.mcp.json', 'opencode.json', 'opencode.jsonc'];

function protectedPaths(world: World): readonly Protected[] {
  const config = [...AGENT_FOLDERS, ...AGENT_FILES];
  return [
    { path: world.facts.stateFolder, place: 'castellan' },
    ...config.map((name): Protected => ({ path: `${world.facts.home}/${name}`, place: 'agent-config' })),
    ...config.map((name): Protected => ({ path: `${world.workspace}/${name}`, place: 'agent-config' })),
  ];
}

/** The protected files that exist below a folder. The state folder counts whether it exists or not. */
export function protectedInside(world: World, folder: string): readonly Protected[] {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  const exists = (path: string): boolean => {
    const fact: PathFact = world.facts.resolvePath(path, { cwd: '/', workspace: world.workspace });
    return fact.kind !== 'missing';
  };
  return protectedPaths(world).filter(
    ({ path, place }) => path.startsWith(prefix) && (place === 'castellan' || exists(path)),
  );
}

/** The protected files a glob may match, or match something above or below of. */
export function matchesProtected(world: World, pattern: string, cwd: string): readonly Protected[] {
  const parts = absoluteParts(pattern, cwd);
  if (parts === undefined) return protectedPaths(world).slice(0, 1);
  return protectedPaths(world).filter(({ path }) => mayReach(parts, path.split('/').filter(Boolean)));
}

function absoluteParts(pattern: string, cwd: string): readonly string[] | undefined {
  const parts = (pattern.startsWith('/') ? pattern : `${cwd}/${pattern}`).split('/').filter((part) => part !== '');
  const kept: string[] = [];
  for (const part of parts) {
    if (part === '.') continue;
    // `..` after a pattern is not followed: the caller then counts the state folder as reached.
    if (part === '..') {
      if (/[*?[]/.test(kept.at(-1) ?? '')) return undefined;
      kept.pop();
    } else kept.push(part);
  }
  return kept;
}

/** INVARIANT: errs towards reaching. `**` reaches everything from there on. */
function mayReach(pattern: readonly string[], path: readonly string[]): boolean {
  for (const [index, part] of pattern.entries()) {
    const name = path[index];
    if (name === undefined || part.includes('**')) return true;
    if (!partMatches(part, name)) return false;
  }
  return true;
}

function partMatches(part: string, name: string): boolean {
  if (!/[*?[]/.test(part)) return part.toLowerCase() === name.toLowerCase();
  if (name.startsWith('.') && /^[*?]/.test(part)) return false;
  if (part.includes('[')) return true;
  const source = part
    .replace(/[.+^${}()|\\\]]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(name);
}
