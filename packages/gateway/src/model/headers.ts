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
/** What the names with these beginnings are made of (the references of the two APIs): any other word might be a secret. */
const ANSWER_WORDS: ReadonlySet<string> = new Set(
  [
    'anthropic openai x ratelimit limit remaining reset requests request tokens input output project priority fast cache read',
    'unified status fallback percentage representative claim overage disabled reason surpassed threshold utilization 5h 7d 1h',
    'opus sonnet haiku organization id processing ms version model day minute upgrade paths in use',
  ].flatMap((line) => line.split(' ')),
);

/** Names that tell of a credential, also where their beginning is that of a listed one. */
const CREDENTIAL = /key|token|secret|auth|credential|password|cookie|session-secret/;

const isAnswerName = (name: string): boolean => name.split('-').every((word) => ANSWER_WORDS.has(word));

type Accepts = (name: string) => boolean;

const picked = (
  received: Received,
  names: ReadonlySet<string>,
  prefixes: readonly string[],
  accepts: Accepts,
): Headers =>
  Object.fromEntries(
    Object.entries(received).flatMap(([name, value]) => {
      const listed = names.has(name) || (prefixes.some((prefix) => name.startsWith(prefix)) && accepts(name));
      if (!listed || value === undefined) return [];
      return [[name, typeof value === 'string' ? value : value.join(', ')]];
    }),
  );

export const requestHeaders = (received: Received): Headers =>
  picked(received, REQUEST, REQUEST_PREFIXES, (name) => !CREDENTIAL.test(name));
export const answerHeaders = (received: Received): Headers => picked(received, ANSWER, ANSWER_PREFIXES, isAnswerName);

/** What a query must not carry: proxies and servers write their URLs into logs. */
export function queryFault(query: string): string | null {
  for (const [name] of new URLSearchParams(query)) {
    if (/key|token|secret|auth|credential|password|passwd|sig/i.test(name)) return name;
  }
  return null;
}
