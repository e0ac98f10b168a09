// Paths: which lie in which, and where they really lead.
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const lies = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

export function realOf(path: string): string | null {
  // Most of what is asked about is not there, and an error costs more than a look.
  if (!existsSync(path)) return null;
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Where a path really leads; of what is not there yet, where its nearest folder does. */
export function realAbove(path: string): string {
  const real = realOf(path);
  if (real !== null) return real;
  const above = dirname(path);
  return above === path ? path : join(realAbove(above), path.slice(above.length));
}

/**
 * Whether nobody can say what stands there. A program may close a folder of its own user (`chmod 0`): what lies in it looks to `existsSync`
 * as though it were not there, and the next program would find it open and not kept.
 */
export function isUnseen(path: string): boolean {
  try {
    lstatSync(path, { throwIfNoEntry: false });
    return false;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOTDIR');
  }
}
