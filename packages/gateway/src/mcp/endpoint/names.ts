// What an agent calls things where every module is behind one endpoint. INVARIANT: a name says its module first and depends on
// nothing but module and name, so that no module can take another's name by being added, and names never move.
import { createHash } from 'node:crypto';

/** What the strictest client takes for a tool's name. */
const MAX_NAME = 64;
const UNSAFE = /[^A-Za-z0-9_.-]/g;
const MARK = 9;

const fingerprint = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, MARK - 1);

/** `module__name`. Where that is too long, or has a character clients refuse, it ends in `_` and 8 digits of its digest. */
export function shownName(module: string, name: string): string {
  const whole = `${module}__${name}`;
  // Module `a__b` with `c` is not module `a` with `b__c`, and no plain name ends as a marked one does.
  const plain = !/__|_$/.test(module) && whole.length <= MAX_NAME && !/[^A-Za-z0-9_.-]|_[0-9a-f]{8}$/.test(whole);
  if (plain) return whole;
  const mark = fingerprint(JSON.stringify([module, name]));
  return `${whole.replace(UNSAFE, '_').slice(0, MAX_NAME - MARK)}_${mark}`;
}

/** How a resource is called whose URI two modules have: `castellan:MODULE:URI`. Every resource may be called so. */
export const modulePart = (module: string, uri: string): string => `castellan:${encodeURIComponent(module)}:${uri}`;

/** What `modulePart` made, taken apart; null: it is an address of a server's own. */
export function parseModulePart(uri: string): { readonly module: string; readonly uri: string } | null {
  const parts = /^castellan:([A-Za-z0-9_%-]+):(.+)$/s.exec(uri);
  if (parts?.[1] === undefined || parts[2] === undefined) return null;
  try {
    return { module: decodeURIComponent(parts[1]), uri: parts[2] };
  } catch {
    return null;
  }
}
