// Whether a write to a real path could be taken back. INVARIANT: yes only where nothing is lost: nothing is there, or the
// repository around it has stored exactly the bytes the file has now. Times are not believed (an agent can set them): the
// bytes are compared each time. Never throws; in doubt no.
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { indexedHash, readIndex } from './git-index.ts';
import { hasObject } from './git-objects.ts';
import { parentOf, repositoryAround, smallText } from './git-repository.ts';
import { readRegular } from './read-regular.ts';
import { MAX_PATH } from './resolve-path.ts';
import { kindAt, type Seen } from './seen.ts';

/** Longest file that is compared. */
const MAX_FILE = 8 * 1024 * 1024;
const MAX_SETTINGS = 1024 * 1024;

/** `seen`: what was looked at in the same moment. */
export function isUndoable(path: string, seen?: Seen): boolean {
  try {
    if (!path.startsWith('/') || path.length >= MAX_PATH || path.includes('\0')) return false;
    const known = seen === undefined ? undefined : canBeMadeBySight(seen, path);
    if (known !== undefined) return known;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return canBeMade(path);
    return stats.isFile() && isStored(path);
  } catch {
    return false;
  }
}

/** What is nearest above is a real folder: not a file, and not a link that leads elsewhere. */
function canBeMade(path: string): boolean {
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined) return stats.isDirectory();
    if (folder === '/') return false;
  }
}

/** The same by what was seen on the way there; undefined: something is there, or it was not looked at. */
function canBeMadeBySight(root: Seen, path: string): boolean | undefined {
  let here: Seen | undefined = root;
  for (const name of path.slice(1).split('/')) {
    const next: Seen | undefined = here.below?.get(name);
    if (next === undefined) return undefined;
    if (next.kind === 'missing') return kindAt(here) === 'folder';
    here = next;
  }
  return undefined;
}

function isStored(path: string): boolean {
  const repository = repositoryAround(path);
  if (repository === undefined) return false;
  const { top, own, shared } = repository;
  if (path.startsWith(`${top}/.git/`)) return false;
  const settings = smallText(`${shared}/config`, MAX_SETTINGS);
  // With other hashes an index has another form.
  if (settings === undefined || /objectformat/i.test(settings)) return false;
  const index = readIndex(`${own}/index`);
  const wanted = index === undefined ? undefined : indexedHash(index, path.slice(top.length + 1));
  if (wanted === undefined) return false;
  const file = readRegular(path, MAX_FILE);
  // Another name for the same bytes would change with it, outside of what version control knows.
  if (file === undefined || file.stats.nlink !== 1) return false;
  const { bytes } = file;
  const hash = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  return hash === wanted && hasObject(`${shared}/objects`, hash);
}
