// Everything below a folder, without what version control ignores. INVARIANT: no link is followed, and however many files there are,
// a walk ends: bounded in entries and depth.
import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ignores, isIgnored, readIgnores } from './ignore.ts';
import { openDecided } from './open.ts';

const MOST_ENTRIES = 200_000;
const DEEPEST = 64;
const MOST_IGNORE_BYTES = 262_144;

export interface Walk {
  /** Below the root. */
  readonly files: readonly string[];
  readonly isWhole: boolean;
}

/** @param ignored also what version control ignores. */
export function walk(root: string, ignored: boolean): Walk {
  const files: string[] = [];
  let seen = 0;
  let isWhole = true;
  const enter = (below: string, above: readonly Ignores[], depth: number): void => {
    if (depth > DEEPEST || seen >= MOST_ENTRIES) {
      isWhole = false;
      return;
    }
    const here = ignored ? above : withOwn(root, below, above);
    for (const entry of entriesOf(join(root, below))) {
      seen += 1;
      const relative = below + entry.name;
      const isFolder = entry.isDirectory();
      if (entry.name === '.git' || entry.isSymbolicLink()) continue;
      if (!ignored && isIgnored(relative, isFolder, here)) continue;
      if (isFolder) enter(`${relative}/`, here, depth + 1);
      else if (entry.isFile()) files.push(relative);
      if (seen >= MOST_ENTRIES) {
        isWhole = false;
        return;
      }
    }
  };
  enter('', [], 0);
  return { files, isWhole };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // Somebody else's, or gone by now.
    return [];
  }
}

function withOwn(root: string, below: string, above: readonly Ignores[]): readonly Ignores[] {
  try {
    const { fd, stat } = openDecided(join(root, below, '.gitignore'), 'file');
    try {
      return stat.size > MOST_IGNORE_BYTES ? above : [...above, readIgnores(readFileSync(fd, 'utf8'), below)];
    } finally {
      closeSync(fd);
    }
  } catch {
    return above;
  }
}
