// A way to a server, made and not yet spoken over: its process, or its address.
import type { JsonObject, McpStart, ServerIdentity } from '@castellan/contract';
import type { Transport } from '@modelcontextprotocol/client';
import type { ServerWalls, UpstreamHost } from '../host.ts';
import type { Pace } from './pace.ts';

/** gone: it forgot us, and may be greeted anew at once. */
export type Cause = 'crash' | 'sign-in' | 'gone' | 'held';

export interface Connection {
  readonly transport: Transport;
  /** Known once something was exchanged. */
  identity(): ServerIdentity;
  stderr(): readonly string[];
  /** Bytes of the message that came last; null: not known. */
  lastBytes(): number | null;
  /** Why it is over, in words; null: it is not. */
  over(): string | null;
  /** Of `over`. */
  cause(): Cause;
  /** What a greeting failed of, where more can be found out. */
  explain(error: unknown): Promise<string | null>;
  /** What of it was refused last, though the connection goes on. */
  lastRefusal(): string | null;
  /** It ended by itself. */
  hasDied(): boolean;
  /** Ends a server that breaks the rules. */
  end(why: string): void;
  close(): Promise<void>;
}

export type Connecting =
  | { readonly ok: true; readonly connection: Connection }
  | { readonly ok: false; readonly kind: 'held' | 'unusable'; readonly why: string; readonly hint: string };

export interface Way {
  readonly module: string;
  readonly start: McpStart;
  /** Where a process starts that has no folder in its manifest. @throws Error in words. */
  readonly folder: () => string;
  /** Around its process; null: none. */
  readonly walls: ServerWalls | null;
  readonly host: UpstreamHost;
  readonly pace: Pace;
  /** Asked before anything of ours reaches it. @returns why not; null: it may be spoken to. */
  readonly mayBe: (identity: ServerIdentity) => string | null;
  readonly ownPorts: () => readonly number[];
  readonly ca: string | undefined;
}

/**
 * What our side says it can do for a server: all that the gateway can pass on, whoever uses it. INVARIANT: always the same. A
 * server may offer other things to other clients; what people accepted is what it offers to this one, and a client that can
 * less must not make it look changed for everybody. What a client cannot, the server is answered when it asks.
 */
export const OUR_CAPABILITIES: JsonObject = {
  sampling: { tools: {} },
  elicitation: { form: {}, url: {} },
  roots: { listChanged: true },
};
