// Fastify over the route table: a handler is mounted only together with its entry, and an entry only with a handler, so
// that no route exists without its permission.
import { Buffer } from 'node:buffer';
import { PLAIN_ANSWER, plainAnswer } from '@castellan/agents';
import {
  type Actor,
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
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type RequestPayload } from 'fastify';
import { answerText, type Exits, saidIn } from '../exits/index.ts';
import type { Identity } from '../identity/index.ts';
import { badRequest, type Context, Refused } from './answer.ts';
import { addressOf, listenerOf } from './arrivals.ts';
import { bodyOf, HOOK_BODY_BYTES } from './body.ts';
import { readCookie } from './cookies.ts';
import { drained } from './drained.ts';
import { type Admission, admit, type Knock, turnedAway } from './guard.ts';
import { counted, type Loads } from './loads.ts';
import { modelTarget } from './model-target.ts';
import type { Rates } from './rates.ts';
import { heldOff } from './signed-in.ts';
import { type Opening, waitFor } from './waiting.ts';

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

/** What the cookie says is a refresh token; empty where there is none. */
function refreshToken({ headers, listener }: Knock): string {
  const header = typeof headers.cookie === 'string' ? headers.cookie : undefined;
  const cookie = readCookie(header, 'refresh', listener.kind === 'remote');
  return cookie.kind === 'value' ? cookie.value : '';
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
  readonly loads: Loads;
  /** Where nobody has an account yet: what to do about it (A7); null afterwards. */
  readonly setUp: () => string | null;
  /** Told of whoever came with a good credential to a route that is not theirs (A5). */
  readonly turnedAway: (who: Actor, what: string, why: string) => void;
  /** Told of every answer of a route, once it is out. */
  readonly answered: (route: RouteName, status: number) => void;
  /** Told of what should not have happened: a bug, or the machine failing. */
  readonly broke: (route: RouteName, message: string) => void;
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
    const text = payload.toString();
    // A long one is looked through in steps: nothing that a program printed holds up everybody else.
    await exits.ahead(saidIn(text));
    return answerText(exits, request.routeOptions.config.name ?? '', text);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { name } = request.routeOptions.config;
    if (name !== undefined) options.answered(name, reply.statusCode);
    done();
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

const NOT_LET_IN = 'Castellan does not let this agent in: it was disconnected, or a panic ended its credential';

/**
 * In the form of a hook command of ours, which shows what it is told and refuses: else it could only say that nobody of ours is there.
 * Whoever asks so has presented nothing, and hears nothing but that.
 */
async function answerHookError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (!(await drained(request.raw))) reply.header('connection', 'close');
  if (request.headers.accept !== PLAIN_ANSWER) return answerError(error, reply);
  const { body } = refusedFor(error);
  const refusal =
    body.error === 'not_authenticated'
      ? `castellan: ${NOT_LET_IN}; ask the user to run \`castellan status\`, and \`castellan recover\` after a panic`
      : `castellan: ${body.message}`;
  return reply
    .code(200)
    .header('content-type', PLAIN_ANSWER)
    .send(plainAnswer({ json: {}, refusal }));
}

const EMPTY = Buffer.from('{}');
/** Longest body of somebody who may be nobody: passwords and passkeys fit, floods do not. */
const PUBLIC_BODY_BYTES = 65_536;
const HOOK_ROUTES: ReadonlySet<RouteName> = new Set<RouteName>(['claudeHook', 'codexHook', 'openCodeHook']);
/** What tools gave, and what a scripted model is asked. */
const AGENTS_OWN_WORDS: ReadonlySet<RouteName> = new Set<RouteName>([
  ...HOOK_ROUTES,
  'canaryModel',
  'canaryChat',
  'canaryResponses',
]);
const MODEL_ROUTES: ReadonlySet<RouteName> = new Set<RouteName>(['model', 'modelGet']);
/** Routes that also take the credential as `x-api-key`: the clients of model servers cannot send another header. */
const API_KEY_ROUTES: ReadonlySet<RouteName> = new Set<RouteName>([
  'canaryModel',
  'canaryChat',
  'canaryResponses',
  ...MODEL_ROUTES,
]);

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

