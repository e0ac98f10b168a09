// Which files keep the agent in bounds, seen from a pattern or from a folder above them. Places of single paths come from
// facts; this is about commands that reach those files without naming them.
import type { Facts, PathFact, Place } from '@castellan/contract';
import { mayMatchMore } from './changes.ts';
import { type Below, holdsHomes, protectedBelow } from './path-resource.ts';
import type { Run } from './run.ts';

interface World {
  readonly facts: Facts;
  readonly workspace: string;
}

export interface Protected {
  readonly path: string;
  readonly place: Extract<Place, 'castellan' | 'agent-config'>;
}

/** Folders that hold an agent's hooks and settings, below home and below a project. */
const AGENT_FOLDERS = ['.claude', '.codex', '.opencode', '.config/opencode', '.cursor', '.gemini'];
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

/** Named of each kind that lie below a folder: enough to see what is at stake. */
const MAX_KEYS = 3;

export type Key = Below & Pick<PathFact, 'place'>;

/** Keys and start-up files that exist below a folder. Below a whole home there are always some that no list names. */
export function keysBelow({ facts, workspace }: World, folder: PathFact): readonly Key[] {
  const keys: Key[] = [];
  const count = (resource: Below['resource']): number => keys.filter((key) => key.resource === resource).length;
  for (const { path, resource } of protectedBelow(folder.path, facts.home)) {
    if (count(resource) >= MAX_KEYS) continue;
    const { kind, place } = facts.resolvePath(path, { cwd: '/', workspace });
    if (kind !== 'missing') keys.push({ path, resource, place });
  }
  return keys.length === 0 && holdsHomes(folder.path, facts.home)
    ? [{ path: folder.path, resource: 'credentials', place: folder.place }]
    : keys;
}

/** What a pattern of a command matches now, in every folder it may stand in; undefined: that could not be told. */
export function matchingNow(
  { facts, workspace, changes }: World & Pick<Run, 'changes'>,
  pattern: string,
  cwds: readonly string[] | undefined,
): readonly PathFact[] | undefined {
  const absolute = pattern.startsWith('/');
  // What was quoted is not known here: a `[` may be an ordinary one, so whatever its name could be counts.
  const wide = (absolute ? pattern : `./${pattern}`).replace(/\[[^/]*\]/g, '*');
  const found = new Map<string, PathFact>();
  const literal: PathFact[] = [];
  const folders = absolute ? ['/'] : (cwds ?? []);
  const above = wide.slice(0, wide.lastIndexOf('/', wide.search(/[*?]/)) + 1);
  for (const cwd of folders) {
    // What was made or moved earlier in the command may match as well.
    if (mayMatchMore(changes, facts.resolvePath(above, { cwd, workspace }).path, undefined)) return undefined;
    const matches = facts.expandGlob(wide, { cwd, workspace });
    if (matches === null) return undefined;
    for (const match of matches) found.set(match.path, match);
    if (matches.length === 0) literal.push(facts.resolvePath(absolute ? pattern : `./${pattern}`, { cwd, workspace }));
  }
  if (folders.length === 0) return undefined;
  // Where it matches in one folder and in another one nothing, there it is passed on as it stands.
  if (found.size > 0) for (const fact of literal) found.set(fact.path, fact);
  return [...found.values()];
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
