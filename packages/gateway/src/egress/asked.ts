// Whether what a program asks for is one plain request. INVARIANT: nothing in it can change where it goes, where it ends, or
// what the connection is used for afterwards.

/** A request as a program wants it. Names of headers as they came. */
interface WebAsked {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly hasBody: boolean;
}

const MAX_URL_CHARACTERS = 8192;
const MAX_HEADERS = 64;
const MAX_HEADER_CHARACTERS = 16_384;

/** What only looks, as the standard has it; and what may change something where it arrives. */
const LOOKS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const CHANGES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export const onlyLooks = (method: string): boolean => LOOKS.has(method);

/** Said by the connection itself, or a way to make one message two (request smuggling) or the next hop another. */
const OWN =
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|accept-encoding|http2-settings|proxy-.*|x-forwarded-.*|forwarded|x-real-ip|x-http-method-override)$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** One line: what is wrong with it; null: nothing. */
export function askedFault({ method, url, headers, hasBody }: WebAsked): string | null {
  if (!LOOKS.has(method) && !CHANGES.has(method)) return `\`${method.slice(0, 20)}\` is no method that may be used`;
  if (hasBody && (LOOKS.has(method) || method === 'OPTIONS')) return `\`${method}\` has no body`;
  const fault = urlFault(url);
  if (fault !== null) return fault;
  if (headers.length > MAX_HEADERS) return `more than ${MAX_HEADERS} headers`;
  const seen = new Set<string>();
  let size = 0;
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    size += name.length + value.length;
    if (!TOKEN.test(name)) return 'a header has a name that cannot be written';
    if (OWN.test(lower)) return `header \`${lower}\` is set by the connection`;
    if (seen.has(lower)) return `header \`${lower}\` stands there twice`;
    seen.add(lower);
    // Not quoted: it may hold a key.
    if (!VALUE.test(value)) return `the value of header \`${lower}\` cannot be written on one line`;
  }
  return size > MAX_HEADER_CHARACTERS ? `the headers are longer than ${MAX_HEADER_CHARACTERS} characters` : null;
}

/** The address is not quoted: it may hold a key. */
export function urlFault(text: string): string | null {
  if (text.length > MAX_URL_CHARACTERS) return `the URL is longer than ${MAX_URL_CHARACTERS} characters`;
  // A parser that leaves these out reads another address than a person does.
  if (/[\x00-\x20\x7f\\]/.test(text)) return 'the URL holds blanks, control characters or `\\`';
  const url = URL.parse(text);
  if (url === null) return 'the URL cannot be read';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'the URL is neither `http` nor `https`';
  if (url.username !== '' || url.password !== '') return 'the URL holds credentials; use `auth`';
  if (url.hostname === '' || url.hostname.endsWith('.')) return 'the URL names no host';
  return null;
}
