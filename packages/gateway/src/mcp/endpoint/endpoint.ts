// The MCP server that clients talk to, over any channel and in every revision from 2025-03-26 to 2026-07-28. INVARIANT: it
// decides nothing: what it lists, runs and passes on is what `McpGate` and `McpModules` say.
import type { AgentId, JsonObject, Session, SessionId } from '@castellan/contract';
import type { ScriptUse } from '../host.ts';
import { Catalogues } from './catalogues.ts';
import { tellChanges } from './changes.ts';
import { ClientSeat, type SeatOptions } from './client-seat.ts';
import { HttpClients } from './http.ts';
import type { Run } from './run.ts';
import type { Seat } from './seat.ts';
import { serveSocket } from './socket.ts';
import { Store } from './store.ts';
import { runTool } from './tools.ts';
import type { EndpointCounts, EndpointHost, HttpPlace, HttpSeat, SocketPlace, SocketSeat } from './types.ts';
import type { Used } from './use.ts';

interface Socket {
  readonly seat: Seat;
  readonly behind: () => number;
  close(why: string, stops?: boolean): void;
}

export class McpEndpoint implements AsyncDisposable {
  readonly #host: EndpointHost;
  readonly #catalogues: Catalogues;
  readonly #runs = new Map<string, Run[]>();
  readonly #store = new Store();
  readonly #sockets = new Set<Socket>();
  readonly #http: HttpClients;
  readonly #stop: () => void;

  constructor(host: EndpointHost) {
    this.#host = host;
    this.#catalogues = new Catalogues(host.modules);
    this.#http = new HttpClients({
      host,
      seat: (place, client, key) =>
        this.#seat({ ...place, session: () => place.session({ client, key }), used: () => place.used?.(key) }),
    });
    const changes = tellChanges({
      clock: host.clock,
      gate: host.gate,
      catalogues: this.#catalogues,
      seats: () => this.#seats(),
    });
    const off = host.modules.subscribe(changes.changed);
    this.#stop = () => {
      off();
      changes.stop();
    };
  }

  /** Serves a client over a channel of whole messages; the client says which era it speaks. */
  serveSocket(place: SocketPlace): SocketSeat {
    const seat = this.#seat({ ...place, used: () => {} });
    const gone = (): void => {
      this.#sockets.delete(socket);
      seat.close();
    };
    const served = serveSocket(seat, place, gone, () => this.#behind(place.agent));
    const socket: Socket = { seat, behind: place.behind, close: served.close };
    this.#sockets.add(socket);
    return served;
  }

  /** Serves requests of an agent over Streamable HTTP. Cheap: make one for each request. */
  http(place: HttpPlace): HttpSeat {
    return { fetch: (asked, body) => this.#http.fetch(place, asked, body) };
  }

  /** One use of a tool by a script, in the session it runs in: everything that holds for a client of that agent holds. */
  async runTool(session: Session, module: string, tool: string, args: JsonObject, program: ScriptUse): Promise<Used> {
    const place = { agent: session.agent, only: module, session: async () => session, used: () => {} };
    const seat = this.#seat(place);
    try {
      return await runTool(seat, program, tool, args);
    } finally {
      seat.close();
    }
  }

  /** Ends everything of an agent: its credential was revoked. */
  async endAgent(agent: AgentId): Promise<void> {
    for (const socket of [...this.#sockets]) if (socket.seat.agent === agent) socket.close('the agent was revoked');
    await this.#http.end(agent);
  }

  /** A session is over: a client that comes by HTTP does not go on in it. One of a channel ends with its channel. */
  async endSession(id: SessionId): Promise<void> {
    await this.#http.endSession(id);
  }

  counts(): EndpointCounts {
    let held = 0;
    for (const seat of this.#seats()) held += seat.held.size;
    return { sockets: this.#sockets.size, httpSessions: this.#http.size, held, keptBytes: this.#store.bytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    for (const socket of [...this.#sockets]) socket.close('the gateway stops', true);
    await this.#http.stop();
  }

  #seat({ agent, only, session, used }: Pick<SeatOptions, 'agent' | 'only' | 'session' | 'used'>): Seat {
    const shared = { host: this.#host, catalogues: this.#catalogues, runs: this.#runs, store: this.#store };
    return new ClientSeat({ ...shared, agent, only, session, used });
  }

  #behind(agent: AgentId): number {
    let bytes = 0;
    for (const { seat, behind } of this.#sockets) if (seat.agent === agent) bytes += behind();
    return bytes;
  }

  *#seats(): Iterable<Seat> {
    for (const { seat } of this.#sockets) yield seat;
    yield* this.#http.seats;
  }
}

/** The endpoint over what it stands on. */
export function openMcp(host: EndpointHost): McpEndpoint {
  return new McpEndpoint(host);
}
