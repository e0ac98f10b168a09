// Looks at the processes below every running client several times a second: which call each began in, or that none did. Linux only.
// RULE: what is over between two looks is not seen. INVARIANT: what was decided explains a program by when it began, which the
// system says; a program is explained once, and so is all that it starts.
import { type Chore, type Connection, choreOf, connectorOf, holderOf, type ProgramSeen } from '@castellan/agents';
import type { AgentId, CallId, SessionId } from '@castellan/contract';
import type { ProcessAbout, ProcessTable, SeenProcess } from '@castellan/facts';
import type { DecidedCalls } from './decided-calls.ts';
import { mayStart } from './explained.ts';
import type { Finding } from './findings.ts';
import { inherited, type Kept, type Why } from './tree.ts';

export interface ProcessWatchHost {
  readonly table: ProcessTable;
  readonly calls: DecidedCalls;
  readonly stateFolder: string;
  /** Wall time of a time on the clock nobody can set. */
  wallTime(at: number): number;
  connections(): Promise<readonly Connection[]>;
  /** Sessions of an agent that work in this folder; all of it where none is told to. */
  sessions(agent: AgentId, folder: string | null): readonly SessionId[];
  /** Without what is secret, and short enough to be read. */
  shown(words: readonly string[]): string;
  digest(text: string): string;
  /** Ends a process now; one that is gone already is ended. */
  end(pid: number): void;
}

interface Client {
  readonly connection: Connection;
  readonly about: ProgramSeen;
}

/** At a time; whoever starts more is told of by name alone. */
const MOST_LOOKED_AT = 50;
const LATELY = 15;
const MOST_PAST = 4096;
/** Of ending what starts others while it is ended. */
const MOST_ROUNDS = 20;
const NAMES = new Set(
  (['claude-code', 'codex', 'opencode'] as const).flatMap((name) => [...(connectorOf(name).ownPrograms?.names ?? [])]),
);

export class ProcessWatch {
  readonly #host: ProcessWatchHost;
  readonly #clients = new Map<number, Client>();
  readonly #kept = new Map<number, Kept>();
  /** Of those that have ended: what is left of their groups is still theirs. */
  readonly #past = new Map<number, Kept>();
  #again: SeenProcess[] = [];
  #isFirst = true;
  /** The quickest of the latest looks: what it costs where nobody else has the processor meanwhile. */
  #tookLately: readonly number[] = [];

  constructor(host: ProcessWatchHost) {
    this.#host = host;
  }

  /** Everything below a client, and the client. */
  get kept(): ReadonlyMap<number, Kept> {
    return this.#kept;
  }

  /** Milliseconds of a look in which nothing else goes on. */
  get cost(): number {
    return this.#tookLately.length === 0 ? 0 : Math.min(...this.#tookLately);
  }

  /** Where clients of this agent run. */
  foldersOf(agent: AgentId): readonly string[] {
    return [...this.#clients.values()].flatMap(({ connection, about }) =>
      connection.agent === agent && about.cwd !== null ? [about.cwd] : [],
    );
  }

  /** What a process was started as, as it may be shown. */
  async shown({ pid, shown }: Kept): Promise<string> {
    const about = await this.#host.table.about(pid);
    return about === null || about.args.length === 0 ? shown : this.#host.shown(about.args);
  }

