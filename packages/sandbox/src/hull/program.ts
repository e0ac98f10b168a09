// The program that children run: one bundled file, or the sources while the bundle is older than they are.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Program {
  /** Node itself. */
  readonly node: string;
  /** What it is told to run. */
  readonly entry: string;
  /** Files and folders that it reads, `entry` among them. */
  readonly reads: readonly string[];
}

/** Of the workspace: from `packages/sandbox/src/hull/`, and from `packages/daemon/dist/` where this is part of the daemon's bundle. */
export const PACKAGES = ((): string => {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.endsWith('/dist') ? join(here, '../..') : join(here, '../../..');
})();

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

export function isNewerThan(file: string, folders: readonly string[]): boolean {
  const made = modified(file);
  return (
    made > 0 &&
    folders.every((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).every(
        (entry) => entry.isDirectory() || modified(join(entry.parentPath, entry.name)) < made,
      ),
    )
  );
}

/** @param node the Node that runs children: the one that runs this */
export function ownProgram(node: string): Program {
  const bundle = join(PACKAGES, 'sandbox/dist/main.cjs');
  const sources = ['sandbox/src', 'starlark/src'].map((folder) => join(PACKAGES, folder));
  // What is shipped has no sources beside it.
  if (existsSync(bundle) && (!sources.every(existsSync) || isNewerThan(bundle, sources)))
    return { node, entry: realpathSync(bundle), reads: [realpathSync(bundle)] };
  const entry = realpathSync(join(PACKAGES, 'sandbox/src/child/main.ts'));
  return {
    node,
    entry,
    reads: [
      realpathSync(join(PACKAGES, 'sandbox')),
      realpathSync(join(PACKAGES, 'starlark')),
      join(PACKAGES, '../node_modules/@castellan'),
      join(PACKAGES, '../package.json'),
    ],
  };
}
