// Upgrades to WebSockets: the one seam for every live route. The request is judged as any other (names, page, credential,
// permission of the route table), then a handler is given a connection and who is on the other side. INVARIANT: a cookie
// authenticates no upgrade. A browser comes with a ticket and from our own page; a program with its header and from no page.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type Actor,
  API_ERRORS,
  type ApiErrorCode,
  MAX_MCP_MESSAGE_BYTES,
  type McpQuery,
  mcpQuerySchema,
  parserOf,
  permits,
  ROUTES,
  socketQuerySchema,
  terminalIdSchema,
} from '@castellan/contract';
import { WebSocketServer } from 'ws';
import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Identity } from '../../identity/index.ts';
import { type RunHeaders, runHeaders } from '../../surfaces/index.ts';
import { addressOf, listenerOf } from '../arrivals.ts';
import { type Admission, admit, type Knock, turnedAway } from '../guard.ts';
import { headersOf } from '../headers.ts';
import { knockOf } from '../knock.ts';
import type { Listener } from '../origins.ts';
import type { Rates } from '../rates.ts';
import { isAgentsRoute, isPeoplesRoute } from '../remote/routes.ts';
import { waitFor } from '../waiting.ts';
import { type Connection, type ConnectionEvents, SocketConnection } from './connection.ts';
import { actorKey, type Purpose, type Side, type Tickets } from './tickets.ts';

/** Routes of contract's table that go on as a WebSocket. */
export type SocketRoute = 'socket' | 'terminalSocket' | 'terminalHost' | 'mcpSocket';

export interface Visit {
  readonly actor: Actor;
  readonly query: Readonly<z.output<typeof socketQuerySchema>>;
  /** Of `terminalSocket`. */
  readonly terminal: string;
  /** Of `mcpSocket`. */
  readonly mcp: McpQuery;
  /** Of `mcpSocket`: what the run says that its client is part of. */
  readonly said: RunHeaders;
}

/** Told of what comes over the connection by what it gives back. */
export type SocketHandler = (connection: Connection, visit: Visit) => ConnectionEvents;
export type SocketHandlers = { readonly [Name in SocketRoute]?: SocketHandler };

/** What is known of actors after they came in. */
export interface Presence {
  /** As it is now; null when what it came in with is over. */
  now(actor: Actor): Actor | null;
  /** Told whenever a sign-in, a token or a role ends or changes. */
  subscribe(listener: () => void): void;
}

export interface SocketsOptions {
  readonly clock: Clock;
  readonly identity: Identity;
  readonly tickets: Tickets;
  readonly presence: Presence;
  readonly handlers: SocketHandlers;
  readonly rates: Rates;
  /** Where nobody has an account yet: what to do about it (A7); null afterwards. */
  readonly setUp: () => string | null;
  readonly turnedAway: (who: Actor, what: string, why: string) => void;
}

export interface Sockets extends AsyncDisposable {
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly open: number;
}

/** Longest message from the other side, in bytes. A page that watches says nothing. */
const MAX_MESSAGE: Readonly<Record<SocketRoute, number>> = {
  socket: 1024,
  terminalSocket: 512 * 1024,
  terminalHost: 2 * 1024 * 1024,
  mcpSocket: MAX_MCP_MESSAGE_BYTES,
};
const PROBE_MS = 20_000;
const PER_ACTOR = 128;
const ALL = 768;
/** Of agents, all together: the others are for people, whom nobody keeps out by opening more (D1). */
const AGENTS = 512;

type Out = Omit<Extract<Admission, { kind: 'out' }>, 'kind'>;
type Way = Pick<Visit, 'terminal' | 'query' | 'mcp'> & { readonly route: SocketRoute };

const parseQuery = parserOf(socketQuerySchema);
const parseMcpQuery = parserOf(mcpQuerySchema);

function routeOf(path: string): { readonly route: SocketRoute; readonly terminal: string } | null {
  if (path === ROUTES.socket.path) return { route: 'socket', terminal: '' };
  if (path === ROUTES.terminalHost.path) return { route: 'terminalHost', terminal: '' };
  if (path === ROUTES.mcpSocket.path) return { route: 'mcpSocket', terminal: '' };
  const terminal = /^\/v1\/terminals\/([^/]+)\/socket$/.exec(path)?.[1];
  return terminal === undefined ? null : { route: 'terminalSocket', terminal };
}

/** Which route, and its query; null where none is. */
function wayOf(target: string): Way | null {
  const [path = '', search = ''] = target.split('?', 2);
  const found = routeOf(path);
  const params = [...new URLSearchParams(search)];
  // Said twice, one of the two would be judged and the other one used.
  if (found === null || new Set(params.map(([name]) => name)).size !== params.length) return null;
  const said = Object.fromEntries(params);
  if (found.route === 'mcpSocket') {
    const mcp = parseMcpQuery(said);
    return mcp.ok ? { ...found, query: {}, mcp: mcp.value } : null;
  }
  const query = parseQuery(said);
  return query.ok ? { ...found, query: query.value, mcp: {} } : null;
}

function purposeOf({ route, terminal }: Way): Purpose | null {
  if (route === 'socket') return { for: 'live' };
  const id = terminalIdSchema.safeParse(terminal);
  return route === 'terminalSocket' && id.success ? { for: 'terminal', terminal: id.data } : null;
}

const out = (code: ApiErrorCode, message: string, hint: string): Out => ({ code, message, hint });

/** Cookies go with every request a browser makes, also with those of somebody else's page. */
function withoutCookies(message: IncomingMessage): Knock {
  const knock = knockOf(message);
  const { cookie: _, ...headers } = knock.headers;
  return { ...knock, headers };
}

