// Facts over the real file system: what pure code must know of where a path leads. Nothing is remembered between two
// moments, because an agent can change a link in between.
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import type { Facts, PathContext, PathFact, Place } from '@castellan/contract';
import { asidesOf } from './asides.ts';
import { expandPattern } from './expand-glob.ts';
import { addressesAreBare } from './git-addresses.ts';
import { fold, type Landmarks, placeOf } from './places.ts';
import { MAX_PATH, realPath, walkPath } from './resolve-path.ts';
import { lookInto, nothingSeen, type Seen } from './seen.ts';
import { isUndoable } from './undoable.ts';

export interface FactsOptions {
  /** The user's home folder, absolute. */
  readonly home: string;
  /** Castellan's state folder, absolute; it need not exist yet. */
  readonly stateFolder: string;
  /** What else is Castellan's own and lies elsewhere: the vault's key, its passphrase. The usual place when left out. */
  readonly ownPaths?: readonly string[];
  /** Castellan's folder in the user's cache, absolute: servers stand in it. The usual place when left out. */
  readonly cacheFolder?: string;
  /** Folders anybody may write to; the system's own when left out. */
  readonly tempFolders?: readonly string[];
}

/**
 * What pure code must know of this machine, read anew each time it asks: where a path really leads, what a pattern matches,
 * whether a write could be taken back. Paths are absolute; what cannot be read is `elsewhere`, `null` or `false`, never an
 * exception.
 */
export function createFacts(options: FactsOptions): Facts {
  const real = (path: string): string => realPath(path);
  const home = real(options.home);
  const stateFolder = real(options.stateFolder);
  const own = options.ownPaths ?? [`${home}/.local/share/castellan`];
  const marks: Landmarks = {
    home,
    // Both spellings: a link that leads to the state folder is as good as the folder.
    stateFolders: spellings([trimmed(options.stateFolder), ...own], real),
    asides: [...new Set(spellings([trimmed(options.stateFolder)], real).flatMap(asidesOf))],
    cacheFolders: spellings([options.cacheFolder ?? `${home}/.cache/castellan`], real),
    tempFolders: [...new Set((options.tempFolders ?? [tmpdir(), '/tmp', '/var/tmp']).map(real))],
  };
  // One analysis at a time: whoever comes back to an earlier one sees the world afresh. No weak map: its entries outlive many
  // collections of what is short-lived.
  let current: { readonly moment: object; readonly view: View } | undefined;
  const viewIn = ({ moment }: Pick<PathContext, 'moment'>): View => {
    if (moment === undefined) return newView(false);
    if (current?.moment !== moment) current = { moment, view: newView(true) };
    return current.view;
  };
  return {
    home,
    stateFolder,
    resolvePath: (path, context) => resolvePath(path, context, marks, viewIn(context)),
    expandGlob: (pattern, context) => expandGlob(pattern, context, marks, viewIn(context)),
    isUndoable: (path, moment) => isUndoable(path, moment === undefined ? undefined : viewIn({ moment }).seen),
    addressesAreBare: (folder) =>
      addressesAreBare(folder, [`${home}/.gitconfig`, `${home}/.config/git/config`, '/etc/gitconfig']),
  };
}

/** What was seen in one moment. */
interface View {
  readonly seen: Seen;
  /** More will be asked of it. */
  readonly kept: boolean;
  workspace: { readonly written: string; readonly real: string } | undefined;
}

const newView = (kept: boolean): View => ({ seen: nothingSeen(), kept, workspace: undefined });

function workspaceIn(view: View, written: string): string {
  if (view.workspace?.written !== written) view.workspace = { written, real: realPath(written, view.seen) };
  return view.workspace.real;
}

const spellings = (paths: readonly string[], real: (path: string) => string): readonly string[] => [
  ...new Set(paths.flatMap((path) => [path, real(path)]).map(fold)),
];

const trimmed = (path: string): string => path.replace(/(?<=.)\/+$/, '');
const UNTOLD: Pick<PathFact, 'kind' | 'place'> = { kind: 'other', place: 'elsewhere' };

function resolvePath(path: string, context: PathContext, marks: Landmarks, view: View): PathFact {
  if (path.length >= MAX_PATH || path.includes('\0'))
    return { path: path.slice(0, 200).replaceAll('\0', ''), ...UNTOLD };
  const absolute = absoluteOf(path, context.cwd, marks.home);
  if (absolute === undefined) return { path, ...UNTOLD };
  const { seen } = view;
  if (view.kept && absolute.startsWith(context.cwd)) lookInto(seen, context.cwd);
  const walked = walkPath(absolute, context.cwd, seen);
  const workspace = workspaceIn(view, context.workspace);
  const place = placeOf(walked.path, workspace, marks);
  return { path: walked.path, kind: walked.kind, place: limited(place, walked) };
}

function expandGlob(pattern: string, context: PathContext, marks: Landmarks, view: View): readonly PathFact[] | null {
  const absolute = absoluteOf(pattern, context.cwd, marks.home);
  const matches = absolute === undefined ? null : expandPattern(absolute);
  if (matches === null) return null;
  const facts = new Map<string, PathFact>();
  for (const path of matches) {
    const fact = resolvePath(path, context, marks, view);
    facts.set(fact.path, fact);
  }
  return [...facts.values()];
}

/** What could not be walked is never a milder place than `elsewhere`; a process's own view is a device. */
function limited(place: Place, walked: { readonly untold: boolean; readonly throughProcess: boolean }): Place {
  if (place === 'castellan' || place === 'agent-config') return place;
  if (walked.untold) return 'elsewhere';
  return walked.throughProcess ? 'device' : place;
}

const URL_OF_FILE = /^file:/i;

/** The absolute path a path means, links not followed. Nothing for another user's home or a URL of another machine. */
function absoluteOf(path: string, cwd: string, home: string): string | undefined {
  if (path.startsWith('/')) return path;
  if (URL_OF_FILE.test(path)) return pathOfUrl(path);
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
