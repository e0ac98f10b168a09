// Fastify over the route table: a handler is mounted only together with its entry, and an entry only with a handler, so
// that no route exists without its permission.
import { Buffer } from 'node:buffer';
import {
  type Actor,
  type ApiErrorCode,
  MAX_INPUT_BYTES,
  parsed,
  parserOf,
  permits,
  ROUTES,
  type Route,
  type RouteBody,
  type RouteName,
  type RouteQuery,
  type RouteResponse,
} from '@castellan/contract';
import { MAX_REQUEST_BYTES, modelRefusal } from '@castellan/gateway';
import { LedgerError } from '@castellan/ledger';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { answerText, type Exits } from '../exits/index.ts';
import type { Identity } from '../identity/index.ts';
import { badRequest, type Context, Refused } from './answer.ts';
import { addressOf, listenerOf } from './arrivals.ts';
import { bodyOf, HOOK_BODY_BYTES } from './body.ts';
import { readCookie } from './cookies.ts';
import { type Admission, admit, type Knock, turnedAway } from './guard.ts';
import { modelTarget } from './model-target.ts';
import type { Rates } from './rates.ts';
import { heldOff } from './signed-in.ts';

export type Handler<Name extends RouteName> = (
  context: Context<RouteBody<Name>, RouteQuery<Name>>,
) => Promise<RouteResponse<Name>> | RouteResponse<Name>;
export type Handlers = { readonly [Name in RouteName]: Handler<Name> };

function goneOf(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  if (request.raw.destroyed && !request.raw.complete) controller.abort();
  return controller.signal;
}

const knockOf = ({ raw }: FastifyRequest): Knock => ({
  method: raw.method ?? '',
  target: raw.url ?? '',
  rawHeaders: raw.rawHeaders,
  headers: raw.headers,
  listener: listenerOf(raw),
});

/** Public routes with a bucket of their own. */
const WITHOUT_CREDENTIAL: Readonly<Partial<Record<RouteName, 'sign-in' | 'passkey'>>> = {
  setUp: 'sign-in',
  signIn: 'sign-in',
  signInFactor: 'sign-in',
  join: 'sign-in',
  passkeyOptions: 'passkey',
  passkeySignIn: 'passkey',
};
const TURNED_AWAY: ReadonlySet<ApiErrorCode> = new Set<ApiErrorCode>(['wrong_host', 'wrong_origin', 'bad_request']);

/** The sign-in a refresh cookie names, before anybody looks whether it is good. */
function refreshes({ headers, listener }: Knock): string | null {
  const cookie = readCookie(
    typeof headers.cookie === 'string' ? headers.cookie : undefined,
    'refresh',
    listener.kind === 'remote',
  );
  return cookie.kind === 'value' ? (/^castellan_r_([0-9a-z]{6,40})_/.exec(cookie.value)?.[1] ?? null) : null;
}

/** Somebody of ours counts as themselves, whatever became of it; a wrong credential counts apart from no credential. */
function waitFor(
  rates: Rates,
  admission: Admission,
  name: RouteName,
  knock: Knock,
  address: () => string,
): number | null {
  if (admission.kind === 'in') {
    if (admission.actor.kind === 'nobody' && name === 'refresh') return rates.refresh(refreshes(knock), address());
    const kind = admission.actor.kind === 'nobody' ? WITHOUT_CREDENTIAL[name] : undefined;
    return kind === undefined ? rates.take(admission.actor, address) : rates.open(kind, address());
  }
  if (admission.actor !== undefined) return rates.take(admission.actor, address);
  if (TURNED_AWAY.has(admission.code)) return rates.open('turned-away', address());
  const wrong = admission.code === 'not_authenticated' || admission.code === 'no_csrf';
  return wrong ? rates.refused(address()) : rates.take({ kind: 'nobody' }, address);
}

const refusedBy = ({ code, message, hint }: Extract<Admission, { kind: 'out' }>): Refused =>
  new Refused(code, message, { hint });

const textHeaders = (request: FastifyRequest): { readonly [name: string]: string | undefined } =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? undefined : value]),
  );

export interface ServerOptions {
  readonly identity: Identity;
  readonly handlers: Handlers;
  readonly exits: Exits;
  /** Which routes there are, for this listener. */
  readonly exists: (name: RouteName) => boolean;
  readonly rates: Rates;
  /** Where nobody has an account yet: what to do about it (A7); null afterwards. */
  readonly setUp: () => string | null;
  /** Told of whoever came with a good credential to a route that is not theirs (A5). */
  readonly turnedAway: (who: Actor, what: string, why: string) => void;
}

export async function createApp(options: ServerOptions): Promise<FastifyInstance> {
  const { handlers, exits } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: PUBLIC_BODY_BYTES,
    trustProxy: false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    // A target that is no path: Fastify's own answer would repeat it.
    frameworkErrors: (error, _request, reply) => void answerError(error, reply as FastifyReply),
  });
  // The one place where answers leave. What is neither text nor bytes is the broker's own stream, redacted chunk by chunk.
  app.addHook('onSend', async (request, _reply, payload) => {
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    return answerText(exits, request.routeOptions.config.name ?? '', payload.toString());
  });
  app.removeAllContentTypeParsers();
  // Bytes, not text: what is not UTF-8 must be refused, and a lenient decoder would repair it.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const name of (Object.keys(ROUTES) as RouteName[]).filter(options.exists))
    mount(app, name, ROUTES[name], handlers[name] as Handler<RouteName>, options);
  app.setNotFoundHandler((request, reply) => {
    const fault = turnedAway(knockOf(request), 'own');
    if (fault !== null) return answerError(refusedBy(fault), reply);
    return reply.code(404).send({ error: 'not_found', message: 'no such route' });
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply));
  await app.ready();
  return app;
}

