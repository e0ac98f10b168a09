// What the gateway's own side says to a running MCP server and hears from it. INVARIANT: what a server answers comes as it
// said it, unknown members kept; what it did wrong comes as a value, never as a throw.
import type { Definition, JsonObject, JsonValue, McpStart, ServerState } from '@castellan/contract';
import type { Seen, ServerWalls } from '../host.ts';

/** legacy: `initialize`, then both sides ask. modern: 2026-07-28, where each request stands alone. */
export type Era = 'legacy' | 'modern';

export interface RequestOptions {
  /** Aborted: the server is told (`notifications/cancelled`) and the answer is `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** The params of a progress notification, without its token. Each one begins the time anew, up to the absolute cap. */
  readonly onProgress?: ((progress: JsonObject) => void) | undefined;
  /** Instead of the manifest's `timeoutSeconds`. */
  readonly timeoutMs?: number | undefined;
  /**
   * What was decided to be used: right before it is sent, this and no other definition must be accepted and be what this very
   * server offers. Absent or null: it is found by its name where the method has one.
   */
  readonly pinned?: Pick<Definition, 'kind' | 'name' | 'digest'> | null;
}

export type Answer =
  /** The `result` of the server, as it came. */
  | { readonly kind: 'result'; readonly result: JsonObject }
  /**
   * A 2026-07-28 server wants something of the client first (`resultType: 'input_required'`): ask it, then send the same
   * request again with `inputResponses` and `requestState` among its params. `result` is the whole of it.
   */
  | {
      readonly kind: 'input-required';
      readonly inputRequests: JsonObject;
      readonly requestState: string | null;
      readonly result: JsonObject;
    }
  /** A JSON-RPC error of the server; its message without known secrets. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string; readonly data?: JsonValue }
  /** No answer: it crashed, took too long, broke the protocol, has too much to do, is gone. One line each. */
  | { readonly kind: 'failed'; readonly why: string; readonly hint: string }
  | { readonly kind: 'cancelled' };

/** What a server asks and says. A request nobody is there for is answered with -32601. */
export interface FromServer {
  /** `sampling/createMessage`, `elicitation/create`, `roots/list` of a legacy server. A throw with a `code` is that error. */
  onRequest(method: string, params: JsonObject, signal: AbortSignal): Promise<JsonObject>;
  /**
   * Log messages, `notifications/resources/updated` and what else it says unasked. Changes of its lists do not come here:
   * the pool fetches them again and has them judged (`McpModules.subscribe` tells of it).
   */
  onNotification(method: string, params: JsonObject): void;
}

/** A running server, for one session. */
export interface Upstream {
  readonly kind: 'upstream';
  readonly module: string;
  readonly era: Era;
  /** The revision both sides speak: `2025-11-25`. */
  readonly protocol: string;
  /** What it declared. */
  readonly capabilities: JsonObject;
  request(method: string, params: JsonObject, options?: RequestOptions): Promise<Answer>;
  notify(method: string, params: JsonObject): Promise<void>;
  /**
   * Listens until the returned function is called. Notifications go to everyone who listens; a request goes to who began to
   * listen last.
   */
  attach(handlers: FromServer): () => void;
  /** Wants `notifications/resources/updated` of a resource, in whichever way its era has. `result` is empty. */
  watch(uri: string, pinned?: RequestOptions['pinned']): Promise<Answer>;
  unwatch(uri: string): Promise<Answer>;
}

/** Why a server cannot be used now. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly state: ServerState;
  readonly why: string;
  readonly hint: string;
  /** Of `backing-off`: when it may be started again. */
  readonly retryAt: number | null;
}
export type Opened = Upstream | Unavailable;

/** What a server offers, read once. */
export type Looked =
  | { readonly kind: 'seen'; readonly seen: Seen; readonly stderr: readonly string[] }
  /** It wants to be signed in to first (M6). */
  | { readonly kind: 'needs-sign-in'; readonly why: string; readonly hint: string }
  | { readonly kind: 'fault'; readonly why: string; readonly hint: string; readonly stderr: readonly string[] };

export interface ModuleState {
  readonly state: ServerState;
  /** One line: why it is not ready; null where nothing is wrong. */
  readonly why: string | null;
  readonly retryAt: number | null;
}

/** A server to look at that nobody accepted yet. */
export interface LookRequest {
  readonly module: string;
  readonly start: McpStart;
  /** Where it is started when its manifest names no folder. */
  readonly folder: string;
  readonly walls: ServerWalls | null;
}
