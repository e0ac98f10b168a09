// Reads a file that must be ours alone: no link, no other owner, one name. What others could write or read is not believed.
import { closeSync, constants, fchmodSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { errnoOf } from './start-error.ts';

export type OwnFile =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unusable'; readonly text: string };

export interface OwnFileOptions {
  readonly maxBytes: number;
  /** repair: what is in it is sealed, so others that could read it learned nothing. refuse: they may have read a key. */
  readonly mode: 'repair' | 'refuse';
  /** Who else may own it. */
  readonly owners?: readonly number[];
}

const unusable = (text: string): OwnFile => ({ kind: 'unusable', text });

export function readOwnFile(path: string, { maxBytes, mode, owners = [] }: OwnFileOptions): OwnFile {
  let file: number;
  try {
    // A pipe in its place must not hold us up.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return { kind: 'none' };
    return unusable(code === 'ELOOP' ? 'is a symbolic link' : `cannot be read (${code})`);
  }
  try {
    const stat = fstatSync(file);
    const { uid, nlink, mode: bits, size } = stat;
    if (!stat.isFile()) return unusable('is no file');
    if (uid !== process.getuid?.() && !owners.includes(uid)) return unusable(`belongs to another user (uid ${uid})`);
    if (nlink !== 1) return unusable('has more than one name');
    if ((bits & 0o077) !== 0) {
      if (mode === 'refuse') return unusable(`can be read by others (mode ${(bits & 0o777).toString(8)})`);
      fchmodSync(file, 0o600);
    }
    if (size > maxBytes) return unusable('is too large');
    return { kind: 'text', text: readFileSync(file, 'utf8') };
  } catch (error) {
    return unusable(`cannot be read (${errnoOf(error)})`);
  } finally {
    closeSync(file);
  }
}
