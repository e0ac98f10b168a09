// A world without a disk: paths are taken lexically, except for the links and folders a test names.
import type { Effect, Facts, PathContext, PathFact, Place } from '@castellan/contract';
import { analyseCommand } from '@castellan/shell';

export const HOME = '/home/u';
export const WORKSPACE = '/home/u/project';
export const STATE = '/home/u/.config/castellan';

export interface World {
  readonly links?: { readonly [path: string]: string };
  readonly folders?: readonly string[];
  readonly workspace?: string;
  /** What lies in a folder; with this, every folder can be looked into. */
  readonly names?: { readonly [folder: string]: readonly string[] };
}

function place(path: string, workspace: string): Place {
  const under = (folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
  if (under(STATE)) return 'castellan';
  if (
    /\/\.claude\/settings[^/]*\.json$|\/\.claude$|\/\.mcp\.json$|\/\.claude\.json$|\/\.codex\/(?:hooks\.json|config\.toml)$/.test(
      path,
    )
  )
    return 'agent-config';
  if (under(workspace)) return 'workspace';
  if (under('/tmp')) return 'temp';
  if (under(HOME)) return 'home';
  if (under('/dev') || under('/proc')) return 'device';
  if (/^\/(?:usr|etc|bin|sbin|lib)(?:\/|$)/.test(path)) return 'system';
  return 'elsewhere';
}

export function lexicalFacts(world: World = {}): Facts {
  const walk = (path: string, context: PathContext): string => {
    const full = path.startsWith('~') ? HOME + path.slice(1) : path.startsWith('/') ? path : `${context.cwd}/${path}`;
    let at = '';
    for (const part of full.split('/')) {
      if (part === '' || part === '.') continue;
      if (part === '..') at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      else at = world.links?.[`${at}/${part}`] ?? `${at}/${part}`;
    }
    return at === '' ? '/' : at;
  };
  return {
    home: HOME,
    stateFolder: STATE,
    expandGlob(pattern, context): readonly PathFact[] | null {
      if (world.names === undefined) return null;
      const folder = walk(pattern.slice(0, pattern.lastIndexOf('/') + 1) || '.', context);
      const name = pattern.slice(pattern.lastIndexOf('/') + 1);
      const shape = new RegExp(`^${name.replace(/[.+]/g, '\\$&').replace(/\*/g, '.*')}$`);
      const found = (world.names[folder] ?? []).filter((each) => shape.test(each) && !/^\.\.?$/.test(each));
      return found.map((each) => ({ ...this.resolvePath(`${folder}/${each}`, context), kind: 'file' }));
    },
    isUndoable: () => false,
    addressesAreBare: () => false,
    resolvePath(path, context): PathFact {
      const real = walk(path, context);
      const folder = world.folders?.includes(real) === true || [HOME, WORKSPACE, STATE, '/', '/tmp'].includes(real);
      return { path: real, kind: folder ? 'folder' : 'missing', place: place(real, context.workspace) };
    },
  };
}

export const analyse = (command: string, world: World = {}): readonly Effect[] =>
  analyseCommand(command, {
    cwd: world.workspace ?? WORKSPACE,
    workspace: world.workspace ?? WORKSPACE,
    facts: lexicalFacts(world),
  });

/** `kind target certainty`, one a line: what a person would compare. */
export const lines = (effects: readonly Effect[]): readonly string[] =>
  effects.map((effect) => `${effect.kind} ${effect.target} ${effect.certainty}`);

/** Everything certain: what a by-effects tool may let through if the kinds and places are listed. */
export const isCertain = (effects: readonly Effect[]): boolean =>
  effects.every((effect) => effect.certainty === 'certain');