const NO_ROUTE = out('not_found', 'no such route', 'GET /v1/status tells the version');

function existsFor({ kind }: Listener, route: SocketRoute): boolean {
  if (kind === 'remote') return isPeoplesRoute(route);
  return kind !== 'agent' || isAgentsRoute(route);
}

/** For tickets: a listener of this machine, or the one for people from elsewhere. */
export const sideOf = ({ kind }: Listener): Side => (kind === 'remote' ? 'away' : 'here');

export function refuseUpgrade(asked: IncomingMessage, socket: Duplex, { code, message, hint }: Out): void {
  const status = API_ERRORS[code];
  const body = JSON.stringify({ error: code, message, hint });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...headersOf(listenerOf(asked)).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

export function openSockets(options: SocketsOptions): Sockets {
  const { clock, identity, tickets, presence, handlers, rates } = options;
  const open = new Map<SocketConnection, { readonly key: string; readonly actor: Actor }>();
  const server = (maxPayload: number): WebSocketServer =>
    new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, clientTracking: false });
  const servers: Readonly<Record<SocketRoute, WebSocketServer>> = {
    socket: server(MAX_MESSAGE.socket),
    terminalSocket: server(MAX_MESSAGE.terminalSocket),
    terminalHost: server(MAX_MESSAGE.terminalHost),
    mcpSocket: server(MAX_MESSAGE.mcpSocket),
  };

  /** Who comes, by ticket or by header, or why not. */
  const whoComes = async (message: IncomingMessage, way: Way): Promise<{ readonly actor: Actor } | Out> => {
    const knock = withoutCookies(message);
    const route = ROUTES[way.route];
    const { token } = way.query;
    if (token === undefined) {
      const admission = await admit(knock, route, identity, false, options.setUp());
      if (admission.kind === 'out') {
        if (admission.actor !== undefined) options.turnedAway(admission.actor, `GET ${route.path}`, admission.message);
        return admission;
      }
      return knock.headers.origin === undefined
        ? admission
        : out('wrong_origin', 'a page comes with a ticket', 'ask for one with POST /v1/tickets');
    }
    const fault = turnedAway(knock, 'own');
    if (fault !== null) return fault;
    if (knock.headers.origin === undefined || knock.headers.authorization !== undefined)
      return out('wrong_origin', 'a ticket is for our own page', 'programs send the Authorization header');
    const purpose = purposeOf(way);
    const actor = purpose === null ? null : tickets.redeem(token, purpose, sideOf(knock.listener));
    const present = actor === null ? null : presence.now(actor);
    if (present === null)
      return out('not_authenticated', 'no valid ticket', 'ask for another one: each is good once, for 30 seconds');
    return permits(present, route.permission)
      ? { actor: present }
      : {
          ...out('not_permitted', `you may not do that (\`${route.permission}\`)`, 'ask the person who runs Castellan'),
          actor: present,
        };
  };

  const isFull = (actor: Actor): boolean => {
    const all = [...open.values()];
    const key = actorKey(actor);
    if (all.length >= ALL || all.filter((each) => each.key === key).length >= PER_ACTOR) return true;
    return actor.kind === 'agent' && all.filter((each) => each.actor.kind === 'agent').length >= AGENTS;
  };

  const welcome = async (message: IncomingMessage, socket: Duplex, head: Buffer, way: Way): Promise<Out | null> => {
    const handler = handlers[way.route];
    if (handler === undefined || !existsFor(listenerOf(message), way.route)) return NO_ROUTE;
    const who = await whoComes(message, way);
    const judged = 'code' in who ? ({ kind: 'out', ...who } as const) : ({ kind: 'in', ...who } as const);
    const wait = waitFor(rates, judged, () => addressOf(message));
    if (wait !== null) return out('rate_limited', 'too many attempts to connect', `wait ${wait} s`);
    if ('code' in who) return who;
    const { actor } = who;
    if (isFull(actor)) return out('rate_limited', 'too many connections are open', 'close some pages');
    const { permission } = ROUTES[way.route];
    const said = runHeaders(message.headers);
    servers[way.route].handleUpgrade(message, socket, head, (upgraded) => {
      const connection = new SocketConnection(upgraded, socket, {
        actor,
        permitted: () => permits(presence.now(actor) ?? { kind: 'nobody' }, permission),
      });
      open.set(connection, { key: actorKey(actor), actor });
      upgraded.once('close', () => open.delete(connection));
      connection.follow(handler(connection, { actor, query: way.query, terminal: way.terminal, mcp: way.mcp, said }));
    });
    return null;
  };

  const stopProbing = clock.every(PROBE_MS, () => {
    for (const connection of open.keys()) connection.probe();
  });
  presence.subscribe(() => {
    for (const connection of open.keys()) connection.check();
  });

  return {
    upgrade(message, socket, head) {
      socket.once('error', () => socket.destroy());
      const way = wayOf(message.url ?? '');
      if (way === null) refuseUpgrade(message, socket, turnedAway(knockOf(message), 'own') ?? NO_ROUTE);
      else
        welcome(message, socket, head, way).then(
          (refusal) => refusal !== null && refuseUpgrade(message, socket, refusal),
          () => refuseUpgrade(message, socket, out('failed', 'the request could not be judged', 'try again')),
        );
    },
    get open() {
      return open.size;
    },
    async [Symbol.asyncDispose]() {
      stopProbing();
      for (const connection of open.keys()) connection.end();
    },
  };
}
