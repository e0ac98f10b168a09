// Every server that runs, one for each session and module that uses it: started on demand, stopped when idle, started again
// with growing pauses after a crash. INVARIANT: nothing is asked of a server before what it offers was judged.
import {
  canonicalJson,
  type DefinitionKind,
  type JsonValue,
  type ModuleHealth,
  type Session,
} from '@castellan/contract';
import type { Seen, ServedModule, UpstreamHost } from '../host.ts';
import type { Connection } from './connection.ts';
import { Numbers, type Withheld } from './numbers.ts';
import { type Accepted, OwnOffer } from './own-offer.ts';
import { type Occupant, roomFor } from './room.ts';
import type { RunningServer } from './server.ts';
import type { StartedServer } from './start-server.ts';
import type { Looked, LookRequest, ModuleState, Opened, Unavailable } from './types.ts';

export interface UpstreamsOptions {
  /** Of this program: a server is told it. */
  readonly version: string;
  /** Ports this daemon listens on: no server of a module is reached there. */
  readonly ownPorts: () => readonly number[];
  /** Further certificates to trust. */
  readonly ca?: string;
}

interface Entry {
  readonly session: string;
  readonly agent: string;
  readonly module: string;
  readonly start: string;
  readonly stop: AbortController;
  server: RunningServer | null;
  connection: Connection | null;
  opening: Promise<Opened> | null;
  /** We end it: its end is no crash. */
  isClosing: boolean;
}

const exactly = (identity: Seen['identity']): string => canonicalJson(identity as JsonValue);
/** What a person accepted: after another acceptance a server that was held may be tried again. */
const acceptance = ({ lock, start }: ServedModule): string => JSON.stringify([lock.acceptedAt, start]);

export class Upstreams implements AsyncDisposable {
  readonly #host: UpstreamHost;
  readonly #options: UpstreamsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #numbers = new Map<string, Numbers>();
  readonly #closing = new Set<Promise<void>>();
  readonly #unsubscribe: () => void;
  #isOver = false;

  constructor(host: UpstreamHost, options: UpstreamsOptions) {
    this.#host = host;
    this.#options = options;
    this.#unsubscribe = host.modules.subscribe((module) => this.#moduleChanged(module));
  }

