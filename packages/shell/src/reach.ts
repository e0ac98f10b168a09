// Whether a pattern that a tool searches with may reach a folder, or something in it. Tools differ in what a pattern means:
// INVARIANT: whatever is not understood reaches.

/** Names in the state folder, one of each form: what a search through everything would have to ask for. */
const NAMES =
  'config.yaml state.json castellan.db castellan.db-wal castellan.sock ledger.key journal x.yml x.log'.split(' ');

/** `pattern` absolute, or below `cwd`; all paths are real ones. */
export function patternReaches(pattern: string, cwd: string, folder: string): boolean {
  if (/\{[^}]*\//.test(pattern)) return true;
  const parts: string[] = [];
  for (const part of (pattern.startsWith('/') ? pattern : `${cwd}/${pattern}`).split('/')) {
    if (part === '' || part === '.' || (part === '**' && parts.at(-1) === '**')) continue;
    if (part !== '..') parts.push(part);
    else if (/[*?[{(\\]/.test(parts.at(-1) ?? '')) return true;
    else parts.pop();
  }
  return reaches(parts, folder.split('/').filter(Boolean), false);
}

/** Whether a pattern for names alone (`*.ts`) may be about a file in the state folder. */
export const mayName = (pattern: string): boolean =>
  NAMES.some((name) => matches(pattern.slice(pattern.lastIndexOf('/') + 1), name));

function reaches(parts: readonly string[], path: readonly string[], deep: boolean): boolean {
  const [part, ...rest] = parts;
  const [name, ...below] = path;
  if (name === undefined) return !deep || part === undefined || mayName(parts.at(-1) ?? '');
  if (part === undefined) return false;
  if (part.includes('**')) return rest.length === 0 || reaches(rest, path, true) || reaches(parts, below, true);
  return matches(part, name) && reaches(rest, below, deep);
}

/** Hidden names count: tools that search by pattern find them. */
function matches(pattern: string, name: string): boolean {
  if (/[[(\\]|\{[^}]*(?:\{|$)/.test(pattern)) return true;
  const source = pattern
    .replace(/[.+^$|)\]]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
    .replace(/\{([^}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(',', '|')})`)
    .replaceAll('}', '\\}');
  return new RegExp(`^${source}$`, 'i').test(name);
}
