// Where the repository around a path keeps its things. A link for a `.git` leads elsewhere than git says: none.
import { lstatSync } from 'node:fs';
import { readRegular } from './read-regular.ts';
import { MAX_PATH } from './resolve-path.ts';

const MAX_DEPTH = 128;

export interface Repository {
  /** The work tree. */
  readonly top: string;
  /** What belongs to this work tree alone: its index. */
  readonly own: string;
  /** What work trees share: settings and objects. */
  readonly shared: string;
}

export const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** The nearest one above `path`. */
export function repositoryAround(path: string): Repository | undefined {
  let top = parentOf(path);
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const mark = top === '/' ? '/.git' : `${top}/.git`;
    const stats = lstatSync(mark, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) return { top, own: mark, shared: mark };
    // A link, or a file that says where the folder is: another work tree, or a submodule.
    if (stats !== undefined) return stats.isFile() ? elsewhere(top, mark) : undefined;
    if (top === '/') return undefined;
    top = parentOf(top);
  }
  return undefined;
}

function elsewhere(top: string, mark: string): Repository | undefined {
  const written = /^gitdir: ([^\n]+)\n?$/.exec(smallText(mark, MAX_PATH) ?? '')?.[1];
  if (written === undefined) return undefined;
  const own = written.startsWith('/') ? written : `${top}/${written}`;
  const common = smallText(`${own}/commondir`, MAX_PATH)?.trim();
  if (common === undefined || common === '') return { top, own, shared: own };
  return { top, own, shared: common.startsWith('/') ? common : `${own}/${common}` };
}

/** A regular file no longer than `limit`; nothing otherwise. */
export function smallText(file: string, limit: number): string | undefined {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  return readRegular(file, limit)?.bytes.toString('utf8');
}
