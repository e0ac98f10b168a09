// Whether a host is one of a list. RULE: names are compared label by label, never as text: `evil-example.org` and
// `example.org.evil.test` are not `example.org`, whatever they begin or end with.
import { readHost } from '@castellan/shell';

interface HostAndPort {
  readonly host: string;
  readonly port: string;
}

const PORTS: { readonly [scheme: string]: string } = { http: '80', https: '443', ws: '80', wss: '443', ftp: '21' };

/** `host`, `host:port`, `[v6]:port`, an origin with its scheme, or an address with a path: its host and port. */
function split(text: string): HostAndPort {
  const lower = text.toLowerCase();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//.exec(lower)?.[1];
  const bare = lower.slice(scheme === undefined ? 0 : scheme.length + 3).replace(/[/?#].*$/s, '');
  const found = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(bare);
  if (found === null) return { host: bare, port: '' };
  const port = found[2] ?? (scheme === undefined ? '' : (PORTS[scheme] ?? ''));
  return { host: (found[1] ?? '').replace(/\.$/, ''), port };
}

/** An entry means every port unless it names one: `https://example.org` is there to name a host. */
const splitEntry = (entry: string): HostAndPort => split(entry.replace(/^[a-z][a-z0-9+.-]*:\/\//i, ''));

const READABLE = /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])$/;

/** Whether a host is among the entries a matcher was made of. */
type HostMatcher = (target: string) => boolean;

/**
 * `*.example.org`: every host below it, not itself; `*`: every host; a port counts only where the entry names one. An entry
 * with a `*` elsewhere matches nothing. What is no host (an address with a name before `@`, a blank) is in no list.
 */
function hostMatcher(entries: readonly string[]): HostMatcher {
  const exact = new Set<string>();
  const below = new Set<string>();
  let every = false;
  for (const entry of entries) {
    const { host, port } = splitEntry(entry);
    if (host === '') continue;
    const behind = port === '' ? '' : `:${port}`;
    if (host === '*' && port === '') every = true;
    else if (host.startsWith('*.')) below.add(`${host.slice(2)}${behind}`);
    else exact.add(`${host}${behind}`);
  }
  return (target) => {
    const { host, port } = split(target);
    if (!READABLE.test(host)) return false;
    const withPort = `:${port}`;
    if (every || exact.has(host) || exact.has(host + withPort)) return true;
    if (below.size === 0) return false;
    for (let dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
      const suffix = host.slice(dot + 1);
      if (below.has(suffix) || below.has(suffix + withPort)) return true;
    }
    return false;
  };
}

const matchers = new WeakMap<readonly string[], HostMatcher>();

/** A matcher is kept as long as its list, which never changes. */
export function inHosts(target: string, entries: readonly string[]): boolean {
  const matcher = matchers.get(entries) ?? hostMatcher(entries);
  matchers.set(entries, matcher);
  return matcher(target);
}

/** An entry as effects write hosts: punycode, IP addresses in their one form. */
export function canonicalEntry(entry: string): string {
  const { host, port } = splitEntry(entry);
  const below = host.startsWith('*.') ? '*.' : '';
  const name = host.slice(below.length);
  const read = name === '*' ? undefined : readHost(name);
  const canonical = read === undefined ? name : read.host.includes(':') ? `[${read.host}]` : read.host;
  return `${below}${canonical}${port === '' ? '' : `:${port}`}`;
}
