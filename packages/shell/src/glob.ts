// Patterns: what they match now, as the words a shell would pass on, and whether a text matches one. Only what every shell
// reads alike; anything else is not known.
import type { PathFact } from '@castellan/contract';
import { leadsElsewhere, mayMatchMore } from './changes.ts';
import type { Run } from './run.ts';
import type { State } from './state.ts';

/** A pattern of `*`, `?` and plain characters as an expression; nothing where there is more to it. */
export function patternToRegExp(
  pattern: string,
  anchors: { readonly start?: boolean; readonly end?: boolean } = {},
): RegExp | undefined {
  if (/[[\]\\()|!+@^~#{}$`"']/.test(pattern.replace(/[!+@^~#](?!\()/g, ''))) return undefined;
  if (pattern.length > 200) return undefined;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '[\\s\\S]*')
    .replaceAll('?', '[\\s\\S]');
  return new RegExp(`${anchors.start === false ? '' : '^'}${source}${anchors.end === false ? '' : '$'}`, 'u');
}

/** Patterns with many stars take time that grows with every star. */
export const isCostly = (pattern: string): boolean => (pattern.match(/\*+/g)?.length ?? 0) > 2;

/**
 * The words a pattern becomes now. Nothing where that is not known: no folder, links among the matches, or something before
 * that may have added to them. An empty list: nothing matches.
 */
export function expandPattern(run: Run, pattern: string, state: State): readonly string[] | undefined {
  const [cwd, ...others] = state.cwds ?? [];
  if (cwd === undefined || others.length > 0 || state.pathsMoved || run.patterns === 'changed') return undefined;
  const slash = pattern.lastIndexOf('/');
  const prefix = pattern.slice(0, slash + 1);
  const last = pattern.slice(slash + 1);
  // Patterns in folders: each match may lie elsewhere, so names are told only for the last part.
  if (/[*?[\]\\~]/.test(prefix) || /[()!|\\]/.test(last) || last.includes('**')) return undefined;
  const context = { cwd, workspace: run.workspace };
  const folder = run.facts.resolvePath(
    prefix === '' ? '.' : prefix.startsWith('/') ? prefix : `./${prefix}`,
    context,
  ).path;
  if (mayMatchMore(run.changes, folder, nameExpression(last))) return undefined;
  const matches = run.facts.expandGlob(pattern, context);
  if (matches === null || matches.some(({ path }) => leadsElsewhere(run.changes, path))) return undefined;
  const words: string[] = [];
  for (const match of matches) {
    const name = nameIn(match, folder);
    // A link is passed on under its own name, which is not told here.
    if (name === undefined) return undefined;
    words.push(prefix + name);
  }
  return words;
}

function nameExpression(last: string): RegExp | undefined {
  const expression = last.includes('[') || isCostly(last) ? undefined : patternToRegExp(last);
  return expression === undefined ? undefined : new RegExp(expression.source, 'iu');
}

function nameIn({ path }: PathFact, folder: string): string | undefined {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  if (!path.startsWith(prefix)) return undefined;
  const name = path.slice(prefix.length);
  return name === '' || name.includes('/') ? undefined : name;
}
