// A request of a script as the arguments of a call: what is decided, what a person may change, and all that is sent.
import type { HttpHostCall, JsonObject } from '@castellan/contract';
import { askedFault, onlyLooks, type Redirected, urlFault } from '@castellan/gateway';
import { z } from 'zod';
import { filled, plainText, secretsIn, withPlaces } from './place.ts';

/** Longest body that is sent, in bytes. */
const MAX_BODY_BYTES = 1_048_576;

const httpArgumentsSchema = z.strictObject({
  method: z.string().max(10),
  /** Secrets stand in it by their names, as in every text here. */
  url: z.string().max(8192),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  bodyBase64: z.base64().optional(),
  auth: z.strictObject({ user: z.string(), password: z.string() }).optional(),
});
export type HttpArguments = Readonly<z.output<typeof httpArgumentsSchema>>;

/** Null: whoever changed them made something else of them. */
export const readArguments = (args: JsonObject): HttpArguments | null =>
  httpArgumentsSchema.safeParse(args).data ?? null;

/** As a call has them: what is absent is not there. */
export const asCall = (args: HttpArguments): JsonObject => args as JsonObject;

export const toolOf = ({ method }: HttpArguments): 'http_read' | 'http_send' =>
  onlyLooks(method) ? 'http_read' : 'http_send';

/** A text: what is wrong with it. */
export function argumentsOf(call: HttpHostCall): HttpArguments | string {
  const { method, body, auth } = call;
  // What stands in an address is always written as part of one: no value ends it or begins another part of it.
  const url = call.url.map((part) => (typeof part === 'string' ? part : { ...part, as: 'url' as const }));
  const headers = new Map<string, string>();
  for (const [name, value] of call.headers) {
    const lower = name.toLowerCase();
    if (headers.has(lower)) return `header \`${lower}\` stands there twice`;
    headers.set(lower, withPlaces(value));
  }
  if (body?.kind === 'json' && !headers.has('content-type')) headers.set('content-type', 'application/json');
  if (auth !== null && headers.has('authorization')) return 'both `auth` and a header `authorization` are given';
  return {
    method,
    url: withPlaces(url),
    headers: Object.fromEntries(headers),
    ...(body?.kind === 'bytes' && { bodyBase64: body.base64 }),
    ...((body?.kind === 'text' || body?.kind === 'json') && { body: withPlaces(body.text) }),
    ...(auth !== null && { auth: { user: withPlaces(auth.user), password: withPlaces(auth.password) } }),
  };
}

/** The address as it is decided about: names of secrets in the place of values, which never stand in its host. */
export function addressOf({ url }: HttpArguments): URL | string {
  const shown = filled(url, new Map(), 'url');
  const fault = urlFault(shown);
  return fault ?? new URL(shown);
}

export const secretsOf = ({ url, headers, body, auth }: HttpArguments): readonly string[] =>
  secretsIn(url, ...Object.values(headers), body, auth?.user, auth?.password);

