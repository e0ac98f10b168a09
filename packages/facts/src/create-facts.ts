// Facts over the real file system: what pure code must know of where a path leads. Nothing is remembered between two
// questions, because an agent can change a link in between.
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import type { Facts, PathContext, PathFact, Place } from '@castellan/contract';
import { expandPattern } from './expand-glob.ts';
import { type Landmarks, placeOf } from './places.ts';
import { MAX_PATH, walkPath } from './resolve-path.ts';
import { isUndoable } from './undoable.ts';

export interface FactsOptions {
  /** The user's home folder, absolute. */
  readonly home: string;
  /** Castellan's state folder, absolute; it need not exist yet. */
  readonly stateFolder: string;
  /** Folders anybody may write to; the system's own when left out. */
  readonly tempFolders?: readonly string[];
}

export function createFacts(options: FactsOptions): Facts {
  const real = (path: string): string => walkPath(path, '/').path;
  const home = real(options.home);
  const stateFolder = real(options.stateFolder);
  const marks: Landmarks = {
    home,
    // Both spellings: a link that leads to the state folder is as good as the folder.
    stateFolders: [...new Set([stateFolder, trimmed(options.stateFolder)])],
    tempFolders: [...new Set((options.tempFolders ?? [tmpdir(), '/tmp', '/var/tmp']).map(real))],
  };
  return {
    home,
    stateFolder,
    resolvePath: (path, context) => resolvePath(path, context, marks),
    expandGlob: (pattern, context) => expandGlob(pattern, context, marks),
    isUndoable,
  };
}

const trimmed = (path: string): string => path.replace(/(?<=.)\/+$/, '');
const UNTOLD: Pick<PathFact, 'kind' | 'place'> = { kind: 'other', place: 'elsewhere' };

function resolvePath(path: string, context: PathContext, marks: Landmarks): PathFact {
  if (path.length >= MAX_PATH || path.includes('\0'))
    return { path: path.slice(0, 200).replaceAll('\0', ''), ...UNTOLD };
  const absolute = absoluteOf(path, context.cwd, marks.home);
  if (absolute === undefined) return { path, ...UNTOLD };
  const walked = walkPath(absolute, context.cwd);
  const workspace = workspaceOf(context.workspace, absolute, walked.path);
  const place = placeOf(walked.path, workspace, marks);
  return { path: walked.path, kind: walked.kind, place: limited(place, walked) };
}

function expandGlob(pattern: string, context: PathContext, marks: Landmarks): readonly PathFact[] | null {
  const absolute = absoluteOf(pattern, context.cwd, marks.home);
  const matches = absolute === undefined ? null : expandPattern(absolute);
  if (matches === null) return null;
  const facts = new Map(matches.map((path) => resolvePath(path, context, marks)).map((fact) => [fact.path, fact]));
  return [...facts.values()];
}

/** Where the workspace really lies. A path below it that was walked and led to itself has walked the workspace too. */
function workspaceOf(written: string, absolute: string, walked: string): string {
  const passed = walked === absolute && absolute.startsWith(`${written}/`);
  return passed ? written : walkPath(written, '/').path;
}

/** What could not be walked is never a milder place than `elsewhere`; a process's own view is a device. */
function limited(place: Place, walked: { readonly untold: boolean; readonly throughProcess: boolean }): Place {
  if (place === 'castellan' || place === 'agent-config') return place;
  if (walked.untold) return 'elsewhere';
  return walked.throughProcess ? 'device' : place;
}

/** The absolute path a path means, links not followed. Nothing for another user's home or a URL of another machine. */
function absoluteOf(path: string, cwd: string, home: string): string | undefined {
  if (path.startsWith('/')) return path;
  if (/^file:/i.test(path)) return pathOfUrl(path);
  if (path.startsWith('~')) {
    const [user = '', ...rest] = path.slice(1).split('/');
    return user === '' || user === basename(home) ? [home, ...rest].join('/') : undefined;
  }
  return `${cwd.startsWith('/') ? cwd : '/'}/${path}`;
}

function pathOfUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || (url.hostname !== '' && url.hostname !== 'localhost')) return undefined;
  try {
    const path = decodeURIComponent(url.pathname);
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}
