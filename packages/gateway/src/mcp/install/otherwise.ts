// An installation that stands there already, against the same one made anew from what the registry promised. RULE: nothing is
// believed of it: who could change its files could change whatever was noted of them beside.
import { treeDigest } from './tree.ts';
import { type ResolveFault, resolveFault } from './types.ts';

/** @returns why it is not used; null: both are the same, file by file. */
export async function otherwise(fresh: string, standing: string, name: string): Promise<ResolveFault | null> {
  const [made, found] = await Promise.all([treeDigest(fresh), treeDigest(standing)]);
  if (made.ok && found.ok && made.digest === found.digest) return null;
  const why = made.ok ? (found.ok ? 'files of it were changed' : found.why) : made.why;
  return resolveFault(
    'failed',
    `\`${name}\` is not what it was when it was installed: ${why}`,
    `find out why; then remove ${standing} and add it again`,
  );
}