export interface Ready {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** What a secret may take where it stands, in characters: so much is counted for each, however long it is. */
const COUNTED = { url: 2048, line: 4096, body: 65_536 } as const;
/** Of whatever fails with the values in it: which it was would tell about the values. */
const NOT_SENT = 'with its secrets it is no request that can be sent';

/**
 * The request as it leaves. A text: why it does not. INVARIANT: it goes where it was decided that it goes, and whether it goes
 * tells nothing of how long a secret is.
 */
export function readyOf(args: HttpArguments, to: URL, values: ReadonlyMap<string, string>): Ready | string {
  const counted = (size: number): ReadonlyMap<string, string> =>
    new Map([...values.keys()].map((name) => [name, 'x'.repeat(size)]));
  const sizes = { url: counted(COUNTED.url), line: counted(COUNTED.line), body: counted(COUNTED.body) };
  const largest = filledIn(args, sizes);
  const fault = largest === null ? 'the URL cannot be read' : whyNotSent(args, largest);
  if (fault !== null) return fault;
  if (!fits(args, values)) return NOT_SENT;
  const ready = filledIn(args, { url: values, line: values, body: values });
  if (ready === null || ready.url.origin !== to.origin || whyNotSent(args, ready) !== null) return NOT_SENT;
  const { isUser: _isUser, ...request } = ready;
  return request;
}

interface Fillings {
  readonly url: ReadonlyMap<string, string>;
  readonly line: ReadonlyMap<string, string>;
  readonly body: ReadonlyMap<string, string>;
}

interface Filled extends Ready {
  /** A user with a `:` in it is another user. */
  readonly isUser: boolean;
}

/** Null: the address cannot be read. */
function filledIn(
  { method, url, headers: given, auth, body, bodyBase64 }: HttpArguments,
  into: Fillings,
): Filled | null {
  const at = URL.parse(filled(url, into.url, 'url'));
  if (at === null) return null;
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), filled(value, into.line)]),
  );
  const user = auth === undefined ? '' : filled(auth.user, into.line);
  if (auth !== undefined)
    headers.authorization = `Basic ${Buffer.from(`${user}:${filled(auth.password, into.line)}`).toString('base64')}`;
  const bytes =
    body !== undefined
      ? Buffer.from(filled(body, into.body))
      : bodyBase64 !== undefined
        ? Buffer.from(bodyBase64, 'base64')
        : null;
  return { method, url: at, headers, body: bytes, isUser: !user.includes(':') };
}

function whyNotSent({ method }: HttpArguments, { url, headers, body, isUser }: Filled): string | null {
  if (!isUser) return 'the user of `auth` holds a `:`';
  if (body !== null && body.length > MAX_BODY_BYTES)
    return `the body is longer than ${MAX_BODY_BYTES} bytes, a secret in it counted as ${COUNTED.body}`;
  return askedFault({ method, url: url.href, headers: Object.entries(headers), hasBody: body !== null });
}

/** Whether every value is as short as it was counted, in whatever way it is written. */
function fits({ url, headers, body, auth }: HttpArguments, values: ReadonlyMap<string, string>): boolean {
  const places: readonly (readonly [most: number, texts: readonly (string | undefined)[]])[] = [
    [COUNTED.url, [url]],
    [COUNTED.line, [...Object.values(headers), auth?.user, auth?.password]],
    [COUNTED.body, [body]],
  ];
  return places.every(([most, texts]) =>
    secretsIn(...texts).every((name) => {
      const value = (values.get(name) ?? '').toWellFormed();
      return [encodeURIComponent(value).length, Buffer.byteLength(JSON.stringify(value))].every((size) => size <= most);
    }),
  );
}

/** What a redirect asks for next. A text: why nobody follows it. INVARIANT: no secret goes to another origin. */
export function redirected(
  args: HttpArguments,
  { method, url, keepsBody, isElsewhere }: Redirected,
): HttpArguments | string {
  const { body, bodyBase64, auth } = args;
  if (isElsewhere && keepsBody && secretsIn(body).length > 0)
    return 'it is redirected to another host with a body that holds a secret';
  const stays = ([name, value]: readonly [string, string]): boolean => {
    if (!keepsBody && /^content-/i.test(name)) return false;
    return !isElsewhere || (secretsIn(value).length === 0 && !/^(authorization|cookie)$/i.test(name));
  };
  return {
    method,
    url: plainText(url.href),
    headers: Object.fromEntries(Object.entries(args.headers).filter(stays)),
    ...(keepsBody && body !== undefined && { body }),
    ...(keepsBody && bodyBase64 !== undefined && { bodyBase64 }),
    ...(!isElsewhere && auth !== undefined && { auth }),
  };
}

/** One line for a person. */
export function words(args: HttpArguments): string {
  const { method, url, body, bodyBase64 } = args;
  const bytes = body === undefined ? Math.floor(((bodyBase64?.length ?? 0) * 3) / 4) : Buffer.byteLength(body);
  const secrets = secretsOf(args);
  return [`${method} ${url}`, bytes > 0 ? `${bytes} bytes` : '', secrets.length > 0 ? `with ${secrets.join(', ')}` : '']
    .filter((part) => part !== '')
    .join(', ');
}
