// Lists of path patterns as one question: does any of them match? They are sorted by what they begin or end with, so that of
// hundreds only a few are tried. One pattern a word: `*` any text within a name, `?` one character, a `/` at the end means
// the folder and all below it.

export const patternsIn = (list: string): readonly string[] => list.split(/\s+/).filter(Boolean);

/** A pattern of the lists as the source of a regular expression. */
function sourceOf(pattern: string): string {
  const folder = pattern.endsWith('/');
  const source = (folder ? pattern.slice(0, -1) : pattern)
    .replace(/[.+^$|(){}\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return folder ? `${source}(?:/.*)?` : source;
}

const expressionOf = (patterns: readonly string[], before: string): RegExp =>
  new RegExp(`${before}(?:${patterns.map(sourceOf).join('|')})$`);

/** Anywhere behind a `/`. */
export const anywhere = (list: string): RegExp => expressionOf(patternsIn(list), '/');

const headOf = (path: string): string => {
  const slash = path.indexOf('/');
  return slash < 0 ? path : path.slice(0, slash);
};
const isWild = (text: string): boolean => /[*?[]/.test(text);

const grouped = (patterns: readonly string[], keyOf: (pattern: string) => string): ReadonlyMap<string, RegExp> => {
  const groups = new Map<string, string[]>();
  for (const pattern of patterns) {
    const key = keyOf(pattern);
    groups.set(key, [...(groups.get(key) ?? []), pattern]);
  }
  return new Map([...groups].map(([key, group]) => [key, expressionOf(group, '^')]));
};

/** Whether a whole path, or a name, is what one of the patterns says. */
export function anyOf(list: string): (path: string) => boolean {
  const patterns = patternsIn(list);
  const exact = new Set(patterns.filter((pattern) => !isWild(pattern) && !pattern.endsWith('/')));
  const others = patterns.filter((pattern) => !exact.has(pattern));
  // By the first name, by the first character, by the last one; what begins and ends with anything is always tried.
  const byHead = grouped(
    others.filter((pattern) => !isWild(headOf(pattern))),
    headOf,
  );
  const wild = others.filter((pattern) => isWild(headOf(pattern)));
  const byFirst = grouped(
    wild.filter((pattern) => !isWild(pattern.charAt(0))),
    (pattern) => pattern.charAt(0),
  );
  const open = wild.filter((pattern) => isWild(pattern.charAt(0)));
  const ends = (pattern: string): boolean =>
    !pattern.endsWith('/') && !isWild(pattern.slice(-1)) && !pattern.endsWith(']');
  const byLast = grouped(open.filter(ends), (pattern) => pattern.slice(-1));
  const rest = open.filter((pattern) => !ends(pattern));
  const always = rest.length === 0 ? undefined : expressionOf(rest, '^');
  return (path) =>
    exact.has(path) ||
    byHead.get(headOf(path))?.test(path) === true ||
    byFirst.get(path.charAt(0))?.test(path) === true ||
    byLast.get(path.slice(-1))?.test(path) === true ||
    always?.test(path) === true;
}

/** Names below a folder, sorted by their first name: which of them lie below another one. */
export function belowOf<T extends { readonly path: string }>(names: readonly T[]): (folder: string) => readonly T[] {
  const groups = new Map<string, T[]>();
  for (const name of names) groups.set(headOf(name.path), [...(groups.get(headOf(name.path)) ?? []), name]);
  return (folder) =>
    folder === '' ? names : (groups.get(headOf(folder)) ?? []).filter(({ path }) => path.startsWith(folder));
}
