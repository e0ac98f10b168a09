// What whoever mounts the endpoint gives it and gets from it: the gate, the modules, a way to a client, and back.
import type { AgentId, Session } from '@castellan/contract';
import type { McpClock, McpGate, McpModules, OwnTool } from '../host.ts';
import type { Upstreams } from '../upstream/index.ts';

/** What the endpoint stands on. */
export interface EndpointHost {
  readonly gate: McpGate;
  readonly modules: McpModules;
  readonly upstreams: Pick<Upstreams, 'open'>;
  readonly clock: McpClock;
  /** Of this program, as a client is told it. */
  readonly version: string;
  /** Tools of whoever mounts it. */
  readonly own?: readonly OwnTool[];
}

/** Who a client says it is. Never a reason to allow anything: it is what anyone may write there. */
export interface ClientSelf {
  readonly name: string;
  readonly version: string;
}

/** One client at the other end of a channel that carries a message a frame: what `castellan mcp` speaks. */
export interface SocketPlace {
  readonly agent: AgentId;
  /** The one module it asked for (`--module NAME`); null: all of them, names as `module__tool`. */
  readonly only: string | null;
  /** Asked once, at the first use: a client that only lists makes no session where the caller does not want one. */
  readonly session: () => Promise<Session>;
  /** Writes one message. @returns the bytes that still wait to be read at the other end: a slow reader is cut off. */
  readonly send: (text: string) => number;
  /** The same, now. */
  readonly behind: () => number;
  /** Ends the channel from this side. Called once. */
  /** @param stops the gateway itself ends: the client may come back to the next one. */
  readonly close: (why: string, stops: boolean) => void;
}

export interface SocketSeat {
  message(text: string): void;
  /** The other end is gone. */
  closed(): void;
}

/** The agent whose credential an HTTP request carried. Made for each request: `agent` is what a session is bound to. */
export interface HttpPlace {
  readonly agent: AgentId;
  readonly only: string | null;
  /** The folder and the task it says it works in: requests that differ in it are of two clients, whatever they are called. */
  readonly where: string;
  /** `key`: the same for everything one client does (a legacy MCP session; a modern client's name), never secret. */
  readonly session: (about: { readonly client: ClientSelf | null; readonly key: string }) => Promise<Session>;
  /** Another request of the client with that key: its session is one that is used. */
  readonly used?: (key: string) => void;
}

/** A request by HTTP. */
export interface HttpAsked {
  readonly method: string;
  /** By its name in lower case. */
  header(name: string): string | null;
  /** The same as the SDK wants it, without its body: made where it is needed, and the same each time. */
  whole(): Request;
}

/** An answer by HTTP: the SDK's own, or one result or error as JSON, with the name of the session. */
export type HttpAnswer = Response | { readonly kind: 'json'; readonly session: string; readonly text: string };

export interface HttpSeat {
  /** POST, GET and DELETE of either era. `body`: the bytes as they came, for duplicate keys and bad UTF-8 are refused here. */
  fetch(asked: HttpAsked, body: Uint8Array | null): Promise<HttpAnswer>;
}

/** How much one agent uses of the endpoint now: for health and tests. */
export interface EndpointCounts {
  readonly sockets: number;
  readonly httpSessions: number;
  readonly held: number;
  /** What is kept in memory for clients. */
  readonly keptBytes: number;
}
