// The real world's facts: where a path really leads. INVARIANT: never throws; what cannot be told is `elsewhere`, which no
// safe list names.
import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Facts, PathContext, PathFact } from '@castellan/contract';
import { placeOf } from './place.ts';

export interface FactsOptions {
  readonly home: string;
  readonly stateFolder: string;
  /** @default the system's own */
  readonly tempFolders?: readonly string[];
}

const MAX_PATH = 4096;
const MAX_LINKS = 40;

const nowhere = (path: string): PathFact => ({ path, kind: 'other', place: 'elsewhere' });

function kindOf(stats: Stats): PathFact['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : 'other';
}

/** The path as the kernel would walk it: links resolved step by step, so that `link/..` is the link's target's parent. */
function walk(path: string): { readonly path: string; readonly kind: PathFact['kind'] } | null {
  const pending = path.split('/').filter((part) => part !== '');
  let at = '/';
  let links = 0;
  let missing = false;
  let kind: PathFact['kind'] = 'folder';
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '.') continue;
    if (part === '..') {
      at = dirname(at);
      continue;
    }
    const next = join(at, part);
    const stats = missing ? undefined : lstatSync(next, { throwIfNoEntry: false });
    if (stats === undefined) {
      missing = true;
      kind = 'missing';
      at = next;
      continue;
    }
    if (!stats.isSymbolicLink()) {
      kind = kindOf(stats);
      at = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) return null;
    const target = readlinkSync(next);
    if (target.startsWith('/')) at = '/';
    pending.unshift(...target.split('/').filter((piece) => piece !== ''));
  }
  return { path: at, kind };
}

function expand(written: string, home: string, cwd: string): string | null {
  if (written.startsWith('file:')) return fileURLToPath(written);
  if (written === '~' || written.startsWith('~/')) return home + written.slice(1);
  if (/^~[^/]/.test(written)) return null;
  // Not `resolve`: it would drop `..` before the links in front of it are followed.
  return written.startsWith('/') ? written : `${cwd}/${written}`;
}

const real = (folder: string): string => {
  try {
    return realpathSync(folder);
  } catch {
    // A folder that does not exist yet is where it says it is.
    return resolve(folder);
  }
};

export function createFacts(options: FactsOptions): Facts {
  const home = real(options.home);
  const stateFolder = real(options.stateFolder);
  const temp = (options.tempFolders ?? ['/tmp', '/var/tmp']).map(real);
  return {
    home,
    stateFolder,
    resolvePath(written, context: PathContext) {
      if (written.length > MAX_PATH || written.includes('\0')) return nowhere(written.slice(0, MAX_PATH));
      try {
        const path = expand(written, home, context.cwd);
        const found = path === null ? null : walk(path);
        if (found === null) return nowhere(written);
        const place = placeOf(found.path, { home, stateFolder, temp, workspace: real(context.workspace) });
        return { ...found, place: found.kind === 'device' ? 'device' : place };
      } catch {
        // Not readable, a loop, a name too long: nobody knows where it leads.
        return nowhere(written);
      }
    },
  };
}
