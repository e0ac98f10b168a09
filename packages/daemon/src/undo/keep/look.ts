// Looks at paths as they are, without following anything: what is there, and how much. Reads no content. INVARIANT: a link is
// a link; whatever it leads to is somebody else's path.
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface Root {
  readonly path: string;
  readonly recursive: boolean;
}

/** stat null: nothing is there. */
export interface Looked {
  readonly path: string;
  readonly stat: Stats | null;
}

export interface LookLimits {
  readonly files: number;
  readonly bytes: number;
}

export interface Look {
  readonly found: readonly Looked[];
  /** Roots of which nothing is kept, and why. */
  readonly not: readonly { readonly path: string; readonly why: string }[];
  /** Folders of version control that were passed by. */
  readonly histories: readonly string[];
  /** Bytes of all files found. */
  readonly bytes: number;
}

/** Of version control: it keeps its own history, and half of it put back is worse than none. */
export const isHistory = (path: string): boolean => /(?:^|\/)\.(?:git|hg|jj|svn)(?:\/|$)/.test(path);

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'it failed';

/** One short step of the system each; whoever does many lets others have their turn. */
const STEPS = 200;

function statOf(path: string): Stats | null | string {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : `it cannot be read (${code})`;
  }
}

export async function look(roots: readonly Root[], limits: LookLimits): Promise<Look> {
  const found = new Map<string, Looked>();
  const not: { path: string; why: string }[] = [];
  const histories = new Set<string>();
  let bytes = 0;
  for (const [index, root] of roots.entries()) {
    if (index % STEPS === STEPS - 1) await nextTurn();
    if (isHistory(root.path)) {
      histories.add(root.path);
      continue;
    }
    // Looked at already, and there is nothing more to it.
    if (!root.recursive && found.has(root.path)) continue;
    const own = new Map<string, Looked>();
    const left = { files: limits.files - found.size, bytes: limits.bytes - bytes };
    const walked = await walk(root, own, left, histories);
    if (typeof walked === 'string') {
      not.push({ path: root.path, why: walked });
      continue;
    }
    for (const [path, looked] of own) {
      if (found.has(path)) continue;
      found.set(path, looked);
      if (looked.stat?.isFile() === true) bytes += looked.stat.size;
    }
  }
  return { found: [...found.values()], not, histories: [...histories], bytes };
}

/** @returns why nothing of it is to be kept. */
async function walk(
  root: Root,
  own: Map<string, Looked>,
  limits: LookLimits,
  histories: Set<string>,
): Promise<string | null> {
  let bytes = 0;
  const waiting = [root.path];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (isHistory(path)) {
      histories.add(path);
      continue;
    }
    if (own.size % STEPS === STEPS - 1) await nextTurn();
    const stat = statOf(path);
    if (typeof stat === 'string') return stat;
    own.set(path, { path, stat });
    if (stat?.isFile() === true) bytes += stat.size;
    if (own.size > limits.files) return `there are more than ${limits.files} files`;
    if (bytes > limits.bytes) return `there is more than ${Math.floor(limits.bytes / 1_048_576)} MiB`;
    if (stat?.isDirectory() !== true || !root.recursive) continue;
    try {
      for (const name of readdirSync(path)) waiting.push(join(path, name));
    } catch (error) {
      return `a folder cannot be read (${codeOf(error)})`;
    }
  }
  const isThere = own.get(root.path)?.stat !== null;
  if (!isThere) missingAbove(root.path, own);
  return null;
}

/** What a call makes on its way to a path that is not there goes with it. */
function missingAbove(path: string, own: Map<string, Looked>): void {
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    if (statOf(above) !== null) return;
    own.set(above, { path: above, stat: null });
  }
}
