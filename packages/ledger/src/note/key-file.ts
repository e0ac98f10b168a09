// Keeps a signing key in a file that only its owner can read. INVARIANT: an existing key file is never overwritten, and
// one that others can read is never used.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseSigningKey, type SigningKey } from './signing-key.ts';

/** Why a key file was not used. */
export type KeyFileCode = 'missing' | 'exists' | 'exposed' | 'malformed' | 'unreadable';

export type KeyFileResult =
  | { readonly kind: 'loaded'; readonly key: SigningKey }
  | { readonly kind: 'refused'; readonly code: KeyFileCode; readonly message: string; readonly hint: string };

const MODE = 0o600;

function refused(code: KeyFileCode, path: string): KeyFileResult {
  const table: Record<KeyFileCode, readonly [string, string]> = {
    missing: ['does not exist', 'create the key first; if it was lost, start a new ledger and keep the old one'],
    exists: ['exists already', 'load it, or choose another path; a key in use must never be replaced'],
    exposed: ['can be read by others', 'run chmod 600 on it and consider the key known to every user of this machine'],
    malformed: ['is not a signing key', 'restore it from a backup; do not edit it by hand'],
    unreadable: ['cannot be read or written', 'check the owner and the mode of the file and its folder'],
  };
  const [what, hint] = table[code];
  return { kind: 'refused', code, message: `signing key \`${path}\` ${what}`, hint };
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Writes a key to a new file with mode 0600, durably. Refuses with `exists` when the path is taken. */
export async function saveSigningKey(path: string, key: SigningKey): Promise<KeyFileResult> {
  try {
    await using file = await open(path, 'wx', MODE);
    await file.writeFile(`${key.skey}\n`);
    await file.sync();
    await using folder = await open(dirname(path), 'r');
    await folder.sync();
    return { kind: 'loaded', key };
  } catch (error) {
    return refused(codeOf(error) === 'EEXIST' ? 'exists' : 'unreadable', path);
  }
}

/** Reads a key written by `saveSigningKey`. A link, a file of another mode or other text is refused. */
export async function loadSigningKey(path: string): Promise<KeyFileResult> {
  try {
    // NOFOLLOW and NONBLOCK: a link or a pipe left in the key's place must neither be followed nor hang the start.
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > 4096) return refused('malformed', path);
    if ((stat.mode & 0o077) !== 0) return refused('exposed', path);
    const text = await file.readFile('utf8');
    const key = text.endsWith('\n') ? parseSigningKey(text.slice(0, -1)) : undefined;
    return key === undefined ? refused('malformed', path) : { kind: 'loaded', key };
  } catch (error) {
    return refused(codeOf(error) === 'ENOENT' ? 'missing' : 'unreadable', path);
  }
}
