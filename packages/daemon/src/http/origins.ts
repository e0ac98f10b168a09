// Where a request claims to come from: Host against the names of the listener it came in by, Origin and Sec-Fetch-Site
// against its own page (N3). A page in a browser can fake none of the three. RULE: what names nobody is judged as a program
// that is no browser; it needs a credential like everybody else.

import type { AgentId } from '@castellan/contract';

/** By which of our sockets a request came in. Never told by the request. */
export type Listener =
  | { readonly kind: 'loopback'; readonly port: number }
  /** There is no DNS to rebind: whoever can open it is this user. */
  | { readonly kind: 'unix' }
  /** One agent's own. `port`: of this daemon, under which its walls may show this socket to what is within. */
  | { readonly kind: 'agent'; readonly agent: AgentId; readonly port: number }
  /** People from elsewhere. `host`: as it stands in a browser's address bar, with a port that is not 443. */
  | { readonly kind: 'remote'; readonly host: string };

/**
 * Which pages may ask. `none`: nothing of ours runs in a browser against this route. `own`: our page, from its own origin.
 * `navigation`: the page itself, which a link anywhere may open. `program`: none, but a program may say that it comes from
 * our own address, as MCP has it; a browser tells by Sec-Fetch-Site that it is one.
 */
export type Pages = 'none' | 'own' | 'navigation' | 'program';

export interface Claimed {
  readonly listener: Listener;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
}

/** Names under which a listener is itself, the first one for a hint. */
export function hostsOf(listener: Listener): readonly string[] {
  switch (listener.kind) {
    case 'loopback':
      return ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${listener.port}`);
    case 'unix':
      return ['localhost', 'castellan'];
    case 'agent':
      return [...hostsOf({ kind: 'unix' }), ...hostsOf({ kind: 'loopback', port: listener.port })];
    case 'remote':
      return [listener.host];
  }
}

/** Sockets in files: no browser comes there. */
export const isWithoutPages = ({ kind }: Listener): boolean => kind === 'unix' || kind === 'agent';

const hostOf = ({ headers }: Claimed): string | null =>
  typeof headers.host === 'string' ? headers.host.toLowerCase() : null;

/** The origin of our own page as this request reached us; null where no page of ours can be. */
export function ownOrigin(claimed: Claimed): string | null {
  const host = hostOf(claimed);
  const { listener } = claimed;
  if (host === null || isWithoutPages(listener) || !hostsOf(listener).includes(host)) return null;
  return `${listener.kind === 'remote' ? 'https' : 'http'}://${host}`;
}

export const isOwnHost = (claimed: Claimed): boolean => hostsOf(claimed.listener).includes(hostOf(claimed) ?? '');

/** Whether a page, or a program that says it is one, may ask here. */
export function isOwnPage(claimed: Claimed, pages: Pages): boolean {
  const { origin } = claimed.headers;
  const site = claimed.headers['sec-fetch-site'];
  const opened = pages === 'navigation' && origin === undefined && claimed.headers['sec-fetch-mode'] === 'navigate';
  if (opened || (origin === undefined && (site === undefined || site === 'none'))) return true;
  if (pages === 'none' || (pages === 'program' && site !== undefined)) return false;
  const own = ownOrigin(claimed);
  // Another port of this machine is `same-site` to a browser, and an agent's dev server to us.
  return own !== null && (origin === undefined || origin === own) && (site === undefined || site === 'same-origin');
}
