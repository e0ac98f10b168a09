// The MCP server that clients talk to, over any channel and in every revision from 2025-03-26 to 2026-07-28. INVARIANT: it
// decides nothing: what it lists, runs and passes on is what `McpGate` and `McpModules` say.
import type { AgentId } from '@castellan/contract';
import type { EndpointCounts, EndpointHost, HttpPlace, HttpSeat, SocketPlace, SocketSeat } from './types.ts';

export class McpEndpoint implements AsyncDisposable {
  readonly #host: EndpointHost;

  constructor(host: EndpointHost) {
    this.#host = host;
  }

  /** Serves a client over a channel of whole messages; the client says which era it speaks. */
  serveSocket(place: SocketPlace): SocketSeat {
    void [this.#host, place];
    return { message() {}, closed() {} };
  }

  /** Serves requests of an agent over Streamable HTTP. Cheap: make one for each request. */
  http(place: HttpPlace): HttpSeat {
    void place;
    return { fetch: async () => new Response(null, { status: 503 }) };
  }

  /** Ends everything of an agent: its credential was revoked. */
  async endAgent(agent: AgentId): Promise<void> {
    void agent;
  }

  counts(): EndpointCounts {
    return { sockets: 0, httpSessions: 0, held: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The endpoint over what it stands on. */
export function openMcp(host: EndpointHost): McpEndpoint {
  return new McpEndpoint(host);
}
