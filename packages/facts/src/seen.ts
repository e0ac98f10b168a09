// What one walk, or one analysis, has seen of the file system: a tree of names, each looked at once. INVARIANT: nobody keeps it
// longer than that, because an agent can change a link in between; and looking never throws.
import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';

export type Kind = 'file' | 'folder' | 'device' | 'other' | 'missing';

export interface Seen {
  /** Absolute; of the root the empty text. */
  readonly path: string;
  readonly above: Seen | undefined;
  /** untold: a folder that may not be searched, a name that is too long. there: it is, and is no link; nobody asked for more. */
  kind: Kind | 'link' | 'untold' | 'there';
  /** Where a link points. */
  readonly target: string;
  below: Map<string, Seen> | undefined;
  /** Of the root: a folder that a path leads to which leads to itself. */
  straight?: Seen;
}

export const nothingSeen = (): Seen => ({ path: '', above: undefined, kind: 'folder', target: '', below: undefined });

export function lookBelow(folder: Seen, name: string): Seen {
  const known = folder.below?.get(name);
  if (known !== undefined) return known;
  const seen = look(folder, `${folder.path}/${name}`);
  folder.below ??= new Map();
  folder.below.set(name, seen);
  return seen;
}

/**
 * Looks at a whole folder at once, where nothing was looked at yet. A path that leads to itself holds no link, so the names in
 * it are what they seem; of any other path nothing is kept.
 */
export function lookInto(root: Seen, folder: string): void {
  // Below `/proc` a name is another one for everybody who asks.
  if (root.below !== undefined || !folder.startsWith('/') || folder.startsWith('/proc/')) return;
  root.below = new Map();
  if (!leadsToItself(folder)) return;
  let here = root;
  for (const name of folder.slice(1).split('/')) {
    const next: Seen = { path: `${here.path}/${name}`, above: here, kind: 'there', target: '', below: undefined };
    here.below ??= new Map();
    here.below.set(name, next);
    here = next;
  }
  root.straight = here;
}

function leadsToItself(folder: string): boolean {
  try {
    return folder.length > 1 && realpathSync.native(folder) === folder;
  } catch {
    return false;
  }
}

/** What something is that was walked to. */
export function kindAt(seen: Seen | Kind): Kind {
  if (typeof seen === 'string') return seen;
  if (seen.kind === 'there') {
    try {
      seen.kind = kindOf(lstatSync(seen.path, LOOK));
    } catch {
      seen.kind = 'other';
    }
  }
  return seen.kind === 'link' || seen.kind === 'untold' ? 'other' : seen.kind;
}

const LOOK = { throwIfNoEntry: false } as const;

function look(above: Seen, path: string): Seen {
  // What is below something that is not there cannot be looked at.
  if (above.kind === 'missing') return { path, above, kind: 'missing', target: '', below: undefined };
  // Another one for everybody who asks: it is entered by its name.
  if (path === '/proc/self' || path === '/proc/thread-self')
    return { path, above, kind: 'other', target: '', below: undefined };
  try {
    const stats = lstatSync(path, LOOK);
    if (stats?.isSymbolicLink() !== true) return { path, above, kind: kindOf(stats), target: '', below: undefined };
    return { path, above, kind: 'link', target: readlinkSync(path), below: undefined };
  } catch {
    return { path, above, kind: 'untold', target: '', below: undefined };
  }
}

function kindOf(stats: Stats | undefined): Kind {
  if (stats === undefined) return 'missing';
  if (stats.isDirectory()) return 'folder';
  if (stats.isFile()) return 'file';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : 'other';
}
