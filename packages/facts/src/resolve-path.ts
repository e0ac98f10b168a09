// Where a path really leads, as the kernel would walk it: link by link, `..` after the link, and on from the nearest
// existing ancestor of what does not exist. INVARIANT: never throws; what cannot be walked is said to be untold.
import { lstatSync, readlinkSync, type Stats } from 'node:fs';

export interface Walked {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'device' | 'other' | 'missing';
  /** It could not be told: a loop of links, a folder that may not be searched, a name that is too long. */
  readonly untold: boolean;
  /** It went through a process's own view of the file system, which is another one for the process that will use it. */
  readonly throughProcess: boolean;
}

/** What Linux allows before it gives up. */
const MAX_LINKS = 40;
export const MAX_PATH = 4096;

const PROCESS_FOLDER = /^\/proc\/(?:self|thread-self|\d+)(?:\/task\/\d+)?$/;

/** Walks an absolute path. `cwd` is what `/proc/self/cwd` means. */
export function walkPath(absolute: string, cwd: string): Walked {
  const rest = absolute.split('/').reverse();
  let current = '';
  // Length of `current` when it first did not exist; what is below it cannot be looked at.
  let missingFrom = Number.POSITIVE_INFINITY;
  let links = 0;
  let steps = 0;
  let throughProcess = false;
  let stats: Stats | undefined;
  const done = (kind: Walked['kind'], untold = false): Walked => {
    const remaining = untold ? rest.reverse().filter((part) => part !== '' && part !== '.') : [];
    return { path: [current, ...remaining].join('/') || '/', kind, untold, throughProcess };
  };
  while (rest.length > 0) {
    const part = rest.pop();
    steps += 1;
    if (part === undefined || part === '' || part === '.') continue;
    if (steps > MAX_PATH) return done('other', true);
    stats = undefined;
    if (part === '..') {
      current = current.slice(0, Math.max(0, current.lastIndexOf('/')));
      if (current.length < missingFrom) missingFrom = Number.POSITIVE_INFINITY;
      continue;
    }
    const next = `${current}/${part}`;
    if (current.length >= missingFrom) {
      current = next;
      continue;
    }
    if (current === '/proc' && (part === 'self' || part === 'thread-self')) {
      current = next;
      continue;
    }
    if (PROCESS_FOLDER.test(current) && (part === 'root' || part === 'cwd')) {
      throughProcess = true;
      current = '';
      if (part === 'cwd') rest.push(...cwd.split('/').reverse());
      continue;
    }
    // A descriptor of another process leads wherever that process opened it.
    if (PROCESS_FOLDER.test(current)) {
      current = next;
      return { ...done('device'), path: [current, ...rest.reverse()].join('/') };
    }
    try {
      stats = lstatSync(next, { throwIfNoEntry: false });
      if (stats?.isSymbolicLink() === true) {
        links += 1;
        if (links > MAX_LINKS) {
          rest.push(part);
          return done('other', true);
        }
        const target = readlinkSync(next);
        if (target.startsWith('/')) current = '';
        rest.push(...target.split('/').reverse());
        stats = undefined;
        continue;
      }
    } catch {
      rest.push(part);
      return done('other', true);
    }
    current = next;
    if (stats === undefined) missingFrom = current.length;
  }
  if (current.length >= missingFrom) return done('missing');
  return done(kindOf(stats ?? statOf(current)));
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path === '' ? '/' : path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function kindOf(stats: Stats | undefined): Walked['kind'] {
  if (stats === undefined) return 'missing';
  if (stats.isDirectory()) return 'folder';
  if (stats.isFile()) return 'file';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : 'other';
}