function refusedFor(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof LedgerError)
    return new Refused('not_recorded', `it could not be recorded: ${error.message}`, { hint: error.hint });
  const status =
    error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status === 413) return new Refused('too_large', 'the request body is too large');
  if (status < 500) return new Refused('bad_request', 'the request cannot be read');
  return new Refused('failed', error instanceof Error ? error.message : 'unknown error');
}

function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  const { status, body } = refusedFor(error);
  if (body.retryAfter !== undefined) reply.header('retry-after', String(body.retryAfter));
  return reply.code(status).send(body);
}

/** In the words of the API that the agent's model client speaks, so that it shows them. */
function answerModelError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body } = refusedFor(error);
  const { rest } = modelTarget(request.raw.url ?? '');
  const answer = modelRefusal({ rest, headers: textHeaders(request) }, { status, ...body });
  return reply.code(status).headers(answer.headers).send(answer.body);
}

const EMPTY = Buffer.from('{}');
/** Longest body of somebody who may be nobody: passwords and passkeys fit, floods do not. */
const PUBLIC_BODY_BYTES = 65_536;
/** What tools gave, and what a scripted model is asked. */
const AGENTS_OWN_WORDS: ReadonlySet<RouteName> = new Set<RouteName>(['claudeHook', 'canaryModel']);
const MODEL_ROUTES: ReadonlySet<RouteName> = new Set<RouteName>(['model', 'modelGet']);
/** Routes that also take the credential as `x-api-key`: the clients of model servers cannot send another header. */
const API_KEY_ROUTES: ReadonlySet<RouteName> = new Set<RouteName>(['canaryModel', ...MODEL_ROUTES]);

/** INVARIANT: whoever is nobody yet makes us hold little; what is longer is for those who are known before it is read. */
function bodyLimitOf(name: RouteName, { permission, maxBodyBytes }: Route): number {
  if (MODEL_ROUTES.has(name)) return MAX_REQUEST_BYTES;
  if (AGENTS_OWN_WORDS.has(name)) return HOOK_BODY_BYTES;
  return maxBodyBytes ?? (permission === 'public' ? PUBLIC_BODY_BYTES : MAX_INPUT_BYTES);
}

/**
 * Whoever came in, as they are now that the body is here: it may have taken half a minute, and a sign-in that was ended or a role
 * that was taken meanwhile must not go on (A6, A12). @throws Refused
 */
function stillThere(identity: Identity, actor: Actor, { permission }: Route): Actor {
  if (actor.kind === 'nobody') return actor;
  const now = identity.now(actor) ?? { kind: 'nobody' };
  if (permits(now, permission)) return now;
  if (now.kind !== 'nobody') throw new Refused('not_permitted', `you may not do that any more (\`${permission}\`)`);
  throw new Refused('not_authenticated', 'what you came in with has ended', { hint: 'sign in again' });
}

function mount(
  app: FastifyInstance,
  name: RouteName,
  route: Route,
  handler: Handler<RouteName>,
  { identity, rates, setUp, turnedAway: tell }: ServerOptions,
): void {
  const parseBody = route.body === undefined ? null : parserOf(route.body);
  const parseQuery = route.query === undefined ? null : parserOf(route.query);
  const forModels = MODEL_ROUTES.has(name);
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    forModels ? answerModelError(error, request, reply) : answerError(error, reply);
  app.route({
    method: route.method,
    url: route.path,
    config: { name },
    bodyLimit: bodyLimitOf(name, route),
    errorHandler: (error, request, reply) => refuse(error, request, reply),
    onRequest: async (request, reply) => {
      const knock = knockOf(request);
      const admission = await admit(knock, route, identity, API_KEY_ROUTES.has(name), setUp());
      const address = (): string => addressOf(request.raw);
      const wait = waitFor(rates, admission, name, knock, address);
      if (wait !== null) return void (await refuse(heldOff({ reply }, wait), request, reply));
      if (admission.kind === 'in') {
        request.actor = admission.actor;
        return;
      }
      if (admission.actor !== undefined) tell(admission.actor, `${route.method} ${route.path}`, admission.message);
      await refuse(refusedBy(admission), request, reply);
    },
    handler: async (request, reply) => {
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      // Nothing sent is nothing said: fine where nothing has to be.
      const said = raw.length === 0 && parseBody !== null && parseBody({}).ok ? EMPTY : raw;
      const body = parseBody === null ? raw : bodyOf(said, parseBody, route.maxBodyBytes);
      const query = parseQuery === null ? parsed({}) : parseQuery(request.query);
      if (!query.ok) throw badRequest(query.faults);
      const context = {
        actor: stillThere(identity, request.actor, route),
        params: request.params as { readonly [name: string]: string },
        body,
        query: query.value,
        // Made only where a handler asks: most answers wait for nobody.
        get headers() {
          return textHeaders(request);
        },
        get gone() {
          return goneOf(request, reply);
        },
        request,
        reply,
      };
      return handler(context as never);
    },
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: import('@castellan/contract').Actor;
  }
  interface FastifyContextConfig {
    /** Of contract's table; none where nothing is routed. */
    name?: RouteName;
  }
}
