// Headers that go through the broker, both ways: allowlists. A header nobody listed is one that could carry a credential of
// the client out, or a cookie, a redirect or a second body length in.
export type Headers = Readonly<Record<string, string>>;
type Received = Readonly<Record<string, string | readonly string[] | undefined>>;

const REQUEST: ReadonlySet<string> = new Set([
  'content-type',
  'accept',
  'accept-language',
  'user-agent',
  'idempotency-key',
  'x-app',
  'x-claude-code-session-id',
  'x-client-request-id',
]);
const REQUEST_PREFIXES = ['anthropic-', 'openai-', 'x-stainless-'];

const ANSWER: ReadonlySet<string> = new Set([
  'content-type',
  'cache-control',
  'date',
  'retry-after',
  'retry-after-ms',
  'request-id',
  'x-request-id',
  'x-should-retry',
  'cf-ray',
  'server-timing',
]);
const ANSWER_PREFIXES = ['anthropic-', 'openai-', 'x-ratelimit-'];

/** Names that tell of a credential, also where their beginning is that of a listed one. */
const CREDENTIAL = /key|token|secret|auth|credential|password|cookie|session-secret/;

const picked = (received: Received, names: ReadonlySet<string>, prefixes: readonly string[]): Headers =>
  Object.fromEntries(
    Object.entries(received).flatMap(([name, value]) => {
      const listed = names.has(name) || (prefixes.some((prefix) => name.startsWith(prefix)) && !CREDENTIAL.test(name));
      if (!listed || value === undefined) return [];
      return [[name, typeof value === 'string' ? value : value.join(', ')]];
    }),
  );

export const requestHeaders = (received: Received): Headers => picked(received, REQUEST, REQUEST_PREFIXES);
/** Rate limits have `tokens` in their names and tell nothing of a credential. */
export const answerHeaders = (received: Received): Headers => ({
  ...picked(received, ANSWER, ANSWER_PREFIXES),
  ...Object.fromEntries(
    Object.entries(received).filter(
      (pair): pair is [string, string] =>
        typeof pair[1] === 'string' && /^(anthropic|x)-ratelimit-[a-z-]*tokens[a-z-]*$/.test(pair[0]),
    ),
  ),
});

/** What a query must not carry: proxies and servers write their URLs into logs. */
export function queryFault(query: string): string | null {
  for (const [name] of new URLSearchParams(query)) {
    if (/key|token|secret|auth|credential|password|passwd|sig/i.test(name)) return name;
  }
  return null;
}
