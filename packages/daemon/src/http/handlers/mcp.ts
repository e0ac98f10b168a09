// The MCP endpoint behind the doors: by HTTP, and by the socket of `castellan mcp`. Opened at the first request, for the daemon
// starts without the protocol's library. INVARIANT: what came in as a credential stays here; the endpoint is told whose it is.
import { type Actor, type AgentId, canonicalJson } from '@castellan/contract';
import type { HttpAsked, McpEndpoint } from '@castellan/gateway';
import type { Exits } from '../../exits/index.ts';
import { type McpConnection, type McpPlace, type McpSessions, runHeaders } from '../../surfaces/index.ts';
import { type Context, Refused } from '../answer.ts';
import type { SocketHandlers } from '../live/index.ts';
import { sendAnswer } from '../mcp-answer.ts';
import type { Rates } from '../rates.ts';
import type { Handlers } from '../server.ts';
import { Shares } from '../shares.ts';
import type { Turns } from '../turns.ts';

type McpHandlers = Pick<
  Handlers,
  'mcp' | 'mcpStream' | 'mcpEnd' | 'mcpModule' | 'mcpModuleStream' | 'mcpModuleEnd' | 'mcpSocket'
>;

export interface McpDoor {
  readonly exits: Exits;
  readonly rates: Rates;
  /** Of sockets and HTTP together. */
  readonly turns: Turns;
  readonly sessions: McpSessions;
  /** Whether there is a module of this name whose tools a server has. */
  readonly hasServer: (module: string) => boolean;
  /** Made at the first call of it. */
  readonly endpoint: () => Promise<McpEndpoint>;
  readonly after: (ms: number, run: () => void) => () => void;
}

/** Streams that wait for what a server may say: one a session and a few that are on their way out. */
const STREAMS = { each: 64, all: 256 };
/** Requests under way, those that wait for a person among them. */
const REQUESTS = { each: 256, all: 768 };
/** Without what is ours to judge by: a server behind the endpoint is never handed a credential that is good here. */
const KEPT_HERE: ReadonlySet<string> = new Set(['authorization', 'cookie', 'x-api-key', 'proxy-authorization']);
const SESSION = 'mcp-session-id';
const MODULE = /^[a-z0-9][a-z0-9_:-]{0,63}$/;

function agentOf(actor: Actor): AgentId {
  if (actor.kind === 'agent') return actor.agent;
  throw new Refused('not_permitted', 'only an agent speaks MCP here');
}

/** Percent-encoded where the name is not all ASCII; as it is, it begins with a slash. */
function folderIn(header: string | undefined): string | undefined {
  if (header?.startsWith('%2F') !== true) return header;
  try {
    return decodeURIComponent(header);
  } catch {
    return undefined;
  }
}

/** Said by the client alone: a folder that is no absolute path is none. */
function placeOf(headers: Context<unknown, unknown>['headers']): McpPlace {
  const folder = folderIn(headers['x-castellan-workspace']);
  const isFolder = folder?.startsWith('/') === true && folder.length <= 4096 && !folder.includes('\0');
  return { workspace: isFolder ? folder : null, said: runHeaders(headers), note: 'over HTTP' };
}

const LISTS = '`castellan modules` lists them';

/** A client that mistyped a name is told, rather than given an endpoint without tools. */
function moduleOf({ module }: { readonly [name: string]: string }, hasServer: McpDoor['hasServer']): string | null {
  if (module === undefined) return null;
  if (!MODULE.test(module)) throw new Refused('not_found', 'no such module', { hint: LISTS });
  if (!hasServer(module)) throw new Refused('not_found', `no server is behind \`${module}\``, { hint: LISTS });
  return module;
}

/** Without what is ours to judge by. */
function askedBy(
  method: string,
  path: string,
  headers: Context<unknown, unknown>['headers'],
  gone: AbortSignal,
): HttpAsked {
  const header = (name: string): string | null => (KEPT_HERE.has(name) ? null : (headers[name] ?? null));
  let whole: Request | null = null;
  return {
    method,
    header,
    whole() {
      const names = Object.keys(headers).filter((name) => header(name) !== null);
      whole ??= new Request(`http://localhost${path}`, {
        method,
        headers: names.map((name): [string, string] => [name, header(name) ?? '']),
        signal: gone,
      });
      return whole;
    },
  };
}

