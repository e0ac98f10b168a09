// Reading and replacing small private files. A write is whole or not at all, and nobody else can read it at any moment.
import { constants } from 'node:fs';
import { chmod, chown, lstat, mkdir, open, readdir, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

/** What is read here is settings: longer than this is none. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The file's text; null where there is none. @throws when it is there and cannot be read. */
export const readIfThere = async (path: string): Promise<string | null> =>
  (await bytesIfThere(path))?.toString('utf8') ?? null;

/**
 * As it lies there; null where there is none. Never waits: a project, or an agent's own folder, may hold a pipe in its place, which would
 * hold whoever reads it for ever. @throws when it is there and cannot be read, or is no file.
 */
export async function bytesIfThere(path: string): Promise<Buffer | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw Object.assign(new Error(`\`${path}\` is no file`), { code: 'EINVAL' });
      if (found.size > MOST_BYTES) throw Object.assign(new Error(`\`${path}\` is too long`), { code: 'EFBIG' });
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

export async function modeOf(path: string): Promise<number | null> {
  try {
    return (await lstat(path)).mode & 0o777;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Whether a folder of ours is shown to a group: its setgid bit says so. Whoever set up two users or two containers gave it; without it
 * nobody else reads anything.
 */
export async function isShared(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => null);
  return found?.isDirectory() === true && (found.mode & 0o2000) !== 0 && found.uid === process.getuid?.();
}

/** Where a path really leads: a settings file that is a link into a dotfiles folder is replaced there, not here. */
export async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const folder = dirname(path);
    return folder === path ? path : join(await realPath(folder), basename(path));
  }
}

export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Folders on the way to a file that do not exist yet, outermost first. */
export async function missingFolders(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  if (folder === path || (await modeOf(folder)) !== null) return [];
  return [...(await missingFolders(folder)), folder];
}

/** Replaces a file: written beside it, synced, renamed over it; whoever owned it still does. `path` is real. */
export async function replaceFile(path: string, content: string | Buffer, mode = 0o600): Promise<void> {
  // What everybody may read stands where everybody may look: a folder of the machine that is made for it.
  await mkdir(dirname(path), { recursive: true, mode: (mode & 0o004) === 0 ? 0o700 : 0o755 });
  const draft = join(dirname(path), `.${basename(path)}.castellan-${process.pid}`);
  await rm(draft, { force: true });
  const file = await open(
    draft,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    await file.writeFile(content);
    await file.sync();
    const made = await file.stat();
    const old = await lstat(path).catch(() => made);
    if (old.uid !== made.uid || old.gid !== made.gid) await chown(draft, old.uid, old.gid);
  } finally {
    await file.close();
  }
  if (mode !== 0o600) await chmod(draft, mode);
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** Writes a file that is not there yet. False: there is one, and it stays as it is. @throws when it cannot be written. */
export async function createFile(path: string, content: string): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  });
  if (file === null) return false;
  await file.writeFile(content).finally(() => file.close());
  return true;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}

export const removeFile = (path: string): Promise<void> => rm(path, { force: true });

export const setMode = (path: string, mode: number): Promise<void> => chmod(path, mode);

/** Drafts that a write which was cut short left beside a file. */
export async function removeDrafts(path: string): Promise<void> {
  const start = `.${basename(path)}.castellan-`;
  const names = await readdir(dirname(path)).catch((): string[] => []);
  for (const name of names)
    if (name.startsWith(start) && /^\d+$/.test(name.slice(start.length))) await removeFile(join(dirname(path), name));
}

/** Innermost first; one that holds something stays. */
export async function removeEmptyFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) await rmdir(folder).catch(() => undefined);
}
