// Which site a passkey is for: the one in the address bar of the page that asks. INVARIANT: it follows from the socket a request
// came in by and the Host that the door has let in, never from what a page says of itself.
export interface NamedSite {
  readonly kind: 'site';
  /** RP ID: what a passkey is bound to for good. */
  readonly id: string;
  readonly origin: string;
}
export type Site =
  | NamedSite
  /** WebAuthn knows names and no addresses. */
  | { readonly kind: 'none'; readonly hint: string };

const isAddress = (hostname: string): boolean => hostname.startsWith('[') || /^[\d.]+$/.test(hostname);

/** @param origin of our own page as the request reached us; null where no page of ours can be. */
export function siteOf(origin: string | null): Site {
  const page = origin === null ? null : URL.parse(origin);
  if (page === null) return { kind: 'none', hint: 'passkeys are for the page: open it in a browser' };
  if (!isAddress(page.hostname)) return { kind: 'site', id: page.hostname, origin: page.origin };
  const port = page.port === '' ? '' : `:${page.port}`;
  return {
    kind: 'none',
    hint:
      page.protocol === 'http:'
        ? `open http://localhost${port}: passkeys belong to a name, not to an address`
        : 'give `remote.address` a name: passkeys belong to a name, not to an address',
  };
}
