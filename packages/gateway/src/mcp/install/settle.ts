// Where a package that was just installed stands from now on, beside one of its version that stands there already. RULE: nothing
// is believed of that one: who could change its files could change whatever was noted of them beside.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Draft } from './draft-folder.ts';
import { treeDigest } from './tree.ts';
import { type ResolveFault, resolveFault } from './types.ts';

interface Settling {
  readonly name: string;
  /** What is loaded of it, below its folder. */
  readonly part: string;
  /** The file that names everything that is in it. */
  readonly lock: string;
  readonly step: (text: string) => void;
}

type Settled = { readonly ok: true; readonly home: string } | ResolveFault;

/** The one that stands there is used where it is the same, file by file. What it needs may have become newer: that one is another. */
export async function settled(draft: Draft, home: string, { name, part, lock, step }: Settling): Promise<Settled> {
  if (await draft.keepAs(home)) return { ok: true, home };
  const made = await treeDigest(join(draft.path, part));
  if (!made.ok) return resolveFault('refused', `\`${name}\` cannot be used: ${made.why}`, 'write the exact command');
  const changed = (where: string, why: string): ResolveFault =>
    resolveFault(
      'failed',
      `\`${name}\` is not what it was when it was installed: ${why}`,
      `find out why; then remove ${where} and add it again`,
    );
  for (const at of [home, `${home}+${made.digest.slice(7, 19)}`]) {
    if (at !== home && (await draft.keepAs(at))) return { ok: true, home: at };
    const found = await treeDigest(join(at, part));
    if (found.ok && found.digest === made.digest) {
      step('it was installed before');
      return { ok: true, home: at };
    }
    if (at !== home || (await textAt(join(at, lock))) === (await textAt(join(draft.path, lock))))
      return changed(at, found.ok ? 'files of it were changed' : found.why);
  }
  return changed(home, 'files of it were changed');
}

const textAt = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
