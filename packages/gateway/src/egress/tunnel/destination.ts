// Where somebody wants to go, read from what they wrote. INVARIANT: one host has one writing from here on, and it is the one that is
// decided, listed, looked up and compared: two readings of one text are two hosts.
import { isIP } from 'node:net';
import type { Destination } from './types.ts';

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);
/** What no host holds, and what makes two readers disagree about where it ends. */
const STRANGE = /[^\x21-\x7e]|[%@\\/?#<>^|]/;

/** As a URL parser reads it, so that `0x7f.1`, `2130706433` and `[::FFFF:7F00:1]` are the addresses that they lead to. */
function hostOf(text: string): string | null {
  if (text === '' || text.length > 300 || STRANGE.test(text)) return null;
  const bracketed = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text;
  const url = URL.parse(`http://${bracketed}/`);
  if (url === null || url.port !== '') return null;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return isIP(host) !== 0 || NAME.test(host) ? host : null;
}

const PORT = /^[0-9]{1,5}$/;

function portOf(text: string): number | null {
  const port = PORT.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** A host and a port as they were sent apart. Null: they name no place. */
export function destinationOf(host: string, port: number): Destination | null {
  const plain = hostOf(host);
  return plain === null || portOf(String(port)) === null ? null : { host: plain, port, isAddress: isIP(plain) !== 0 };
}

/** `host:port`. @param otherwise the port where none is written; null: one must be. */
export function readAuthority(text: string, otherwise: number | null): Destination | null {
  const [, host, written] = /^(\[[^\]]*\]|[^:[\]]*)(?::([0-9]*))?$/.exec(text) ?? [];
  if (host === undefined) return null;
  const port = written === undefined ? otherwise : portOf(written);
  return port === null ? null : destinationOf(host, port);
}

/** As people are told of it: `example.org:443`, `[2001:db8::1]:443`. */
export const placeOf = ({ host, port }: Pick<Destination, 'host' | 'port'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

const USUAL: ReadonlySet<number> = new Set([80, 443]);

/** Whether a rule of a list (`hostRuleSchema`) means this place. Without a port it means 80 and 443, and `*.` only what lies below. */
export function isListed({ host, port, isAddress }: Destination, rules: readonly string[]): boolean {
  return rules.some((rule) => {
    const [, below, name = '', own] = /^(\*\.)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(rule) ?? [];
    if (own === undefined ? !USUAL.has(port) : Number(own) !== port) return false;
    const listed = hostOf(name);
    if (listed === null) return false;
    return below === undefined ? listed === host : !isAddress && host.endsWith(`.${listed}`);
  });
}
