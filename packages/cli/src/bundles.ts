// Bundles start in a third of the time of the sources. One is used only when it is no older than anything it was made of:
// a stale one would run yesterday's rules.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Files below a folder; by hand, because each command looks at all of them and a pattern costs three times as much. */
function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

interface Made {
  readonly built: readonly string[];
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Whether these files are there and newer than everything that they were made of, and than the lock file. */
function areNewer(workspace: string, { built, folders, files }: Made): boolean {
  const oldest = Math.min(...built.map((file) => modified(workspace + file)));
  if (oldest === 0) return false;
  const isOlder = (path: string): boolean => modified(path) < oldest;
  return (
    ['package-lock.json', ...files].every((file) => isOlder(workspace + file)) &&
    folders
      .map((folder) => workspace + folder)
      .every((folder) => !existsSync(folder) || [...filesBelow(folder)].every(isOlder))
  );
}

/** Every package but the pages: which of them a program has in it is not known from outside. */
export const areProgramsFresh = (workspace: string = WORKSPACE): boolean =>
  // What is shipped has no sources beside it.
  !existsSync(`${workspace}packages/daemon/src`) ||
  areNewer(workspace, {
    built: ['daemon/dist/main.js', 'cli/dist/main.js', 'sandbox/dist/main.cjs', 'sandbox/dist/workspace.cjs'].map(
      (file) => `packages/${file}`,
    ),
    folders: readdirSync(`${workspace}packages`).flatMap((name) => (name === 'web' ? [] : [`packages/${name}/src`])),
    files: ['tools/bundle.ts'],
  });

/** Of the pages too: they hold what contract and client say. */
export const arePagesFresh = (workspace: string = WORKSPACE): boolean =>
  areNewer(workspace, {
    built: ['packages/web/dist/index.html'],
    folders: [
      ...['web', 'contract', 'client', 'policy', 'shell'].map((name) => `packages/${name}/src`),
      'packages/web/public',
    ],
    files: ['packages/web/index.html', 'tools/lib/web-build.ts'],
  });

/** Whether all bundles are there and newer than every source and than the lock file. */
export const areBundlesFresh = (): boolean => areProgramsFresh() && arePagesFresh();

export const bundleOf = (name: 'daemon' | 'cli'): string => `${WORKSPACE}packages/${name}/dist/main.js`;
export const sourceOf = (name: 'daemon' | 'cli'): string => `${WORKSPACE}packages/${name}/src/main.ts`;

/**
 * What Node is told for the daemon: a young generation of 4 MiB instead of 16, three times over. It holds a quarter less memory
 * (164 instead of 215 MiB with fifty servers) and its calls take as long (bench/mcp-many.ts, bench/mcp.ts).
 */
export const DAEMON_FLAGS: readonly string[] = ['--max-semi-space-size=4'];

/** The file to run: the bundle while it is fresh. */
export const entryOf = (name: 'daemon' | 'cli'): string => (areProgramsFresh() ? bundleOf(name) : sourceOf(name));
