// A package is installed into a folder nobody uses and becomes visible whole, by one rename. INVARIANT: whatever goes wrong,
// the draft is gone; a folder of the final name is complete.
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Runs `work` in a fresh folder below `folder`, which is gone afterwards unless it was kept. */
export async function inDraft<T>(folder: string, work: (draft: Draft) => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = await mkdtemp(join(folder, '.draft-'));
  try {
    return await work({ path, keepAs: (name) => keep(path, name) });
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

export interface Draft {
  readonly path: string;
  /** @returns false: another one was faster, or stood there before. */
  keepAs(final: string): Promise<boolean>;
}

async function keep(path: string, final: string): Promise<boolean> {
  await mkdir(dirname(final), { recursive: true, mode: 0o700 });
  try {
    await rename(path, final);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}
