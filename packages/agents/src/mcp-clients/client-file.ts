// Reads and replaces a client's file. INVARIANT: it is replaced only while it is, byte for byte, what was read; whole or not
// at all; with the mode and the owner it had. A link out of its folder is refused: a project may lay one to any file.
import { constants } from 'node:fs';
import { chmod, chown, lstat, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { codeOf } from '../files.ts';
import type { ClientFile } from './found.ts';

export interface ReadClientFile extends ClientFile {
  /** Where the bytes are. */
  readonly realPath: string;
  readonly text: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export type ClientFileRead =
  | { readonly kind: 'read'; readonly file: ReadClientFile }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly why: string };

/** Claude Code's holds histories; one that is larger is no file of settings. */
const MAX_BYTES = 32 * 1024 * 1024;

const refused = (why: string): ClientFileRead => ({ kind: 'refused', why });

/** @param userHome links of the user's own files may lead anywhere below it, as dotfiles do. */
export async function readClientFile(file: ClientFile, userHome: string): Promise<ClientFileRead> {
  try {
    const realPath = await realpath(file.path);
    const home = await realpath(userHome);
    const folder = await realpath(file.project ?? (isBelow(realPath, home) ? home : dirname(file.path)));
    if (!isBelow(realPath, folder)) return refused(`it is a link that leads to ${realPath}`);
    const stat = await lstat(realPath);
    if (!stat.isFile()) return refused('it is no plain file');
    if (stat.nlink > 1) return refused('it has another name, which would keep the old text');
    if (stat.size > MAX_BYTES) return refused('it is too large for settings');
    const bytes = await readFile(realPath);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const { uid, gid } = stat;
    return { kind: 'read', file: { ...file, realPath, text, mode: stat.mode & 0o7777, uid, gid } };
  } catch (error) {
    if (error instanceof TypeError) return refused('it is no text');
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'absent' } : refused(`it cannot be read: ${code}`);
  }
}

const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Null: done. Otherwise why it was left as it is. */
export async function replaceClientFile(file: ReadClientFile, text: string): Promise<string | null> {
  const { realPath, mode, uid, gid } = file;
  const draft = join(dirname(realPath), `.${basename(realPath)}.castellan-${process.pid}`);
  try {
    await rm(draft, { force: true });
    const opened = await open(
      draft,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      await opened.writeFile(text);
      await opened.sync();
      const made = await opened.stat();
      if (made.uid !== uid || made.gid !== gid) await chown(draft, uid, gid);
    } finally {
      await opened.close();
    }
    await chmod(draft, mode);
    const now = await lstat(realPath);
    if (!now.isFile() || (await readFile(realPath)).compare(Buffer.from(file.text)) !== 0)
      return await given(draft, 'it was changed since it was read');
    await rename(draft, realPath);
  } catch (error) {
    return given(draft, `it cannot be written: ${codeOf(error)}`);
  }
  const folder = await open(dirname(realPath), constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
  return null;
}

async function given(draft: string, why: string): Promise<string> {
  await rm(draft, { force: true });
  return why;
}
