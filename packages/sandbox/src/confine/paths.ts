// Paths: which lie in which, and where they really lead.
import { existsSync, realpathSync } from 'node:fs';
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
