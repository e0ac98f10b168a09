// A file as it is now, for a person to compare with: at the edge, bounded, and never waiting (a pipe would hold the daemon).
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

export type Before =
  | { readonly kind: 'missing' }
  | { readonly kind: 'text'; readonly text: string }
  /** `mark` changes whenever the file does. */
  | { readonly kind: 'unreadable'; readonly why: string; readonly mark: string };

export const MOST_BYTES = 200_000;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function readBefore(path: string): Before {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
    return code === 'ENOENT'
      ? { kind: 'missing' }
      : { kind: 'unreadable', why: `it cannot be read (${code})`, mark: code };
  }
  try {
    const stat = fstatSync(file);
    const mark = `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    if (!stat.isFile()) return { kind: 'unreadable', why: 'it is no ordinary file', mark };
    if (stat.size > MOST_BYTES)
      return { kind: 'unreadable', why: `it is too large to be shown: ${stat.size} bytes`, mark };
    const bytes = readFileSync(file);
    if (bytes.includes(0)) return { kind: 'unreadable', why: 'it is not text', mark };
    try {
      return { kind: 'text', text: utf8.decode(bytes) };
    } catch {
      return { kind: 'unreadable', why: 'it is not text', mark };
    }
  } catch (error) {
    return { kind: 'unreadable', why: 'it cannot be read', mark: error instanceof Error ? error.message : '' };
  } finally {
    closeSync(file);
  }
}
