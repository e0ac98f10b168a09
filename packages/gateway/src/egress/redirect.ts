// Where an answer sends its asker. INVARIANT: what was meant for one host never goes to another, and what was sent safely is
// never sent again in the open.
export interface Redirected {
  readonly method: string;
  readonly url: URL;
  readonly keepsBody: boolean;
  /** Another scheme, host or port: nothing that was filled in or set by hand goes along. */
  readonly isElsewhere: boolean;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Null: it is no redirect. A text: it is one that nobody follows, and why. */
export function redirectOf(
  { method, url }: { readonly method: string; readonly url: URL },
  status: number,
  location: string | undefined,
): Redirected | string | null {
  if (!REDIRECTS.has(status) || location === undefined) return null;
  const to = URL.parse(location, url.href);
  if (to === null) return 'it is redirected to an address that cannot be read';
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return 'it is redirected to something else than `http`';
  if (to.username !== '' || to.password !== '') return 'it is redirected to an address with credentials';
  if (url.protocol === 'https:' && to.protocol === 'http:') return 'it is redirected from `https` to `http`';
  to.hash = '';
  const becomesGet = status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST';
  return {
    method: becomesGet ? 'GET' : method,
    url: to,
    keepsBody: !becomesGet,
    isElsewhere: to.origin !== url.origin,
  };
}
