// Takes away packages that nothing starts: those of a plan that nobody added, and of modules that were removed. INVARIANT: what
// goes is moved aside first, so that a folder of the final name is complete; what cannot be read stays.
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that hold packages and are none. */
const isShelf = (name: string): boolean => name.startsWith('@') || name === 'pypi';
/** Of an installation that was cut off, or of an earlier collection. */
const isLeft = (name: string): boolean => name.startsWith('.');

/**
 * @param folder where packages are kept; nothing may be installed into it meanwhile.
 * @param isUsed asked of each package, by its path below that folder.
 * @returns what was taken away.
 */
export async function collectPackages(folder: string, isUsed: (below: string) => boolean): Promise<readonly string[]> {
  const top = await namesIn(folder);
  const shelves = await Promise.all(
    top.map(async (name) =>
      isShelf(name) ? (await namesIn(join(folder, name))).map((each) => `${name}/${each}`) : [],
    ),
  );
  const packages = [...top.filter((name) => !isShelf(name) && !isLeft(name)), ...shelves.flat()];
  const gone = packages.filter((below) => !isUsed(below));
  const left = top.filter(isLeft);
  if (gone.length + left.length === 0) return [];
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
  const aside = await mkdtemp(join(folder, '.gone-'));
  try {
    for (const [at, below] of gone.entries()) await rename(join(folder, below), join(aside, String(at)));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return gone;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
