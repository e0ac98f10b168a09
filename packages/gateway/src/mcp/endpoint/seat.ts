// One client, as everything that serves it sees it. INVARIANT: nothing of one client is reachable from another.
import type { AgentId, Definition, JsonObject, Session } from '@castellan/contract';
import type { Opened, Upstream } from '../upstream/index.ts';
import type { Catalogue } from './catalogue.ts';
import type { HeldRuns } from './held.ts';
import type { KeptResults } from './kept.ts';
import type { Line, Run } from './run.ts';
import type { Store } from './store.ts';
import type { EndpointHost } from './types.ts';

export interface Seat {
  readonly host: EndpointHost;
  readonly agent: AgentId;
  readonly only: string | null;
  /** What all clients of all agents have in memory. */
  readonly store: Store;
  readonly kept: KeptResults;
  readonly held: HeldRuns;
  readonly logs: {
    setLevel(server: Upstream, level: string): void;
  };
  readonly subscriptions: {
    /** @throws ProtocolError it is not there, refused, or its server cannot. */
    add(line: Line, shownAs: string): Promise<void>;
    remove(shownAs: string): void;
  };
  /** Notifications outside of any request; set by whoever serves this client. */
  emit: (method: string, params?: JsonObject) => void;
  /** What a legacy client asked for with `logging/setLevel`. */
  level: string | null;
  readonly now: () => number;
  /** Asked of the caller at the first use, once; a failure is asked again. */
  session(): Promise<Session>;
  /** The session if there is one already: who never used anything is told of no change. */
  readonly known: Session | null;
  /** Another request of it came. */
  used(): void;
  readonly catalogue: Catalogue;
  /** Whether it may be used still: read again, for a server may have been held back since it was looked up. */
  stillOffered(module: string, pinned: Definition | null): boolean;
  /** The server of a module, started now if it does not run, and what it says from now on. */
  open(module: string, capabilities: JsonObject): Promise<Opened>;
  /** Servers that run for this client. */
  servers(): readonly Upstream[];
  /** Params with what the client of this request can be asked and its log level, where a server takes them with each request. */
  levelled(server: Upstream, run: Run, params: JsonObject): JsonObject;
  begin(run: Run): Run;
  end(run: Run): void;
  /** The call of a module that began last. */
  latest(module: string): Run | undefined;
  /** A result linked to a resource: it may be read, though no list names it. Of two modules, neither may. */
  linked(module: string, uri: string): void;
  linkOwner(uri: string): string | null;
  /** The client has other folders now: servers that asked for them ask again. */
  rootsChanged(): void;
  refused(what: string, why: string): void;
  close(): void;
}