  /** The server of a module for a session: running, or started now. Joins a start that is under way. */
  async open(session: Session, module: string): Promise<Opened> {
    const served = this.#host.modules.get(module);
    if (served === null || this.#isOver)
      return unavailable('unaccepted', `there is no module \`${module}\` with a server that was accepted`, ADD);
    const key = `${session.id} ${module}`;
    const there = this.#entries.get(key);
    if (there?.server != null && !there.isClosing) return there.server;
    if (there?.opening != null) return there.opening;
    const withheld = this.#withheld(served);
    if (withheld !== null) return withheld;
    const tooMany = this.#makeRoom(session.agent, module);
    if (tooMany !== null) return unavailable('stopped', tooMany, 'end sessions that are not needed');
    const entry: Entry = {
      session: session.id,
      agent: session.agent,
      module,
      start: this.#startKey(served),
      stop: new AbortController(),
      server: null,
      connection: null,
      opening: null,
      isClosing: false,
    };
    this.#entries.set(key, entry);
    entry.opening = this.#start(key, entry, served).catch((error: unknown) => this.#failed(key, entry, served, error));
    return entry.opening;
  }

  async closeSession(session: string): Promise<void> {
    await this.#closeAll((entry) => entry.session === session);
  }

  /** Ends every server of a module and forgets its crashes: the next use starts it. Also after its start or lock changed. */
  async restart(module: string): Promise<void> {
    this.#numbers.get(module)?.forgive();
    await this.#closeAll((entry) => entry.module === module);
  }

  /** As `restart`, and forgets its numbers: it was removed. */
  async remove(module: string): Promise<void> {
    await this.restart(module);
    this.#numbers.delete(module);
  }

  /**
   * Whether every server of the module that runs now says the very same as this one. One that does not and has nothing under
   * way is ended: when it is needed it is started anew, and judged by what it says then.
   */
  agree(module: string, seen: Seen): boolean {
    const { mark } = new OwnOffer(seen);
    let agreed = true;
    for (const [key, entry] of this.#entries) {
      const { server } = entry;
      if (entry.module !== module || server === null || server.said === mark) continue;
      if (server.busy > 0) agreed = false;
      else this.#track(this.#close(key, entry, 'it offers something else than its module'));
    }
    return agreed;
  }

  health(module: string): ModuleHealth | null {
    const running = [...this.#entries.values()].filter((entry) => entry.module === module && entry.server !== null);
    const stderr = running.at(-1)?.connection?.stderr();
    return this.#numbers.get(module)?.health(running.length, stderr) ?? null;
  }

  state(module: string): ModuleState {
    const served = this.#host.modules.get(module);
    if (served === null) return { state: 'unaccepted', why: null, retryAt: null };
    const mine = [...this.#entries.values()].filter((entry) => entry.module === module);
    if (mine.some(({ server }) => server !== null)) return { state: 'ready', why: null, retryAt: null };
    if (mine.length > 0) return { state: 'starting', why: null, retryAt: null };
    const withheld = this.#withheld(served);
    if (withheld !== null) return { state: withheld.state, why: withheld.why, retryAt: withheld.retryAt };
    const numbers = this.#numbers.get(module);
    // What may be tried again by now is still why it does not run.
    const before = numbers?.withheld;
    if (before != null && before.accepted === null)
      return { state: before.state === 'needs-sign-in' ? before.state : 'stopped', why: before.why, retryAt: null };
    return { state: numbers?.wasStarted === true ? 'stopped' : 'unused', why: null, retryAt: null };
  }

  /** Starts a server once, reads everything it offers, stops it. For `modules add` and `accept`. */
  async look(request: LookRequest, signal: AbortSignal): Promise<Looked> {
    const { lookAt } = await import('./look.ts');
    return lookAt(this.#host, this.#options, request, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#unsubscribe();
    await this.#closeAll(() => true);
    await Promise.all(this.#closing);
  }

  async #start(key: string, entry: Entry, served: ServedModule): Promise<Opened> {
    const { name: module } = served;
    const { modules, note } = this.#host;
    // Loaded at the first use: the daemon starts without it.
    const { startServer } = await import('./start-server.ts');
    const started = await startServer({
      module,
      start: served.start,
      folder: () => this.#host.folder(module),
      walls: this.#host.walls(module),
      version: this.#options.version,
      host: this.#host,
      numbers: this.#numbersOf(module),
      ownPorts: this.#options.ownPorts,
      ca: this.#options.ca,
      signal: entry.stop.signal,
      mayBe: (identity) => this.#mayBe(module, identity),
      judge: (seen) => modules.judge(module, seen),
      accepted: acceptedOf(() => modules.get(module)),
      hold: (why) => this.#hold(key, entry, why),
      idle: () => this.#track(this.#close(key, entry, 'nobody used it for a while')),
      ended: (connection) => this.#ended(key, entry, connection),
    });
    entry.opening = null;
    if (started.ok && !entry.isClosing) {
      entry.server = started.server;
      entry.connection = started.connection;
      note({ module, change: 'started', text: `${started.server.protocol}` });
      return started.server;
    }
    if (started.ok) await started.server.close();
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    if (entry.isClosing || started.ok) return unavailable('stopped', `\`${module}\` was stopped`, 'try again');
    return this.#notStarted(served, started);
  }

  /** What should not happen, did, as on a full disk. It counts as a crash: it is told, and tried again later. */
  #failed(key: string, entry: Entry, served: ServedModule, error: unknown): Unavailable {
    entry.opening = null;
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    // A person ended it, so it did not crash.
    if (entry.isClosing) return unavailable('stopped', `\`${served.name}\` was stopped`, 'try again');
    const why = `it cannot be started: ${error instanceof Error ? this.#host.hideText(error.message) : 'unknown'}`;
    const hint = `castellan modules inspect ${served.name} shows its last lines`;
    return this.#notStarted(served, { ok: false, kind: 'crashed', why, hint, stderr: [] });
  }

  #notStarted(served: ServedModule, { kind, why, hint, stderr }: Extract<StartedServer, { ok: false }>): Unavailable {
    const { name: module } = served;
    const { clock, note } = this.#host;
    const numbers = this.#numbersOf(module);
    numbers.stderr = stderr.length > 0 ? stderr : numbers.stderr;
    if (kind === 'unusable') {
      note({ module, change: 'refused', text: why });
      return unavailable('stopped', `\`${module}\` cannot be started: ${why}`, hint);
    }
    if (kind === 'held') {
      note({ module, change: 'refused', text: why });
      numbers.withheld = { state: 'held', why, hint, retryAt: null, accepted: acceptance(served) };
      return unavailable('held', why, hint);
    }
    const retryAt = numbers.crashed(clock.now(), clock.random(1).readUInt8() / 255);
    const state = kind === 'needs-sign-in' ? 'needs-sign-in' : 'backing-off';
    this.#withhold(module, { state, why, hint, retryAt, accepted: null });
    if (kind === 'crashed') note({ module, change: 'crashed', text: why });
    return unavailable(state, kind === 'crashed' ? `\`${module}\`: ${why}` : why, hint, retryAt);
  }

  /** Judged by what is known of it before it runs: nothing but its identity can differ yet. */
  #mayBe(module: string, identity: Seen['identity']): string | null {
    const served = this.#host.modules.get(module);
    if (served === null) return 'it was removed';
    const { lock } = served;
    if (exactly(lock.identity) === exactly(identity)) return null;
    const { server, instructions, capabilities, definitions } = lock;
    const judged = this.#host.modules.judge(module, {
      identity,
      server,
      protocol: '',
      instructions,
      capabilities,
      definitions,
    });
    return judged.kind === 'hold' ? judged.why : null;
  }

  #hold(key: string, entry: Entry, why: string): void {
    const served = this.#host.modules.get(entry.module);
    const hint = `castellan modules inspect ${entry.module} shows what changed`;
    if (served !== null)
      this.#numbersOf(entry.module).withheld = {
        state: 'held',
        why,
        hint,
        retryAt: null,
        accepted: acceptance(served),
      };
    this.#host.note({ module: entry.module, change: 'refused', text: why });
    this.#track(this.#close(key, entry, null));
  }

  /** Its connection is over, by itself or because it broke the rules. */
  #ended(key: string, entry: Entry, connection: Connection): void {
    if (this.#entries.get(key) !== entry || entry.isClosing || entry.server === null) return;
    const { module } = entry;
    const why = connection.over() ?? 'its connection is over';
    const cause = connection.cause();
    if (cause === 'held') {
      this.#hold(key, entry, why);
      return;
    }
    this.#entries.delete(key);
    this.#track(entry.server.close());
    if (cause === 'gone') return;
    const { clock, note } = this.#host;
    const numbers = this.#numbersOf(module);
    numbers.stderr = connection.stderr();
    const retryAt = numbers.crashed(clock.now(), clock.random(1).readUInt8() / 255);
    const hint =
      cause === 'sign-in'
        ? `castellan modules sign-in ${module}`
        : `castellan modules inspect ${module} shows its last lines`;
    const state = cause === 'sign-in' ? 'needs-sign-in' : 'backing-off';
    this.#withhold(module, { state, why, hint, retryAt, accepted: null });
    if (cause === 'crash') note({ module, change: 'crashed', text: why });
  }

  #withhold(module: string, why: Withheld): void {
    const numbers = this.#numbersOf(module);
    const before = numbers.withheld?.state;
    numbers.withheld = why;
    if (why.state === 'needs-sign-in' && before !== why.state) this.#host.wantsSignIn(module);
  }

  #withheld(served: ServedModule): Unavailable | null {
    const withheld = this.#numbers.get(served.name)?.withheld;
    if (withheld == null) return null;
    const { state, why, hint, retryAt, accepted } = withheld;
    if (accepted !== null) return accepted === acceptance(served) ? unavailable(state, why, hint) : null;
    if (retryAt === null || retryAt <= this.#host.clock.now()) return null;
    const seconds = Math.max(1, Math.ceil((retryAt - this.#host.clock.now()) / 1000));
    const again = state === 'backing-off' ? `; it is started again in ${seconds} s at the earliest` : '';
    return unavailable(state, `\`${served.name}\`: ${why}${again}`, hint, retryAt);
  }

  /** Somebody changed a module: a server that is started otherwise now, or is gone, does not go on. */
  #moduleChanged(module: string): void {
    const served = this.#host.modules.get(module);
    const start = served === null ? null : this.#startKey(served);
    this.#track(this.#closeAll((entry) => entry.module === module && entry.start !== start));
  }

  /** @returns why there is none; null: there is, or is made. */
  #makeRoom(agent: string, module: string): string | null {
    const there = [...this.#entries].map(([key, entry]): Occupant & { readonly end: () => Promise<void> } => ({
      agent: entry.agent,
      module: entry.module,
      idleSince: entry.server === null || entry.server.busy > 0 || entry.isClosing ? null : entry.server.lastUsed,
      end: () => this.#close(key, entry, 'others needed its place'),
    }));
    const room = roomFor(there, agent, module);
    if (room.kind === 'instead') this.#track(room.of.end());
    return room.kind === 'full' ? room.why : null;
  }

  async #closeAll(which: (entry: Entry) => boolean): Promise<void> {
    const chosen = [...this.#entries].filter(([, entry]) => which(entry));
    await Promise.all(chosen.map(([key, entry]) => this.#close(key, entry, 'it was stopped')));
  }

  async #close(key: string, entry: Entry, text: string | null): Promise<void> {
    if (entry.isClosing) return;
    entry.isClosing = true;
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    entry.stop.abort();
    const { opening, server } = entry;
    if (server !== null && text !== null) this.#host.note({ module: entry.module, change: 'stopped', text });
    // How it ends is nobody's concern any more: whoever asks for that only waits until it has.
    const done = Promise.allSettled([opening, server?.close()]).then(() => undefined);
    this.#track(done);
    await done;
  }

  /** INVARIANT: what is kept here never rejects: nobody handles it, and an unhandled rejection ends the daemon. */
  #track(work: Promise<void>): void {
    const tracked = work.catch(() => undefined).finally(() => this.#closing.delete(tracked));
    this.#closing.add(tracked);
  }

  #startKey({ name, start }: ServedModule): string {
    return JSON.stringify([start, this.#host.walls(name)?.key ?? null]);
  }

  #numbersOf(module: string): Numbers {
    const numbers = this.#numbers.get(module) ?? new Numbers();
    this.#numbers.set(module, numbers);
    return numbers;
  }
}

/** Looked up at each use: a person, a file or another server may have changed it since. */
const acceptedOf =
  (served: () => ServedModule | null): Accepted =>
  (kind: DefinitionKind, name: string) => {
    const module = served();
    const is = (each: { readonly kind: DefinitionKind; readonly name: string }): boolean =>
      each.kind === kind && each.name === name;
    const offered = module?.offered.find(is);
    if (offered !== undefined) return offered.digest;
    return module?.lock.definitions.some(is) === true ? 'held' : 'unknown';
  };

const ADD = 'castellan modules list shows what there is';

function unavailable(
  state: Unavailable['state'],
  why: string,
  hint: string,
  retryAt: number | null = null,
): Unavailable {
  return { kind: 'unavailable', state, why, hint, retryAt };
}