export function mcpHandlers({ exits, turns, sessions, hasServer, endpoint }: McpDoor): McpHandlers {
  const streams = new Shares(STREAMS);
  const requests = new Shares(REQUESTS);

  const serve = async (context: Context<unknown, unknown>): Promise<void> => {
    const { actor, headers, params, request, reply, gone } = context;
    const agent = agentOf(actor);
    const only = moduleOf(params, hasServer);
    const { method = 'GET' } = request.raw;
    const leave = (method === 'GET' ? streams : requests).enter(agent);
    if (leave === null)
      throw new Refused('rate_limited', 'too many MCP requests of this agent are open', {
        hint: 'end some of its sessions',
        retryAfter: 1,
      });
    const rest = sessions.busy(agent);
    reply.raw.once('close', () => {
      leave();
      rest();
    });
    const body = request.body instanceof Uint8Array && method === 'POST' ? request.body : null;
    await new Promise<void>((served) => turns.take(agent, body?.length ?? 0, served));
    const asked = askedBy(method, request.raw.url ?? '/mcp', headers, gone);
    const place = placeOf(headers);
    // A session is made at its first use, which is later than the request that begins it; that one's answer names it.
    let called: string | null = null;
    const seat = (await endpoint()).http({
      agent,
      only,
      where: canonicalJson([place.workspace, place.said]),
      used: (key) => void sessions.used(agent, key, place),
      session: ({ client, key }) => {
        const by = client === null ? '' : ` by ${client.name.slice(0, 60)} ${client.version.slice(0, 40)}`;
        return sessions.client(agent, key, { ...place, note: `${place.note}${by}` }, () => called);
      },
    });
    const answer = await seat.fetch(asked, body);
    called = 'kind' in answer ? answer.session : answer.headers.get(SESSION);
    const named = headers[SESSION];
    if (method === 'DELETE' && 'ok' in answer && answer.ok && named !== undefined) await sessions.left(agent, named);
    reply.hijack();
    await sendAnswer(answer, reply.raw, exits);
  };

  return {
    mcp: serve,
    mcpStream: serve,
    mcpEnd: serve,
    mcpModule: serve,
    mcpModuleStream: serve,
    mcpModuleEnd: serve,
    mcpSocket() {
      throw new Refused('bad_request', 'this route is a WebSocket', { hint: 'send `Upgrade: websocket`' });
    },
  };
}

/** A message of a client that came before its seat was there: the first ones, while the endpoint is opened. */
const MOST_WAITING = 64;
/** Messages that wait for their turn: a client that sends more is not read meanwhile. */
const MOST_BEHIND = 64;

interface Reading {
  pause(): void;
  resume(): void;
}

/** Two reasons not to read: it is read again when neither holds any more. */
function pacing(connection: Reading): Reading {
  let held = 0;
  return {
    pause() {
      held += 1;
      if (held === 1) connection.pause();
    },
    resume() {
      held -= 1;
      if (held === 0) connection.resume();
    },
  };
}

export function mcpSocket({
  exits,
  rates,
  turns,
  sessions,
  hasServer,
  endpoint,
  after,
}: McpDoor): Required<SocketHandlers>['mcpSocket'] {
  return (connection, { actor, mcp, said }) => {
    if (actor.kind !== 'agent') {
      connection.close(1008, 'only an agent speaks MCP here');
      return {};
    }
    if (mcp.module !== undefined && !hasServer(mcp.module)) {
      connection.close(1008, `no server is behind \`${mcp.module}\`; ${LISTS}`);
      return {};
    }
    const { agent } = actor;
    const note = `over its socket${mcp.session === undefined ? '' : ` as ${mcp.session}`}`;
    const own: McpConnection = sessions.connection(agent, { workspace: mcp.workspace ?? null, said, note });
    const pace = pacing(connection);
    let behind = 0;
    let isOver = false;
    let waiting: string[] | null = [];
    let told: ((text: string) => void) | null = null;
    let left: (() => void) | null = null;
    const end = (): void => {
      isOver = true;
      waiting = null;
      left?.();
      void own.end('the client went away').catch(() => undefined);
    };
    endpoint().then(
      (opened) => {
        if (isOver) return;
        const seat = opened.serveSocket({
          agent,
          only: mcp.module ?? null,
          session: () => own.session(),
          send(text) {
            connection.send(exits.message(text));
            return connection.behind;
          },
          behind: () => connection.behind,
          close: (why, stops) => connection.close(stops ? 1001 : 1008, exits.text(why).slice(0, 100)),
        });
        told = (text) => {
          behind += 1;
          if (behind === MOST_BEHIND) pace.pause();
          turns.take(agent, text.length, () => {
            if (behind === MOST_BEHIND) pace.resume();
            behind -= 1;
            seat.message(text);
          });
        };
        left = () => seat.closed();
        for (const text of waiting ?? []) told(text);
        waiting = null;
      },
      () => connection.close(1011, 'the gateway could not be opened'),
    );
    return {
      onText(text) {
        const wait = rates.take(actor, () => '');
        if (wait !== null) {
          pace.pause();
          after(wait * 1000, () => pace.resume());
        }
        if (told !== null) told(text);
        else if (waiting !== null && waiting.length < MOST_WAITING) waiting.push(text);
        else if (!isOver) connection.close(1008, 'too many messages before the first answer');
      },
      onClose: end,
    };
  };
}