const tooMuch = (reply: FastifyReply): Refused => {
  reply.header('connection', 'close');
  return new Refused('rate_limited', 'too much of yours is on its way at once', {
    hint: 'wait until some of it has arrived',
    retryAfter: 1,
  });
};

/** Counts what a request says that it sends. Null: it may go on. */
function takeOn(loads: Loads, request: FastifyRequest, reply: FastifyReply, most: number): Refused | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.raw.headers;
  if (length === undefined && encoding === undefined) return null;
  const load = loads.of(request.actor);
  request.load = load;
  reply.raw.once('close', () => load.end());
  return load.add(Math.min(Number(length ?? 0), most)) ? null : tooMuch(reply);
}

/** The body of a request that does not say how long it is, counted as it comes. */
function metered({ load, raw }: FastifyRequest, reply: FastifyReply, payload: RequestPayload): RequestPayload {
  if (load === undefined || raw.headers['content-length'] !== undefined) return payload;
  const through = counted(load, () => tooMuch(reply));
  // INVARIANT: an error that nobody hears ends the daemon, and whoever reads this stops listening once it is too long.
  through.on('error', () => undefined);
  payload.once('close', () => through.destroy());
  payload.once('error', (error) => through.destroy(error));
  return payload.pipe(through);
}

function mount(
  app: FastifyInstance,
  name: RouteName,
  route: Route,
  handler: Handler<RouteName>,
  { identity, rates, loads, setUp, turnedAway: tell, broke }: ServerOptions,
): void {
  const parseBody = route.body === undefined ? null : parserOf(route.body);
  const parseQuery = route.query === undefined ? null : parserOf(route.query);
  const answerFault = MODEL_ROUTES.has(name) ? answerModelError : HOOK_ROUTES.has(name) ? answerHookError : null;
  const bodyLimit = bodyLimitOf(name, route);
  const refuse = async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    answerFault === null ? answerError(error, reply) : answerFault(error, request, reply);
  app.route({
    method: route.method,
    url: route.path,
    config: { name },
    bodyLimit,
    errorHandler: (error, request, reply) => {
      const { status, message } = refusedFor(error);
      if (status >= 500 && !(error instanceof Refused)) broke(name, message);
      return refuse(error, request, reply);
    },
    onRequest: async (request, reply) => {
      const knock = knockOf(request);
      const admission = await admit(knock, route, identity, API_KEY_ROUTES.has(name), setUp());
      const address = (): string => addressOf(request.raw);
      // A refresh token counts for the sign-in it is truly of: whoever knows no more than its name uses up nothing of it.
      const opening = (): Opening | undefined =>
        name === 'refresh' ? { family: identity.familyOf(refreshToken(knock)) } : WITHOUT_CREDENTIAL[name];
      const wait = waitFor(rates, admission, address, opening);
      if (wait !== null) return void (await refuse(heldOff({ reply }, wait), request, reply));
      if (admission.kind === 'in') {
        request.actor = admission.actor;
        const over = takeOn(loads, request, reply, bodyLimit);
        if (over !== null) await refuse(over, request, reply);
        return;
      }
      if (admission.actor !== undefined) tell(admission.actor, `${route.method} ${route.path}`, admission.message);
      await refuse(refusedBy(admission), request, reply);
    },
    preParsing: (request, reply, payload, done) => done(null, metered(request, reply, payload)),
    handler: async (request, reply) => {
      request.load?.end();
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
    /** Of its body, where it has one. */
    load?: import('./loads.ts').Load;
  }
  interface FastifyContextConfig {
    /** Of contract's table; none where nothing is routed. */
    name?: RouteName;
  }
}
