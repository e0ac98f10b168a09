// The client: one method for each route of contract's table, so that no path, field or permission is written twice.
// INVARIANT: an answer is believed only when it has the shape its route promises.
import {
  apiErrorSchema,
  faultLine,
  type JsonValue,
  parserOf,
  ROUTES,
  type Route,
  type RouteName,
} from '@castellan/contract';
import type { Answer, ClientError } from './answer.ts';
import { readText, type Transport } from './transport.ts';

type SchemaOutput<S> = S extends { readonly _zod: { readonly output: infer Out } } ? Out : never;
type SchemaInput<S> = S extends { readonly _zod: { readonly input: infer In } } ? In : never;

type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type ParamsPart<R extends Route> = [ParamNames<R['path']>] extends [never]
  ? unknown
  : { readonly params: { readonly [Name in ParamNames<R['path']>]: string } };
type BodyPart<R extends Route> = R extends { readonly body: infer B } ? { readonly body: SchemaInput<B> } : unknown;
type QueryPart<R extends Route> = R extends { readonly query: infer Q }
  ? { readonly query?: Partial<SchemaOutput<Q>> }
  : unknown;

export type CallInput<R extends Route> = ParamsPart<R> & BodyPart<R> & QueryPart<R> & { readonly signal?: AbortSignal };
export type CallOutput<R extends Route> = R extends { readonly response: infer S } ? SchemaOutput<S> : JsonValue;

/** Arguments may be left out where a route needs none. */
type Arguments<Input> = { readonly signal?: AbortSignal } extends Input ? [input?: Input] : [input: Input];

/** Not asked by a method: streams and sockets, and what model clients speak in their own words. */
const APART_NAMES = [
  'events',
  'exportLedger',
  'model',
  'modelGet',
  'socket',
  'terminalSocket',
  'terminalHost',
  'mcp',
  'mcpStream',
  'mcpEnd',
  'mcpModule',
  'mcpModuleStream',
  'mcpModuleEnd',
  'mcpSocket',
  'moduleCallback',
  'metrics',
] as const;
type Apart = (typeof APART_NAMES)[number];
const APART: ReadonlySet<string> = new Set<Apart>(APART_NAMES);

export type Client = {
  readonly [Name in Exclude<RouteName, Apart>]: (
    ...input: Arguments<CallInput<(typeof ROUTES)[Name]>>
  ) => Promise<Answer<CallOutput<(typeof ROUTES)[Name]>>>;
};

interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The path with its parameters and query filled in; every value is escaped, so none can become another route. */
export function routePath(route: Route, input: AnyInput): string {
  const path = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(input.params?.[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

const parseApiError = parserOf(apiErrorSchema);

const unreachable = (message: string): ClientError => ({
  kind: 'unreachable',
  message: `the daemon cannot be reached: ${message}`,
  hint: 'start it with `castellan up`, or look at `castellan status`',
});
const unintelligible = (message: string): ClientError => ({
  kind: 'unintelligible',
  message: `the daemon's answer cannot be understood: ${message}`,
  hint: 'the daemon and this program may be of different versions: run `castellan down`, then `castellan up`',
});

const failed = (error: ClientError): Answer<never> => ({ ok: false, error });

function jsonOf(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  if (text === '') return { ok: true, value: null };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

async function ask(transport: Transport, route: Route, input: AnyInput): Promise<Answer<unknown>> {
  const reply = await transport.send({
    method: route.method,
    path: routePath(route, input),
    accept: 'application/json',
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  });
  if (reply.kind === 'failed') return failed(unreachable(reply.message));
  const body = await readText(reply.body);
  if (!body.ok) return failed(unreachable(body.message));
  const json = jsonOf(body.text);
  if (!json.ok) return failed(unintelligible('it is not JSON'));
  if (reply.status >= 400) {
    const error = parseApiError(json.value);
    if (!error.ok) return failed(unintelligible(`status ${reply.status} without a reason`));
    return failed({ kind: 'api', status: reply.status, error: error.value });
  }
  if (route.response === undefined) return { ok: true, value: json.value };
  const value = parserOf(route.response)(json.value);
  if (!value.ok) return failed(unintelligible(value.faults.slice(0, 3).map(faultLine).join('; ')));
  return value;
}

export interface ClientOptions {
  readonly transport: Transport;
  /** Another credential, where the one of `transport` is no longer good; null: there is none. Then a question is asked again. */
  readonly renew?: () => Promise<Transport | null>;
  /** Puts an error into the words of whoever asks. */
  readonly explain?: (error: ClientError) => ClientError;
}

/** Turned away at the door, so nothing was done; a wrong password is another answer, and is never sent twice. */
const isTurnedAway = (answer: Answer<unknown>): boolean =>
  !answer.ok && answer.error.kind === 'api' && answer.error.error.error === 'not_authenticated';

/**
 * One method for each route of the API but streams and sockets. Each resolves to a value that its parser has checked, or to a failure
 * that says why: nobody there, an answer that cannot be understood, or the daemon's own error. None rejects.
 */
export function createClient({ transport, renew, explain = (error) => error }: ClientOptions): Client {
  let current = transport;
  const put = async (route: Route, input: AnyInput): Promise<Answer<unknown>> => {
    const used = current;
    const first = await ask(used, route, input);
    if (renew === undefined || !isTurnedAway(first)) return first;
    // Somebody who asked at the same time may have renewed it already.
    const next = used === current ? await renew() : current;
    if (next === null) return first;
    current = next;
    return ask(next, route, input);
  };
  const methods = Object.entries<Route>(ROUTES)
    .filter(([name]) => !APART.has(name))
    .map(([name, route]) => {
      const method = async (input: AnyInput = {}): Promise<Answer<unknown>> => {
        const answer = await put(route, input);
        return answer.ok ? answer : failed(explain(answer.error));
      };
      return [name, method] as const;
    });
  // The table above and the type are derived from the same ROUTES; the test walks every route to hold them together.
  return Object.fromEntries(methods) as unknown as Client;
}
