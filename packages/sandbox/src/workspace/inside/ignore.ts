// .gitignore as git reads it, as far as listing files needs it: the last pattern that fits decides, `!` takes back, a pattern with a
// slash is anchored where its file lies, one that ends in a slash is about folders. What cannot be read is skipped.
import { globPattern } from './glob.ts';

interface Pattern {
  readonly fits: RegExp;
  readonly isBack: boolean;
  readonly foldersOnly: boolean;
}

/** Of one file. */
export interface Ignores {
  /** Of the folder it lies in, below the root; '' or ending in a slash. */
  readonly below: string;
  readonly patterns: readonly Pattern[];
}

export function readIgnores(text: string, below: string): Ignores {
  const patterns = text.split(/\r?\n/).flatMap((line): Pattern[] => {
    const said = line.replace(/(?<!\\)\s+$/, '');
    if (said === '' || said.startsWith('#')) return [];
    const isBack = said.startsWith('!');
    const body = isBack ? said.slice(1) : said;
    const foldersOnly = body.endsWith('/');
    const bare = foldersOnly ? body.slice(0, -1) : body;
    const anchored = bare.includes('/');
    const glob = anchored ? bare.replace(/^\//, '') : `**/${bare}`;
    try {
      return [{ fits: globPattern(glob), isBack, foldersOnly }];
    } catch {
      return [];
    }
  });
  return { below, patterns };
}

/** @param all from the outermost folder inwards. */
export function isIgnored(relative: string, isFolder: boolean, all: readonly Ignores[]): boolean {
  let ignored = false;
  for (const { below, patterns } of all) {
    if (!relative.startsWith(below)) continue;
    const name = relative.slice(below.length);
    for (const { fits, isBack, foldersOnly } of patterns)
      if ((!foldersOnly || isFolder) && fits.test(name)) ignored = !isBack;
  }
  return ignored;
}
