// The broker: an agent asks a model server with a placeholder for a key, and the real key is put in where the agent cannot
// reach it. One road for every request, top to bottom. INVARIANT: nothing is sent before the upstream, the path, the agent's
// budgets and the body were looked at; the real key goes to the declared host and nowhere else; the placeholder goes nowhere.
import type { ServerResponse } from 'node:http';
import type {
  AgentId,
  Instant,
  JsonValue,
  LedgerRecord,
  ModelApi,
  ModelsConfig,
  SecretName,
  SessionId,
  TaskId,
} from '@castellan/contract';
import { endpointOf, endpointsShown, keyHeader, spokenApi } from './api.ts';
import { type Asked, askedOf, askForUsage, USAGE_OPTION } from './body.ts';
import { createConnector, type Wire } from './connect.ts';
import { type Failure, failure, failureBody, failureHeaders } from './failure.ts';
import { type Headers, queryFault, requestHeaders } from './headers.ts';
import { type AnswerRedactor, answerFailure, failureText, type RelayClock, type Relayed, relay } from './relay.ts';
import { cloudHost, fillIn, optInFailure, secretsIn, type Target, targetOf } from './upstream.ts';

export type ModelRecord = Extract<LedgerRecord, { kind: 'model' }>;

/** The stretch of work a request belongs to, or why the agent may ask for nothing now. */
export type Budgeted =
  | { readonly kind: 'may'; readonly session: SessionId; readonly task: TaskId }
  | { readonly kind: 'held'; readonly why: string; readonly hint: string };

export interface Redacted {
  readonly value: JsonValue;
  /** Secrets that were taken out. */
  readonly count: number;
  /** Planted secrets among them, by name. */
  readonly canaries: readonly SecretName[];
}

export type KeyAnswer =
  | { readonly kind: 'key'; readonly value: string }
  | { readonly kind: 'no-key'; readonly why: string; readonly hint: string };

/** What the broker is handed: it holds no secret, no rule and no clock of its own. */
export interface BrokerHost {
  readonly clock: RelayClock & { now(): Instant };
  settings(): { readonly models: ModelsConfig; readonly cloud: readonly string[] };
  /** @param session the client's own id of it, where it tells one. */
  budget(agent: AgentId, session: string | null): Promise<Budgeted>;
  key(secret: SecretName, use: { readonly agent: AgentId; readonly host: string }): Promise<KeyAnswer>;
  redact(value: JsonValue, towards: 'local' | 'cloud'): Redacted;
  readonly redactAnswer: AnswerRedactor;
  canary(secret: SecretName, agent: AgentId): Promise<void>;
  /** Whether the agent was stopped meanwhile: no further piece of an answer goes to it. */
  frozen(agent: AgentId): boolean;
  spent(session: SessionId, tokens: number): void;
  record(record: ModelRecord): void;
  /** A request for a server or a path that there is not. @param what what was asked for, redacted. */
  refused(agent: AgentId, what: string, why: string): void;
  readonly wire?: Wire;
}

export interface ModelRequest {
  readonly agent: AgentId;
  readonly method: 'GET' | 'POST';
  readonly upstream: string;
  /** What stands behind `/model/<upstream>/`, as it was sent, the query included. */
  readonly rest: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** The key the agent came with. */
  readonly placeholder: string;
  readonly out: ServerResponse;
}

export interface Broker extends Disposable {
  /** Answers a request, whatever comes of it. */
  serve(request: ModelRequest): Promise<void>;
}

interface Route {
  readonly kind: 'route';
  readonly target: Target;
  readonly path: string;
  readonly query: string;
  readonly api: ModelApi;
  readonly spends: boolean;
}

/** A request without its secrets. */
interface Looked {
  readonly kind: 'looked';
  readonly kept: Headers;
  readonly around: Redacted;
  readonly within: Redacted;
}

interface Outgoing {
  readonly kind: 'outgoing';
  readonly headers: Headers;
  readonly body: Uint8Array | null;
  readonly redacted: number;
  readonly addedUsage: boolean;
}

/** Of an answer without usage: about four bytes make a token, in English and in code. */
const BYTES_A_TOKEN = 4;

/** Of a path in a record. */
const MAX_SHOWN = 200;

const EMPTY: Asked = { kind: 'asked', text: '', value: {}, model: undefined, streams: false, session: null };

function splitRest(rest: string): { readonly path: string; readonly query: string } {
  const mark = rest.indexOf('?');
  return mark === -1 ? { path: rest, query: '' } : { path: rest.slice(0, mark), query: rest.slice(mark + 1) };
}

const apiOf = ({ rest, headers }: Pick<ModelRequest, 'rest' | 'headers'>): ModelApi =>
  spokenApi(splitRest(rest).path, headers['anthropic-version']);

