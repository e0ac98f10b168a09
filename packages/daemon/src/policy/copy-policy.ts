// The policy as it stands, copied to be tried out. INVARIANT: what is tried reaches nothing that is real, and nothing outside of
// the policy folder is read for it: a link to somewhere else stays that link, which the policy itself refuses.
import { copyFileSync, lstatSync, mkdirSync, readdirSync, readlinkSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isBeside } from '@castellan/facts';

/** Longer than any file a policy takes. */
const MOST_BYTES = 2 * 1_048_576;

export const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** What a link leads to, where that is within the folder. */
function within(path: string, folder: string): string | null {
  try {
    const real = realpathSync(path);
    return real.startsWith(`${realpathSync(folder)}/`) ? real : null;
  } catch {
    return null;
  }
}

function copyOne(from: string, to: string, home: string): void {
  const source = isLink(from) ? within(from, home) : from;
  const stats = source === null ? undefined : lstatSync(source, { throwIfNoEntry: false });
  if (source !== null && stats?.isFile() === true && stats.size <= MOST_BYTES) copyFileSync(source, to);
  else if (isLink(from)) symlinkSync(resolve(dirname(from), readlinkSync(from)), to);
  // A folder, a pipe, something huge: in its place stands something else that is no rule file.
  else mkdirSync(to);
}

/** Not deeper than the policy is read. */
export function copyPolicy(home: string, folder: string): void {
  const config = lstatSync(join(home, 'config.yaml'), { throwIfNoEntry: false });
  if (config !== undefined) copyOne(join(home, 'config.yaml'), join(folder, 'config.yaml'), home);
  for (const name of ['modules', 'rules']) {
    const from = join(home, name);
    const stats = lstatSync(from, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (!stats.isDirectory()) {
      copyOne(from, join(folder, name), home);
      continue;
    }
    mkdirSync(join(folder, name));
    // Names with a dot in front are an editor's, and no policy.
    for (const each of readdirSync(from).filter((one) => !one.startsWith('.') && !isBeside(name, one)))
      copyOne(join(from, each), join(folder, name, each), home);
  }
}
