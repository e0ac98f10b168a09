// The escape alarm (I6): what the system shows of connected agents, held against what was decided, again and again. Whatever no
// decided call explains is told and recorded. It stops nothing: walls do. RULE: looking must cost next to nothing, and a look that
// is slow makes the next ones rarer.
import { platform } from 'node:process';
import { type Connection, listConnections } from '@castellan/agents';
import type { AgentId, CallId, ConnectionRecord, Session, SessionId, Sha256 } from '@castellan/contract';
import { openConnections, ProcessTable, socketsOf } from '@castellan/facts';
import type { Redactor } from '@castellan/secrets';
import type { Alarms } from '../alarms/index.ts';
import type { BoundPorts } from '../bound-ports.ts';
import type { Clock } from '../clock.ts';
import type { Agents } from '../identity/index.ts';
import { type Records, sessionRecord } from '../records/index.ts';
import type { Store } from '../store/index.ts';
import type { Work } from '../work/index.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { escapesCovered } from './covered.ts';
import type { DecidedCalls } from './decided-calls.ts';
import { mayConnect } from './explained.ts';
import { type Finding, Findings } from './findings.ts';
import { PlaceWatch } from './place-watch.ts';
import { ProcessWatch } from './process-watch.ts';
import { shownWords } from './shown.ts';

export interface EscapesHost {
  readonly parts: {
    readonly clock: Clock;
    readonly decided: DecidedCalls;
    readonly redactor: Pick<Redactor, 'text'>;
    readonly bindingHash: Sha256;
    readonly ports: Pick<BoundPorts, 'all'>;
    readonly alarms: Alarms;
    readonly store: Store;
    readonly agents: Pick<Agents, 'get' | 'list'>;
    readonly work: Pick<Work, 'get' | 'open'>;
    readonly records: Pick<Records, 'record'>;
  };
  /** The state folder, and the person's home. */
  readonly home: string;
  readonly userHome: string;
}

const PROCESSES_MS = 250;
const CONNECTIONS_MS = 1000;
const PLACES_MS = 2000;
/** So much longer than a look kept everything else waiting nothing is looked at again; and than one that waited for the disk. */
const SPARING = 100;
const PATIENT = 3;
/** A session that nobody heard of for so long is not at work, unless its client runs. */
const AT_WORK_MS = 10 * 60_000;
/** A process that goes on for so long after its call is one that was left behind. */
const LEFT_MS = 2000;

interface Looked {
  readonly found: readonly Finding[];
  /** Milliseconds until the next look. */
  readonly rest?: number;
}

export class Escapes implements AsyncDisposable {
  readonly #host: EscapesHost;
  readonly #findings: Findings;
  readonly #processes: ProcessWatch | null;
  readonly #connections: ConnectionWatch | null;
  readonly #places: PlaceWatch;
  readonly #ending = new DisposableStack();
  /** Calls of which it was told that they left something running. */
  readonly #told = new Set<CallId>();
  #known: { readonly of: string; readonly all: Promise<readonly Connection[]> } | null = null;
  #looking: readonly Promise<unknown>[] = [];