  /**
   * Ends every client and all that lies below it, until a look finds none. INVARIANT: a number is one of a process that we have seen
   * below a client, and still is: another one that was given it meanwhile is nobody's to end, nor is a person's shell.
   */
  async kill(): Promise<number> {
    const ended = new Set<string>();
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      await this.look();
      const { all } = this.#host.table.look();
      const there = [...this.#kept.values()].flatMap(({ pid }) => all.get(pid) ?? []);
      const alive = there.filter((seen) => this.#host.table.nameNow(seen) !== null);
      if (alive.length === 0) break;
      for (const { pid, startedAt } of alive) {
        ended.add(`${pid} ${startedAt}`);
        this.#host.end(pid);
      }
    }
    return ended.size;
  }

  async look(): Promise<readonly Finding[]> {
    const { table, calls } = this.#host;
    const { all, fresh, took } = table.look();
    // The first one reads everything, and no other does.
    if (!this.#isFirst) this.#tookLately = [...this.#tookLately.slice(-LATELY), took];
    for (const [pid, kept] of this.#kept) {
      if (all.has(pid)) continue;
      this.#past.set(pid, kept);
      this.#kept.delete(pid);
      this.#clients.delete(pid);
    }
    for (const pid of this.#past.keys()) {
      if (this.#past.size <= MOST_PAST) break;
      this.#past.delete(pid);
    }
    const findings: Finding[] = [];
    let looked = 0;
    // Those that were just becoming another program when they were looked at come once more.
    const again = this.#again.filter(({ pid }) => all.has(pid) && !this.#kept.has(pid));
    this.#again = [];
    for (const seen of [...again, ...fresh]) {
      const known = this.#kept.get(seen.pid);
      if (known?.startedAt === seen.startedAt && known.why.kind !== 'chore' && known.why.kind !== 'client') continue;
      this.#past.delete(seen.pid);
      const parent = this.#ownerOf(seen);
      if (parent === undefined) {
        if (NAMES.has(seen.name)) await this.#mayBeClient(seen);
        continue;
      }
      const why = this.#isFirst ? ({ kind: 'before' } as const) : inherited(parent.why);
      if (why !== null) {
        this.#keep(seen, parent, why, seen.name);
        continue;
      }
      looked += 1;
      const about = looked > MOST_LOOKED_AT ? null : await table.about(seen.pid);
      if (about !== null && about.args.length === 0 && !again.includes(seen)) {
        this.#again.push(seen);
        continue;
      }
      const found = this.#judge(seen, parent, about);
      if (found !== null) findings.push(found);
    }
    this.#isFirst = false;
    calls.leftBehind(new Set([...this.#kept.values()].flatMap(({ why }) => (why.kind === 'call' ? [why.call] : []))));
    return findings;
  }

  /**
   * Whoever it lies below: what started it, or, where that has ended meanwhile, what began the group or the session it is in. Of a
   * group or a session that a person's shell began, and in which the client is as well, nothing is told.
   */
  #ownerOf({ parent, group, session }: SeenProcess): Kept | undefined {
    const among = (pid: number): Kept | undefined => this.#kept.get(pid) ?? this.#past.get(pid);
    return this.#kept.get(parent) ?? among(group) ?? among(session);
  }

  #keep({ pid, startedAt }: SeenProcess, { agent, root }: Pick<Kept, 'agent' | 'root'>, why: Why, shown: string): void {
    this.#kept.set(pid, { pid, startedAt, agent, root, why, shown });
  }

  async #mayBeClient(seen: SeenProcess): Promise<void> {
    const about = await this.#host.table.about(seen.pid);
    if (about === null) return;
    const connections = await this.#host.connections();
    const possible = connections.filter((one) => connectorOf(one.connector).ownPrograms?.is(about) === true);
    const [first] = possible;
    if (first === undefined) return;
    const own = connectorOf(first.connector).ownPrograms;
    const env = await this.#host.table.environment(seen.pid);
    const connection =
      own === undefined ? null : holderOf(own, possible, { cwd: about.cwd, env }, this.#host.stateFolder);
    if (connection === null) return;
    this.#clients.set(seen.pid, { connection, about });
    this.#keep(seen, { agent: connection.agent, root: seen.pid }, { kind: 'client' }, seen.name);
  }

  /** @param about null: it ended before it could be looked at, or there are too many. */
  #judge(seen: SeenProcess, parent: Kept, about: ProcessAbout | null): Finding | null {
    const client = this.#clients.get(parent.root);
    if (client === undefined) return null;
    const chore = about === null ? null : this.#choreOf(about, client);
    if (chore !== null) {
      this.#keep(seen, parent, { kind: 'chore', all: chore === 'with-all' }, seen.name);
      return null;
    }
    const sessions = this.#host.sessions(parent.agent, client.about.cwd);
    const call = this.#callAt(seen.startedAt, sessions);
    const shown = this.#host.shown(about === null || about.args.length === 0 ? [seen.name] : about.args);
    if (call !== null) {
      this.#keep(seen, parent, { kind: 'call', call }, shown);
      return null;
    }
    // It ended while we looked, and nothing of it is known but its name, which is its own choice.
    if ((about === null || about.args.length === 0) && this.#host.table.nameNow(seen) === null) return null;
    const key = `program ${parent.agent} ${this.#host.digest(JSON.stringify(sameAs(seen, about)))}`;
    this.#keep(seen, parent, { kind: 'escape', finding: key }, shown);
    const [session = null] = sessions;
    const at = this.#host.wallTime(seen.startedAt);
    return {
      key,
      agent: parent.agent,
      session,
      at: Math.round(at),
      what: `the program \`${shown}\``,
      which: `process ${seen.pid} since ${new Date(at).toISOString()}${session === null ? '' : ` in ${session}`}, started by \`${parent.shown}\` (${parent.pid})`,
    };
  }

  #choreOf(about: ProcessAbout, { connection, about: program }: Client): Chore | null {
    const own = connectorOf(connection.connector).ownPrograms;
    return own === undefined ? null : choreOf(own, about, program, connection);
  }

  #callAt(at: number, sessions: readonly SessionId[]): CallId | null {
    const during = this.#host.calls.between(at, at);
    return during.findLast((call) => sessions.includes(call.session) && mayStart(call))?.id ?? null;
  }
}

/** What makes a program the same again: where it lies and what it is told to do first; not on which file it does so today. */
const sameAs = ({ name }: SeenProcess, about: ProcessAbout | null): readonly string[] => {
  const [, ...words] = about?.args ?? [];
  return [about?.exe ?? name, words.find((word) => !word.startsWith('-')) ?? ''];
};