/** For whoever turns a request away before the broker sees it: the same words in the same shape. */
export function modelRefusal(
  request: Pick<ModelRequest, 'rest' | 'headers'>,
  { status, message, hint }: { readonly status: number; readonly message: string; readonly hint?: string | undefined },
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const failed = failure(status, message, hint);
  return { headers: failureHeaders(failed), body: failureBody(apiOf(request), failed) };
}

function routeOf(models: ModelsConfig, { upstream, method, rest, headers }: ModelRequest): Route | Failure {
  const target = targetOf(models, upstream);
  if (target.kind === 'failure') return target;
  const { path, query } = splitRest(rest);
  const spoken = spokenApi(path, headers['anthropic-version']);
  const apis = [...target.apis].sort((a, b) => Number(b === spoken) - Number(a === spoken));
  const endpoint = endpointOf(apis, method, path);
  if (endpoint === null)
    return failure(
      404,
      `\`${method} ${path.slice(0, 80)}\` is not passed on to \`${target.name}\``,
      `there is ${endpointsShown(target.apis)}`,
    );
  const named = queryFault(query);
  if (named !== null)
    return failure(400, `the query holds \`${named.slice(0, 40)}\``, 'a key is sent in a header, never in a URL');
  return { kind: 'route', target, path, query, api: endpoint.api, spends: endpoint.spends };
}

type Keys = { readonly kind: 'keys'; readonly values: ReadonlyMap<SecretName, string> };

async function keysFor(host: BrokerHost, target: Target, agent: AgentId): Promise<Keys | Failure> {
  const named = Object.values(target.headers).flatMap(secretsIn);
  const values = new Map<SecretName, string>();
  for (const name of new Set(target.secret === null ? named : [...named, target.secret])) {
    const given = await host.key(name, { agent, host: target.host });
    if (given.kind === 'no-key') return failure(502, `\`${target.name}\` has no key: ${given.why}`, given.hint);
    if (!/^[\x21-\x7e]+$/.test(given.value))
      return failure(
        502,
        `the secret \`${name}\` cannot be written in a header`,
        'look for spaces and line breaks in it',
      );
    values.set(name, given.value);
  }
  return { kind: 'keys', values };
}

