// Bundles start in a third of the time of the sources. One is used only when it is no older than anything it was made of:
// a stale one would run yesterday's rules.
import { globSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether both bundles are there and newer than every source and than the lock file. */
export function areBundlesFresh(): boolean {
  const built = Math.min(modified(bundleOf('daemon')), modified(bundleOf('cli')));
  if (built === 0) return false;
  const made = globSync(['packages/*/src/**/*.ts', 'package-lock.json'], { cwd: WORKSPACE });
  return made.length > 0 && made.every((path) => modified(WORKSPACE + path) < built);
}

export const bundleOf = (name: 'daemon' | 'cli'): string => `${WORKSPACE}packages/${name}/dist/main.js`;
export const sourceOf = (name: 'daemon' | 'cli'): string => `${WORKSPACE}packages/${name}/src/main.ts`;

/** The file to run: the bundle while it is fresh. */
export const entryOf = (name: 'daemon' | 'cli'): string => (areBundlesFresh() ? bundleOf(name) : sourceOf(name));