  private constructor(host: EscapesHost, findings: Findings) {
    this.#host = host;
    this.#findings = findings;
    const { clock, decided, redactor, bindingHash, ports } = host.parts;
    const hide = (text: string): string => redactor.text(text);
    const monotonic = (): number => clock.monotonic();
    this.#processes = escapesCovered(platform).looks
      ? new ProcessWatch({
          table: new ProcessTable({ monotonic, after: (ms, action) => clock.after(ms, action) }),
          calls: decided,
          stateFolder: host.home,
          wallTime: (at) => clock.now() - (clock.monotonic() - at),
          connections: () => this.#connected(),
          sessions: (agent, folder) => this.#sessionsIn(agent, folder),
          shown: (words) => shownWords(words, hide),
          digest: bindingHash,
          end: endProcess,
        })
      : null;
    const processes = this.#processes;
    this.#connections =
      processes === null
        ? null
        : new ConnectionWatch({
            calls: decided,
            kept: () => processes.kept,
            connections: () => openConnections(),
            sockets: (pid) => socketsOf(pid),
            ownPorts: () => new Set(ports.all),
            now: () => clock.now(),
          });
    this.#places = new PlaceWatch({
      calls: decided,
      home: host.userHome,
      sessions: () => this.#atWork(),
      monotonic,
      now: () => clock.now(),
      shown: (path) => shownWords([path], hide),
      digest: bindingHash,
      uid: process.getuid?.(),
    });
  }

  static async open(host: EscapesHost): Promise<Escapes> {
    const { clock, alarms, store, agents } = host.parts;
    const agentName = (id: AgentId): string => agents.get(id)?.name ?? id;
    const escapes = new Escapes(host, await Findings.open({ clock, alarms, store, agentName }));
    const { processes, connections, places } = {
      processes: escapes.#processes,
      connections: escapes.#connections,
      places: escapes.#places,
    };
    if (processes !== null)
      escapes.#every(PROCESSES_MS, async () => {
        const found = await processes.look();
        await escapes.#tellLeft(processes);
        return { found, rest: processes.cost * SPARING };
      });
    if (connections !== null) escapes.#every(CONNECTIONS_MS, async () => ({ found: await connections.look() }));
    host.parts.decided.onConnection((connection) => escapes.#refused(connection));
    escapes.#every(PLACES_MS, async () => ({ found: await places.look() }));
    return escapes;
  }

  /** A person has seen what an alarm of ours says. Null: there is no such alarm. */
  see(id: string, by: string): ReturnType<Findings['see']> {
    return this.#findings.see(id, by);
  }

  /** Ends the programs of agents that we see, with everything they started. @returns how many processes. */
  async kill(): Promise<number> {
    return (await this.#processes?.kill()) ?? 0;
  }

  /**
   * What was turned away at the way out. A call of its own, which somebody or a rule refused, explains that it was tried; so does one
   * that runs and may connect; and of an agent that is held everything is turned away. Who was let through and then spoke as if to
   * somebody else is explained by no call of its own.
   */
  #refused({ agent, session, outcome, call, host, port, address }: ConnectionRecord): void {
    if (outcome !== 'refused' || agent === undefined || (call !== undefined && address === undefined)) return;
    const { agents, decided, clock } = this.#host.parts;
    const known = agents.get(agent);
    if (known === null || known.revokedAt !== null || known.frozen !== null) return;
    const at = clock.monotonic();
    const explains = decided.reaching(at, at).some((one) => one.agent === agent && one.id !== call && mayConnect(one));
    if (explains) return;
    const place = shownWords([`${host}:${port}`], (text) => this.#host.parts.redactor.text(text));
    const where = host === '?' ? 'what its way out cannot read' : place;
    this.#findings.add([
      {
        key: `refused ${agent} ${where}`,
        agent,
        session: session ?? null,
        at: clock.now(),
        what: `that something of it ${address === undefined ? 'tried to reach' : 'reached and spoke in another way to'} ${where}, which was refused`,
        which: `at ${new Date(clock.now()).toISOString()}${session === undefined ? '' : ` in ${session}`}`,
      },
    ]);
  }

  #every(ms: number, look: () => Promise<Looked>): void {
    const { clock } = this.#host.parts;
    let running: Promise<void> | null = null;
    let notBefore = 0;
    const tick = async (): Promise<void> => {
      const began = clock.monotonic();
      // What cannot be looked at now is looked at the next time.
      const { found, rest } = await look().catch((): Looked => ({ found: [] }));
      this.#findings.add(found);
      const now = clock.monotonic();
      notBefore = now + (rest ?? (now - began) * PATIENT);
    };
    const stop = clock.every(ms, () => {
      if (running !== null || clock.monotonic() < notBefore) return;
      running = tick().finally(() => {
        running = null;
      });
      this.#looking = [...this.#looking.slice(-4), running];
    });
    this.#ending.defer(stop);
  }

  #connected(): Promise<readonly Connection[]> {
    const { agents } = this.#host.parts;
    const connected = agents.list().filter(({ revokedAt, watched }) => revokedAt === null && watched.length > 0);
    // Read anew when any is connected, connected again or let go.
    const of = JSON.stringify(connected.map(({ id, watched }) => [id, watched]));
    if (this.#known?.of !== of) {
      const all = listConnections(this.#host.home).then((found) =>
        found.filter(({ agent }) => connected.some(({ id }) => id === agent)),
      );
      this.#known = { of, all };
    }
    return this.#known.all;
  }

  #openSessions(): readonly Session[] {
    return this.#host.parts.work.open().sessions.toSorted((a, b) => a.lastSeenAt - b.lastSeenAt);
  }

  /** The latest first. */
  #sessionsIn(agent: AgentId, folder: string | null): readonly SessionId[] {
    const own = this.#openSessions()
      .filter((session) => session.agent === agent)
      .toReversed();
    const there = own.filter(
      ({ workspace }) => folder !== null && (isWithin(folder, workspace) || isWithin(workspace, folder)),
    );
    return (there.length > 0 ? there : own).map(({ id }) => id);
  }

  #atWork(): readonly Session[] {
    const since = this.#host.parts.clock.now() - AT_WORK_MS;
    return this.#openSessions().filter(
      ({ agent, workspace, lastSeenAt }) =>
        lastSeenAt > since || this.#processes?.foldersOf(agent).includes(workspace) === true,
    );
  }

  /** Once for each call: what it began goes on after its end. Nobody got past anything; who asks later what runs there finds it. */
  async #tellLeft(processes: ProcessWatch): Promise<void> {
    const { decided, clock, work, records } = this.#host.parts;
    const now = clock.monotonic();
    const running = new Set<CallId>();
    for (const kept of processes.kept.values()) {
      const { why, pid } = kept;
      if (why.kind !== 'call') continue;
      running.add(why.call);
      const call = decided.get(why.call);
      if (call === null || call.to === null || now - call.to < LEFT_MS || this.#told.has(call.id)) continue;
      this.#told.add(call.id);
      const session = work.get(call.session);
      if (session === null) continue;
      const text = `\`${await processes.shown(kept)}\` (process ${pid}), begun in ${call.id}, goes on after it`;
      records.record(sessionRecord(session, 'left-running', clock.now(), text)).catch(() => undefined);
    }
    for (const id of this.#told) if (!running.has(id)) this.#told.delete(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.dispose();
    await Promise.all(this.#looking);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Over already, or another user's: the next look says which is left.
    void error;
  }
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