/** A broker over what the host hands it. Never throws: whatever fails is answered to the agent and recorded. */
export function createBroker(host: BrokerHost): Broker {
  const connector = createConnector(host.wire);

  /** The request as it leaves, or why it does not. */
  /** Whatever else is wrong with a request: a planted secret in it is seen. */
  async function lookAt(route: Route, request: ModelRequest, asked: Asked): Promise<Looked | Failure> {
    const { target, path, query } = route;
    const towards = cloudHost(target, asked.model) === null ? 'local' : 'cloud';
    const kept = requestHeaders(request.headers);
    const around = host.redact({ path: decoded(path), query: decoded(query), headers: kept }, towards);
    const within = host.redact(asked.value, towards);
    const [canary] = [...around.canaries, ...within.canaries];
    if (canary === undefined) return { kind: 'looked', kept, around, within };
    await host.canary(canary, request.agent);
    return failure(403, 'the request holds a planted secret', 'stop here and tell the user');
  }

  async function prepare(
    route: Route,
    request: ModelRequest,
    asked: Asked,
    { kept, around, within }: Looked,
  ): Promise<Outgoing | Failure> {
    const { target, path, query, api } = route;
    const { agent, placeholder, method } = request;
    if (around.count > 0) return failure(400, 'the path, the query or a header holds a secret', 'leave it out');
    const text = within.count === 0 ? asked.text : JSON.stringify(within.value);
    const withUsage = askForUsage(path, asked, text);
    const body = method === 'GET' ? null : Buffer.from(withUsage ?? text, 'utf8');
    const plain = JSON.stringify({ path, query, kept });
    if (body?.includes(placeholder) === true || plain.includes(placeholder))
      return failure(400, 'the request holds its own model key', 'leave it out');
    const keys = await keysFor(host, target, agent);
    if (keys.kind === 'failure') return keys;
    const own = Object.entries(target.headers).map(
      ([name, value]) => [name.toLowerCase(), fillIn(value, keys.values)] as const,
    );
    const key = target.secret === null ? [] : [keyHeader(api, keys.values.get(target.secret) ?? '')];
    const headers: Headers = {
      ...kept,
      'accept-encoding': 'identity',
      ...(body !== null && { 'content-type': 'application/json', 'content-length': String(body.length) }),
      ...Object.fromEntries([...own, ...key]),
    };
    return { kind: 'outgoing', headers, body, redacted: within.count, addedUsage: withUsage !== null };
  }

  /** Counts what was spent and says how. */
  function settle(route: Route, session: SessionId, sent: Outgoing, { status, usage }: Relayed) {
    const told = usage?.end() ?? {};
    if (!route.spends || status < 200 || status > 299) return told;
    const isTold = told.inputTokens !== undefined || told.outputTokens !== undefined;
    const bytes = (sent.body?.length ?? 0) + (usage?.bytes ?? 0);
    const tokens = isTold ? (told.inputTokens ?? 0) + (told.outputTokens ?? 0) : Math.ceil(bytes / BYTES_A_TOKEN);
    host.spent(session, tokens);
    if (isTold) return told;
    return { ...told, text: `no usage was told: about ${tokens} tokens counted` };
  }

  /** Nothing there is to ask. What was asked for is the agent's own text: it is told and recorded without secrets. */
  async function turnAway(models: ModelsConfig, request: ModelRequest, route: Failure): Promise<void> {
    const { agent, method, out } = request;
    const { value, canaries } = host.redact([request.upstream, request.rest], 'cloud');
    const [upstream = '', rest = ''] = Array.isArray(value) ? value.map(String) : [];
    const clean = routeOf(models, { ...request, upstream, rest });
    const told = clean.kind === 'failure' ? clean : route;
    host.refused(agent, `${method} /model/${upstream}/${rest}`.slice(0, MAX_SHOWN), failureText(told));
    const [canary] = canaries;
    if (canary !== undefined) await host.canary(canary, agent);
    answerFailure(out, apiOf(request), told, host.redactAnswer);
  }

  async function serve(request: ModelRequest): Promise<void> {
    const { agent, out, method } = request;
    const begun = host.clock.monotonic();
    const { models, cloud } = host.settings();
    const route = routeOf(models, request);
    if (route.kind === 'failure') return turnAway(models, request, route);
    const { target, api, path } = route;
    let noted: Partial<ModelRecord> = {};
    const note = (more: Partial<ModelRecord>): void => {
      noted = { ...noted, ...more };
    };
    const record = (): void =>
      host.record({
        kind: 'model',
        at: host.clock.now(),
        agent,
        upstream: target.name,
        host: target.host,
        path,
        status: 0,
        redacted: 0,
        durationMs: Math.round(host.clock.monotonic() - begun),
        ...noted,
      });
    const refuse = (failed: Failure): void => {
      note({ text: failureText(failed) });
      record();
      answerFailure(out, api, failed, host.redactAnswer);
    };

    const asked = method === 'GET' ? EMPTY : askedOf(request.body);
    if (asked.kind === 'failure') return refuse(asked);
    note({ ...(asked.model !== undefined && { model: asked.model }) });
    const looked = await lookAt(route, request, asked);
    if (looked.kind === 'failure') return refuse(looked);
    const leaves = cloudHost(target, asked.model);
    const closed = leaves === null ? null : optInFailure(target, leaves, cloud);
    if (closed !== null) return refuse(closed);
    const budgeted = await host.budget(agent, sessionSaid(request, asked));
    if (budgeted.kind === 'held') return refuse(failure(403, budgeted.why, budgeted.hint));
    const { session, task } = budgeted;
    note({ session, task });
    const sent = await prepare(route, request, asked, looked);
    if (sent.kind === 'failure') return refuse(sent);
    note({ redacted: sent.redacted });
    if (out.destroyed) return refuse(failure(499, 'the agent went away'));
    // A key takes a while to fetch: whoever was held meanwhile sends nothing any more.
    if (host.frozen(agent)) return refuse(failure(403, 'this agent is frozen', 'stop here and tell the user'));
    const relayed = await relay({
      target,
      api,
      out,
      open: () => connector.send(target, method, pathOf(target, route), sent.headers),
      body: sent.body,
      clock: host.clock,
      redact: host.redactAnswer,
      stopped: () => host.frozen(agent),
      say: sent.addedUsage ? { 'x-castellan-added': USAGE_OPTION } : {},
    });
    const spent = settle(route, session, sent, relayed);
    note({ status: relayed.status, ...spent });
    if (relayed.failure !== null) note({ text: failureText(relayed.failure) });
    record();
  }

  return {
    // The agent's connection is ours from here on: whatever fails, it is told.
    serve: (request) =>
      serve(request).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : 'unknown error';
        const failed = failure(500, `the broker failed: ${why}`, 'this is a bug; please report it');
        if (request.out.headersSent) request.out.destroy();
        else answerFailure(request.out, apiOf(request), failed, host.redactAnswer);
      }),
    [Symbol.dispose]: () => connector[Symbol.dispose](),
  };
}

const pathOf = ({ base }: Target, { path, query }: Route): string =>
  `${base}/${path}${query === '' ? '' : `?${query}`}`;

/** Clients send it in a header, measured with Claude Code 2.1 and OpenCode 1.18; else it stands in the body. */
const sessionSaid = ({ headers }: ModelRequest, { session }: Asked): string | null =>
  headers['x-claude-code-session-id'] ?? session ?? headers['x-session-id'] ?? null;

/** As the upstream will read it; what cannot be decoded is read as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
