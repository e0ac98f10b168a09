// One client: who it is, its session, what it is subscribed to, what it has under way. It outlives single requests where the
// revision has none between them. INVARIANT: nothing of one client is reachable from another.
import type { AgentId, Definition, JsonObject, Session } from '@castellan/contract';
import type { Opened, Upstream } from '../upstream/index.ts';
import { askClient } from './ask.ts';
import type { Catalogue } from './catalogue.ts';
import type { Catalogues } from './catalogues.ts';
import { fault, METHOD_NOT_FOUND } from './faults.ts';
import { HeldRuns } from './held.ts';
import { KeptResults } from './kept.ts';
import { Links } from './links.ts';
import { Logs } from './logs.ts';
import { ROOTS, RootsAsked } from './roots.ts';
import type { Run } from './run.ts';
import type { Seat } from './seat.ts';
import type { Store } from './store.ts';
import { Subscriptions } from './subscriptions.ts';
import type { EndpointHost } from './types.ts';

export interface SeatOptions {
  readonly host: EndpointHost;
  readonly catalogues: Catalogues;
  readonly agent: AgentId;
  readonly only: string | null;
  readonly session: () => Promise<Session>;
  readonly used: () => void;
  /** Every run of every client, by session and module: a server's question goes to the call that it is in. */
  readonly runs: Map<string, Run[]>;
  readonly store: Store;
}

export class ClientSeat implements Seat {
  readonly host: EndpointHost;
  readonly agent: AgentId;
  readonly only: string | null;
  readonly store: Store;
  readonly kept: KeptResults;
  readonly held: HeldRuns;
  readonly logs: Logs;
  readonly subscriptions: Subscriptions;
  emit: (method: string, params?: JsonObject) => void = () => {};
  level: string | null = null;
  readonly #options: SeatOptions;
  readonly #servers = new Map<string, { readonly server: Upstream; readonly off: () => void }>();
  readonly #links = new Links();
  readonly #roots: RootsAsked;
  #session: Promise<Session> | null = null;
  #known: Session | null = null;

  constructor(options: SeatOptions) {
    this.#options = options;
    this.host = options.host;
    this.agent = options.agent;
    this.only = options.only;
    this.store = options.store;
    this.kept = new KeptResults(options.host.clock, options.store, options.agent);
    this.held = new HeldRuns(options.host.clock, options.store, options.agent);
    this.#roots = new RootsAsked(options.host.clock);
    this.logs = new Logs(this);
    this.subscriptions = new Subscriptions(this);
  }

  readonly now = (): number => this.host.clock.now();

  session(): Promise<Session> {
    if (this.#session === null) {
      this.#session = this.#options.session();
      this.#session.then(
        (session) => {
          this.#known = session;
        },
        () => {
          this.#session = null;
        },
      );
    }
    return this.#session;
  }

  used(): void {
    this.#options.used();
  }

  get known(): Session | null {
    return this.#known;
  }

  get catalogue(): Catalogue {
    return this.#options.catalogues.of(this.only);
  }

  stillOffered(name: string, pinned: Definition | null): boolean {
    const module = this.host.modules.get(name);
    if (module === null) return false;
    if (pinned === null || module.offered.includes(pinned)) return true;
    return module.offered.some(
      (one) => one.kind === pinned.kind && one.name === pinned.name && one.digest === pinned.digest,
    );
  }

  async open(module: string, capabilities: JsonObject): Promise<Opened> {
    const opened = await this.host.upstreams.open(await this.session(), module);
    if (opened.kind === 'unavailable') return opened;
    const before = this.#servers.get(module);
    if (before?.server === opened) return opened;
    before?.off();
    const off = opened.attach({
      onRequest: (method, params, signal) => this.#asked(module, method, params, signal),
      onNotification: (method, params) => this.#told(module, method, params),
    });
    this.#servers.set(module, { server: opened, off });
    if (this.level !== null) this.logs.setLevel(opened, this.level);
    this.subscriptions.again(opened, module);
    if (capabilities.roots !== undefined) await this.#roots.offer(opened, module);
    return opened;
  }

  servers(): readonly Upstream[] {
    return [...this.#servers.values()].map(({ server }) => server);
  }

  levelled(server: Upstream, run: Run, params: JsonObject): JsonObject {
    if (server.era !== 'modern') return params;
    const level = server.capabilities.logging === undefined ? null : (run.line.logLevel ?? this.level);
    const _meta = {
      ...((params._meta ?? {}) as JsonObject),
      // Each request stands alone: another one of this client may be one that can be asked less.
      'io.modelcontextprotocol/clientCapabilities': passedOn(run.line.capabilities),
      ...(level === null ? {} : { 'io.modelcontextprotocol/logLevel': level }),
    };
    return { ...params, _meta };
  }

  begin(run: Run): Run {
    const key = this.#key(run.module);
    const runs = this.#options.runs.get(key);
    if (runs === undefined) this.#options.runs.set(key, [run]);
    else runs.push(run);
    return run;
  }

  end(run: Run): void {
    run.over();
    const key = this.#key(run.module);
    const runs = this.#options.runs.get(key);
    if (runs === undefined) return;
    const at = runs.indexOf(run);
    if (at !== -1) runs.splice(at, 1);
    if (runs.length === 0) this.#options.runs.delete(key);
  }

  latest(module: string): Run | undefined {
    return this.#options.runs.get(this.#key(module))?.at(-1);
  }

  linked(module: string, uri: string): void {
    this.#links.add(module, uri);
  }

  linkOwner(uri: string): string | null {
    return this.#links.owner(uri);
  }

  rootsChanged(): void {
    for (const server of this.servers()) this.#roots.tell(server);
  }

  refused(what: string, why: string): void {
    this.host.gate.refused(this.agent, what, why);
  }

  close(): void {
    this.held.clear();
    this.kept.clear();
    this.#links.clear();
    this.subscriptions.clear();
    for (const { off } of this.#servers.values()) off();
    this.#servers.clear();
    this.emit = () => {};
  }

  #key(module: string): string {
    // Before the first use there is no session, and no run: `begin` comes after it.
    return `${this.#known?.id ?? ''} ${module}`;
  }

  async #asked(module: string, method: string, params: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    const run = this.latest(module);
    if (run === undefined) throw fault(METHOD_NOT_FOUND, 'no call of the client is under way that could be asked in');
    const answer = askClient(this, run, method, params, signal);
    return method === ROOTS ? this.#roots.during(module, answer) : answer;
  }

  #told(module: string, method: string, params: JsonObject): void {
    if (method === 'notifications/message') this.logs.passOn(module, params);
    else if (method === 'notifications/resources/updated') this.subscriptions.updated(module, params);
    else if (method === 'notifications/elicitation/complete') this.emit(method, this.host.gate.hide(params));
  }
}

/** Of what a client can be asked, what is passed on: nothing experimental, no tasks. */
function passedOn(capabilities: JsonObject): JsonObject {
  const passed: Record<string, JsonObject[string]> = {};
  for (const name of ['sampling', 'elicitation', 'roots']) {
    const declared = capabilities[name];
    if (declared !== undefined) passed[name] = declared;
  }
  return passed;
}
