// Whether nobody (who runs children for root where there is no bubblewrap) may read where this checkout lies. Where not, such a
// child is not started, which has a test of its own.
import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Every folder on the way may be passed by everybody. */
function isOpen(path: string): boolean {
  const above = dirname(path);
  return above === path || ((statSync(above).mode & 0o001) !== 0 && isOpen(above));
}

/** Why limits alone cannot hold a child here; null: they can. */
export const noLimitsHere = (): string | null =>
  process.getuid?.() !== 0 || (isOpen(process.execPath) && isOpen(import.meta.filename))
    ? null
    : 'nobody may read this checkout, so root starts no child with limits only';
