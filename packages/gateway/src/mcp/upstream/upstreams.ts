// Every server that runs, one for each session and module that uses it: started on demand, stopped when idle, started again
// with growing pauses after a crash. INVARIANT: nothing is asked of a server before what it offers was judged.
import type { JsonObject, McpStart, ModuleHealth, Session } from '@castellan/contract';
import type { UpstreamHost } from '../host.ts';
import type { Looked, ModuleState, Opened } from './types.ts';

export interface UpstreamsOptions {
  /** Ports this daemon listens on: no server of a module is reached there. */
  readonly ownPorts: () => readonly number[];
  /** Further certificates to trust. */
  readonly ca?: string;
}

/** A server to look at that nobody accepted yet. */
export interface LookRequest {
  readonly module: string;
  readonly start: McpStart;
  /** Where it is started when its manifest names no folder. */
  readonly workspace: string;
}

export class Upstreams implements AsyncDisposable {
  readonly #host: UpstreamHost;
  readonly #options: UpstreamsOptions;

  constructor(host: UpstreamHost, options: UpstreamsOptions) {
    this.#host = host;
    this.#options = options;
  }

  /**
   * The server of a module for a session: running, or started now. Joins a start that is under way.
   * @param capabilities what our side declares to it when this starts it; absent: sampling, elicitation and roots.
   */
  async open(session: Session, module: string, capabilities?: JsonObject): Promise<Opened> {
    void [session, module, capabilities, this.#host, this.#options];
    return { kind: 'unavailable', state: 'unused', why: 'not built yet', hint: 'wait', retryAt: null };
  }

  async closeSession(session: string): Promise<void> {
    void session;
  }

  /** Ends every server of a module and forgets its crashes: the next use starts it. Also after its start or lock changed. */
  async restart(module: string): Promise<void> {
    void module;
  }

  /** As `restart`, and forgets its numbers: it was removed. */
  async remove(module: string): Promise<void> {
    void module;
  }

  health(module: string): ModuleHealth | null {
    void module;
    return null;
  }

  state(module: string): ModuleState {
    void module;
    return { state: 'unused', why: null, retryAt: null };
  }

  /** Starts a server once, reads everything it offers, stops it. For `modules add` and `accept`. */
  async look(request: LookRequest, signal: AbortSignal): Promise<Looked> {
    void [request, signal];
    return { kind: 'fault', why: 'not built yet', hint: 'wait', stderr: [] };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
