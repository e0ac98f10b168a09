// Our two cookies, written and read. RULE: over TLS they carry the prefixes that keep a page of another port or host from
// setting them; a name of ours that is sent twice is nobody's, because somebody else set one of them.
export const SESSION = 'session';
export const REFRESH = 'refresh';
type Name = typeof SESSION | typeof REFRESH;

/** The browser hands the refresh token to this path only. */
const PATHS: Readonly<Record<Name, string>> = { session: '/', refresh: '/v1/sign-in/refresh' };
/** `__Host-` demands the path `/`; the other one is as much as a narrower path may have. */
const PREFIXES: Readonly<Record<Name, string>> = { session: '__Host-', refresh: '__Secure-' };

export type CookieRead =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'twice' };

const nameOf = (name: Name, secure: boolean): string => `${secure ? PREFIXES[name] : ''}castellan_${name}`;

/** @param secure by TLS: then only the prefixed name counts. */
export function readCookie(header: string | undefined, name: Name, secure: boolean): CookieRead {
  // Nearly everything that comes is an agent's and has none.
  if (header === undefined) return { kind: 'none' };
  const wanted = nameOf(name, secure);
  const values = header
    .split(';')
    .map((pair) => /^[ \t]*([^=\s]+)=(.*?)[ \t]*$/s.exec(pair))
    .flatMap((pair) => (pair?.[1] === wanted ? [pair[2] ?? ''] : []));
  const [value] = values;
  if (value === undefined) return { kind: 'none' };
  if (values.length > 1) return { kind: 'twice' };
  return { kind: 'value', value: /^[A-Za-z0-9_]{16,300}$/.test(value) ? value : '' };
}

const line = (name: Name, value: string, seconds: number, secure: boolean): string =>
  [
    `${nameOf(name, secure)}=${value}`,
    `Path=${PATHS[name]}`,
    `Max-Age=${Math.max(0, Math.floor(seconds))}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(secure ? ['Secure'] : []),
  ].join('; ');

export const cookieLine = (name: Name, value: string, seconds: number, secure: boolean): string =>
  line(name, value, seconds, secure);

export const endedCookieLine = (name: Name, secure: boolean): string => line(name, '', 0, secure);
