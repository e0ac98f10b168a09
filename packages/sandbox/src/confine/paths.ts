// Paths: which lie in which, and where they really lead.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const lies = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

export function realOf(path: string): string | null {
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
