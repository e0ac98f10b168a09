// Whether a host is one of a list. RULE: names are compared label by label, never as text: `evil-example.org` and
// `example.org.evil.test` are not `example.org`, whatever they begin or end with.
import { readHost } from '@castellan/shell';

interface HostAndPort {
  readonly host: string;
  readonly port: string;
}

/** `host`, `host:port`, `[v6]:port`, an origin with its scheme, or an address with a path: its host and port. */
function split(text: string): HostAndPort {
  const bare = text
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/?#].*$/s, '');
  const found = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(bare);
  if (found === null) return { host: bare, port: '' };
  return { host: (found[1] ?? '').replace(/\.$/, ''), port: found[2] ?? '' };
}

/**
 * `*.example.org`: every host below it, not itself; `*`: every host; a port counts only where the entry names one. An entry
 * that could be read in several ways (a `*` elsewhere) matches nothing: for an allowed host that is the safe reading, and
 * blocked ones are checked when the policy loads.
 */
export function inHosts(target: string, entries: readonly string[]): boolean {
  const { host, port } = split(target);
  if (host === '') return false;
  return entries.some((entry) => {
    const wanted = split(entry);
    if (wanted.port !== '' && wanted.port !== port) return false;
    if (wanted.host === '*') return true;
    return wanted.host.startsWith('*.')
      ? host.endsWith(wanted.host.slice(1)) && host.length > wanted.host.length - 1
      : wanted.host === host;
  });
}

/** An entry as effects write hosts: punycode, IP addresses in their one form. */
export function canonicalEntry(entry: string): string {
  const { host, port } = split(entry);
  const below = host.startsWith('*.') ? '*.' : '';
  const name = host.slice(below.length);
  const read = name === '*' ? undefined : readHost(name);
  const canonical = read === undefined ? name : read.host.includes(':') ? `[${read.host}]` : read.host;
  return `${below}${canonical}${port === '' ? '' : `:${port}`}`;
}
