// The endpoint over a gate of plain functions that writes down what it was asked, real servers, and real clients of the SDK.
import { createHash, randomBytes } from 'node:crypto';
import type {
  AgentId,
  Decision,
  Definition,
  DefinitionKind,
  JsonObject,
  JsonValue,
  McpProcess,
  ModuleLock,
  Session,
} from '@castellan/contract';
import {
  Client,
  type ClientOptions,
  type JSONRPCMessage,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { definitionOf } from '../../src/mcp/definitions/index.ts';
import { type HttpAnswer, type HttpAsked, McpEndpoint } from '../../src/mcp/endpoint/index.ts';
import type { McpAttempt, McpClock, McpModules, McpOutcome, OwnTool, Seen, ServedModule } from '../../src/mcp/host.ts';
import {
  type Answer,
  type FromServer,
  type Opened,
  type RequestOptions,
  type Upstream,
  Upstreams,
} from '../../src/mcp/upstream/index.ts';

export const AGENT: AgentId = 'agent_0123456789';
export const OTHER: AgentId = 'agent_9876543210';
/** What `hide` takes out. */
export const SECRET = 'hunter2-very-secret';

export const sessionOf = (agent: AgentId, id = '0123456789'): Session => ({
  id: `session_${id}`,
  agent,
  task: 'task_0123456789',
  externalId: id,
  workspace: '/tmp',
  interactive: false,
  startedAt: 1,
  lastSeenAt: 1,
  endedAt: null,
});

const hidden = <T extends JsonValue>(value: T): T =>
  JSON.stringify(value).includes(SECRET) ? JSON.parse(JSON.stringify(value).replaceAll(SECRET, '[hidden]')) : value;

/** Kind, and the definition as a server says it. */
export type Raw = readonly [DefinitionKind, JsonObject];
export type Scripted = (
  method: string,
  params: JsonObject,
  options: RequestOptions,
  client: FromServer | undefined,
) => Promise<Answer> | Answer;

export interface Harness extends AsyncDisposable {
  readonly endpoint: McpEndpoint;
  readonly attempts: McpAttempt[];
  readonly outcomes: McpOutcome[];
  readonly refusals: { readonly what: string; readonly why: string }[];
  /** What servers were asked, in order. */
  readonly asked: string[];
  /** What servers were told without being asked. */
  readonly told: string[];
  /** Servers that were started. */
  readonly started: string[];
  readonly modules: Map<string, ServedModule>;
  /** Instead of letting it run. */
  decide: (attempt: McpAttempt, signal: AbortSignal) => Promise<Decision> | Decision;
  offers: (module: string, tool: string) => boolean;
  /** What a scripted server does with a notification. */
  heard: (method: string, client: FromServer | undefined) => void;
  /** Of what is secret. */
  version: number;
  /** How often something was looked through by `hide`. */
  looked: number;
  /** Called when a server is opened, before it can be asked. */
  opening: (module: string) => void;
  changed(module: string): void;
  /** Runs the timers of at least so many milliseconds now. */
  passTime(ms: number): void;
  /** A module whose server is a function. @param era of what is said to it @default legacy */
  script(name: string, definitions: readonly Raw[], answer: Scripted, era?: Upstream['era']): void;
  add(name: string, start: McpProcess): Promise<void>;
}

export const run = (attempt: McpAttempt, call = 'call_0123456789'): Decision => ({
  kind: 'run',
  call: call as 'call_0123456789',
  message: 'let through',
  reasons: [],
  digest: `sha256:${'0'.repeat(64)}`,
  arguments: attempt.arguments,
  by: 'auto-allowed',
});

export const refused = (message = 'a rule denies it'): Decision => ({
  kind: 'refused',
  call: 'call_0123456789',
  message,
  reasons: [],
  refusal: 'denied',
  by: 'rule',
});

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}` as const;

/** What servers of tests offer does not change between tests: one look each. */
const looked = new Map<string, Seen>();
const NOWHERE: McpProcess = {
  kind: 'mcp',
  command: '/nowhere',
  args: [],
  env: {},
  pass: [],
  timeoutSeconds: 20,
  concurrency: 16,
};

const definedBy = (raw: readonly Raw[]): readonly Definition[] =>
  raw.map(([kind, definition]) => {
    const defined = definitionOf(kind, definition, sha256);
    if (!defined.ok) throw new Error(defined.why);
    return defined.definition;
  });

function scripted(
  servers: Map<Scripted, Upstream>,
  module: string,
  answer: Scripted,
  era: Upstream['era'],
  heard: Harness['heard'],
): Upstream {
  const known = servers.get(answer);
  if (known !== undefined) return known;
  const listeners: FromServer[] = [];
  const server: Upstream = {
    kind: 'upstream',
    module,
    era,
    protocol: era === 'legacy' ? '2025-11-25' : '2026-07-28',
    capabilities: { logging: {} },
    request: async (method, params, options = {}) => answer(method, params, options, listeners.at(-1)),
    notify: async (method) => heard(method, listeners.at(-1)),
    watch: async (uri) => answer('resources/subscribe', { uri }, {}, listeners.at(-1)),
    unwatch: async (uri) => answer('resources/unsubscribe', { uri }, {}, listeners.at(-1)),
    attach: (handlers) => {
      listeners.push(handlers);
      return () => void listeners.splice(listeners.indexOf(handlers), 1);
    },
  };
  servers.set(answer, server);
  return server;
}

/** @param own tools of whoever mounts the endpoint. */
export async function harness(own: readonly OwnTool[] = []): Promise<Harness> {
  const attempts: McpAttempt[] = [];
  const outcomes: McpOutcome[] = [];
  const refusals: { what: string; why: string }[] = [];
  const servers = new Map<Scripted, Upstream>();
  const wrapped = new Map<Upstream, Upstream>();
  const asked: string[] = [];
  const told: string[] = [];
  const started: string[] = [];
  const modules = new Map<string, ServedModule>();
  const scripts = new Map<string, { readonly answer: Scripted; readonly era: Upstream['era'] }>();
  const listeners = new Set<(module: string) => void>();
  const timers = new Set<{ readonly ms: number; readonly run: () => void }>();
  const later = (ms: number, run: () => void, again: boolean) => {
    const timer = { ms, run };
    timers.add(timer);
    const real = again
      ? setInterval(run, ms)
      : setTimeout(() => {
          timers.delete(timer);
          run();
        }, ms);
    real.unref();
    return () => {
      timers.delete(timer);
      clearTimeout(real);
    };
  };
  const clock: McpClock = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after: (ms, run) => later(ms, run, false),
    every: (ms, run) => later(ms, run, true),
    random: (bytes) => randomBytes(bytes),
  };
  const served: McpModules = {
    all: () => [...modules.values()],
    get: (name) => modules.get(name) ?? null,
    judge: () => ({ kind: 'serve' }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const upstreams = new Upstreams(
    {
      clock,
      modules: served,
      env: process.env,
      folder: () => '/tmp',
      walls: () => null,
      fillIn: async (_module, values) => ({ ok: true, values }),
      hideText: hidden,
      note: ({ change, module }) => void (change === 'started' && started.push(module)),
      wantsSignIn: () => {},
      signIn: () => undefined,
    },
    { version: '0.0.0', ownPorts: () => [] },
  );
  const open = async (session: Session, module: string): Promise<Opened> => {
    made.opening(module);
    const script = scripts.get(module);
    const server =
      script === undefined
        ? await upstreams.open(session, module)
        : scripted(servers, module, script.answer, script.era, (method, client) => made.heard(method, client));
    return server.kind === 'upstream' ? noted(wrapped, server, asked, told) : server;
  };
  const made: Harness = {
    endpoint: new McpEndpoint({
      version: '0.0.0',
      own,
      upstreams: { open },
      modules: served,
      clock,
      gate: {
        offers: (_session, module, tool) => made.offers(module, tool),
        decide: async (attempt, signal) => {
          attempts.push(attempt);
          return made.decide(attempt, signal);
        },
        finish: async (_agent, _call, outcome) => {
          outcomes.push(outcome);
          return outcome.result === undefined ? undefined : hidden(outcome.result);
        },
        hide: (value) => {
          made.looked += 1;
          return hidden(value);
        },
        get version() {
          return made.version;
        },
        refused: (_agent, what, why) => void refusals.push({ what, why }),
      },
    }),
    attempts,
    outcomes,
    refusals,
    asked,
    told,
    started,
    modules,
    decide: (attempt) => run(attempt),
    offers: () => true,
    version: 0,
    looked: 0,
    opening: () => {},
    heard: () => {},
    changed: (module) => {
      for (const listener of listeners) listener(module);
    },
    passTime: (ms) => {
      for (const timer of [...timers]) if (timer.ms <= ms) timer.run();
    },
    script: (name, definitions, answer, era = 'legacy') => {
      scripts.set(name, { answer, era });
      modules.set(name, servedModule(name, NOWHERE, definedBy(definitions)));
    },
    add: async (name, start) => {
      const key = JSON.stringify(start);
      let seen = looked.get(key);
      if (seen === undefined) {
        const request = { module: name, start, folder: '/tmp', walls: null };
        const look = await upstreams.look(request, new AbortController().signal);
        if (look.kind !== 'seen') throw new Error(look.why);
        seen = look.seen;
        looked.set(key, seen);
      }
      modules.set(name, servedModule(name, start, seen.definitions, seen));
    },
    [Symbol.asyncDispose]: async () => {
      await made.endpoint[Symbol.asyncDispose]();
      await upstreams[Symbol.asyncDispose]();
    },
  };
  return made;
}

/** Writes down what a server is asked. The same server is the same object. */
function noted(wrapped: Map<Upstream, Upstream>, server: Upstream, asked: string[], told: string[]): Upstream {
  const known = wrapped.get(server);
  if (known !== undefined) return known;
  const { kind, module, era, protocol, capabilities } = server;
  const made: Upstream = {
    kind,
    module,
    era,
    protocol,
    capabilities,
    request: (method, params, options) => {
      asked.push(method);
      return server.request(method, params, options);
    },
    notify: (method, params) => {
      told.push(method);
      return server.notify(method, params);
    },
    attach: (handlers) => server.attach(handlers),
    watch: (uri, pinned) => server.watch(uri, pinned),
    unwatch: (uri) => server.unwatch(uri),
  };
  wrapped.set(server, made);
  return made;
}

export function servedModule(
  name: string,
  start: McpProcess,
  definitions: readonly Definition[],
  seen?: Seen,
): ServedModule {
  const lock: ModuleLock = {
    schema: 'castellan/module-lock/v1',
    module: name,
    identity: seen?.identity ?? { kind: 'process', command: start.command, digest: `sha256:${'0'.repeat(64)}` },
    server: { name, version: '1' },
    instructions: null,
    capabilities: { completions: {}, tools: {} },
    definitions: [...definitions],
    acceptedAt: 1,
    acceptedBy: 'test',
  };
  return { name, title: name.toUpperCase(), start, lock, offered: definitions };
}

export interface SocketWire extends Transport {
  /** What the endpoint sent, parsed. */
  readonly got: JsonObject[];
  raw(text: string): void;
  readonly ended: () => string | null;
}

/** The client's end of a channel to the endpoint. `backlog`: bytes it says wait to be read. */
export function socketWire(
  { endpoint }: Harness,
  options: { readonly only?: string | null; readonly agent?: AgentId; readonly backlog?: () => number } = {},
): SocketWire {
  const { only = null, agent = AGENT, backlog = () => 0 } = options;
  const got: JsonObject[] = [];
  let ended: string | null = null;
  const wire: SocketWire = {
    got,
    start: async () => {},
    send: async (message) => seat.message(JSON.stringify(message)),
    close: async () => {
      seat.closed();
      wire.onclose?.();
    },
    raw: (text) => seat.message(text),
    ended: () => ended,
  };
  const seat = endpoint.serveSocket({
    agent,
    only,
    session: async () => sessionOf(agent),
    send: (text) => {
      got.push(JSON.parse(text) as JsonObject);
      queueMicrotask(() => wire.onmessage?.(JSON.parse(text) as JSONRPCMessage));
      return backlog();
    },
    behind: () => (ended === null ? backlog() : 0),
    close: (why) => {
      ended = why;
      wire.onclose?.();
    },
  });
  return wire;
}

const askedOf = (request: Request): HttpAsked => ({
  method: request.method,
  header: (name) => request.headers.get(name),
  whole: () => request,
});

function responseOf(answer: HttpAnswer): Response {
  if (!('kind' in answer)) return answer;
  return new Response(answer.text, {
    headers: { 'content-type': 'application/json', 'mcp-session-id': answer.session },
  });
}

/** `fetch` straight into the endpoint. */
export const fetchInto =
  ({ endpoint }: Harness, agent: AgentId = AGENT, only: string | null = null): typeof fetch =>
  async (input, init) => {
    const request = new Request(input as string | URL, init);
    const body = request.method === 'POST' ? new Uint8Array(await request.clone().arrayBuffer()) : null;
    return endpoint
      .http({ agent, only, where: '', session: async () => sessionOf(agent) })
      .fetch(askedOf(request), body)
      .then(responseOf);
  };

export type Way = 'socket' | 'http';

export async function connected(
  given: Harness,
  era: 'legacy' | 'modern',
  way: Way,
  options: ClientOptions & {
    readonly only?: string | null;
    readonly agent?: AgentId;
    readonly prepare?: (client: Client) => void;
  } = {},
): Promise<Client> {
  const { only = null, agent = AGENT, prepare, ...rest } = options;
  const client = new Client(
    { name: 'test-client', version: '1.0.0' },
    { ...rest, versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : 'legacy' } },
  );
  prepare?.(client);
  const transport =
    way === 'socket'
      ? socketWire(given, { only, agent })
      : new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), { fetch: fetchInto(given, agent, only) });
  await client.connect(transport);
  return client;
}
