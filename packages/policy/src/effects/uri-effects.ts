// What the address of a server's resource leads to: a file of this machine, another machine, or a name that only the server
// understands. INVARIANT: a `file:` address is read in every way a server could read it, and the strictest of them counts.
import type { Call, Effect, Facts, JsonValue } from '@castellan/contract';
import { effectOnHost, readUrl } from '@castellan/shell';
import { pathEffects } from './path-effects.ts';

/** Texts of one argument that are looked at; beyond them nobody can tell. */
const MAX_TEXTS = 200;
const MAX_DEPTH = 8;

const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** Schemes in which the name after `//` is a machine that is reached. Others are names of a server's own. */
const REACHES: ReadonlySet<string> = new Set([
  ...['http', 'https', 'ws', 'wss', 'ftp', 'ftps', 'sftp', 'ssh', 'smb', 'ldap', 'ldaps', 'gopher', 'telnet', 'tftp'],
]);
const LOOKS_LIKE_PATH = /^(?:\/|~|\.{1,2}\/)[^\n]*$/;

/** The text, or every text within. */
export function uriEffects(call: Call, value: JsonValue, facts: Facts): readonly Effect[] {
  const found = new Map<string, Effect>();
  let count = 0;
  const visit = (each: JsonValue, depth: number): void => {
    if (typeof each === 'string' && each !== '') count += 1;
    if (count > MAX_TEXTS || depth > MAX_DEPTH) {
      found.set('', untold('', 'more than could be looked at'));
    } else if (typeof each === 'string') {
      if (each === '') return;
      for (const effect of textEffects(call, each, facts))
        found.set([effect.kind, effect.target, effect.targetKind, effect.place, effect.resource].join('\0'), effect);
    } else if (typeof each === 'object' && each !== null) {
      for (const one of Array.isArray(each) ? (each as readonly JsonValue[]) : Object.values(each))
        visit(one, depth + 1);
    }
  };
  visit(value, 0);
  return [...found.values()];
}

function textEffects(call: Call, given: string, facts: Facts): readonly Effect[] {
  // As a URL parser reads it: what it leaves out must not hide a scheme.
  const text = given.replace(/[\t\n\r]/g, '').replace(/^[\0-\x20]+/, '');
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined)
    return LOOKS_LIKE_PATH.test(given.trim()) ? pathEffects(call, 'read', given.trim(), facts) : [named(text)];
  const rest = text.slice(scheme.length + 1);
  if (scheme === 'file') {
    const url = readUrl(text);
    if (url.kind !== 'file') return [untold(text, url.kind === 'invalid' ? url.note : 'not a file URL')];
    return [...new Set([url.path, ...readings(rest)])].flatMap((path) => pathEffects(call, 'read', path, facts));
  }
  if (REACHES.has(scheme) && rest.startsWith('//')) {
    const url = readUrl(text);
    return url.kind === 'host' ? [effectOnHost('connect', url.host)] : [untold(text, 'no host could be read from it')];
  }
  return [named(text), ...hidden(call, rest, facts)];
}

/** A server may leave escapes as they are, or undo them once or twice, and may keep what follows `?` and `#`. */
function readings(rest: string): readonly string[] {
  const raw = rest.replace(/^\/\/[^/]*(?=\/)/, '');
  const once = unescaped(raw);
  return [raw, once, unescaped(once)].filter((path) => path !== '');
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A name of a server's own may be a path all the same: told where it would lead to keys or to Castellan itself. */
function hidden(call: Call, rest: string, facts: Facts): readonly Effect[] {
  const inner = rest.replace(/^\/+/, '');
  const paths = new Set([...readings(rest), ...readings(inner), ...readings(`/${inner}`)]);
  return [...paths]
    .filter((path) => !path.includes('\n'))
    .flatMap((path) => pathEffects(call, 'read', path, facts))
    .filter(({ resource, place }) => resource === 'credentials' || place === 'castellan')
    .map((effect) => ({ ...effect, certainty: 'possible', note: 'its server may read it as a path' }));
}

const named = (text: string): Effect => ({
  kind: 'read',
  target: text.slice(0, 200),
  targetKind: 'text',
  place: 'none',
  certainty: 'certain',
});

const untold = (text: string, note: string): Effect => ({ ...named(text), certainty: 'unknown', note });
