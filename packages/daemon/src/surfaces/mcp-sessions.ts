// Sessions of MCP clients: one for each connection, or for each client that comes by HTTP. INVARIANT: a session is its
// agent's alone and is never found again by a name somebody sent: what a connection left behind ends with it.
import { resolve } from 'node:path';
import { type AgentId, canonicalJson, type Session } from '@castellan/contract';
import { isProject, realAbove } from '@castellan/sandbox';
import { sessionRecord } from '../records/index.ts';
import type { Calls } from './calls.ts';
import type { Parts } from './parts.ts';
import { type RunHeaders, whatRunSays } from './run-says.ts';

/** Where a client works and what for, as it says. */
export interface McpPlace {
  /** Absolute; null: unknown. */
  readonly workspace: string | null;
  readonly said: RunHeaders;
  /** For the record. */
  readonly note: string;
}

export interface McpConnection {
  /** Made at the first use, once. Rejects when the connection is over. */
  session(): Promise<Session>;
  /** Its session ends, whether or not it is being made. */
  end(why: string): Promise<void>;
}

export interface McpSessionsHost {
  readonly parts: Parts;
  readonly calls: Calls;
  /** Told of each session that ends, before it has: nothing more is begun in it. */
  readonly ending: (session: Session) => Promise<void>;
  /** Told of each session that is over: its servers end. */
  readonly ended: (session: Session) => Promise<void>;
}

/** Without a request of its agent for this long a session of HTTP is over: such a client does not say goodbye. */
const IDLE_MS = 60 * 60_000;
const SWEEP_MS = 60_000;
/** Of one agent by HTTP; the one not used for longest gives way. */
const MOST = 64;

interface Kept {
  readonly agent: AgentId;
  readonly connection: McpConnection;
  /** What its client names it by, where it does: told by the endpoint, and no reason to give it to anybody. */
  readonly called: () => string | null;
  usedAt: number;
}

const nameOf = (agent: AgentId, key: string, { workspace, said }: McpPlace): string =>
  canonicalJson([agent, key, workspace, said]);

export class McpSessions implements AsyncDisposable {
  readonly #host: McpSessionsHost;
  /** Oldest use first. */
  readonly #kept = new Map<string, Kept>();
  /** Requests and streams of an agent that are open now. */
  readonly #busy = new Map<AgentId, number>();
  readonly #stop: () => void;

  constructor(host: McpSessionsHost) {
    this.#host = host;
    this.#stop = host.parts.clock.every(SWEEP_MS, () => this.sweep());
  }

  /** Of a channel that ends. */
  connection(agent: AgentId, place: McpPlace): McpConnection {
    let made: Promise<Session> | null = null;
    let isOver = false;
    return {
      session: () => {
        if (isOver) return Promise.reject(new Error('the connection is over'));
        made ??= this.#make(agent, place);
        made.catch(() => {
          made = null;
        });
        return made;
      },
      end: async (why) => {
        if (isOver) return;
        isOver = true;
        const session = await made?.catch(() => null);
        if (session === null || session === undefined) return;
        try {
          await this.#host.ending(session).catch(() => undefined);
          await this.#host.calls.endSession(session, why);
          await this.#host.ended(session);
        } finally {
          // What could not be ended now, for a disk that is full, ends like one that nobody said goodbye of.
          this.#host.parts.work.letGo(session.id);
        }
      },
    };
  }

  /** Of a client that comes by requests: the same for the same agent, key and place while it keeps coming. */
  client(agent: AgentId, key: string, place: McpPlace, called: () => string | null): Promise<Session> {
    const known = this.used(agent, key, place);
    if (known !== null) return known.connection.session();
    const kept = { agent, called, connection: this.connection(agent, place), usedAt: 0 };
    this.#latest(nameOf(agent, key, place), kept);
    const own = [...this.#kept].filter(([, each]) => each.agent === agent);
    for (const [oldest] of own.slice(0, Math.max(0, own.length - MOST)))
      void this.#end(oldest, 'the agent has too many sessions');
    return kept.connection.session();
  }

  /** Its client came again: it is not the one that was not used for longest. Null: there is none. */
  used(agent: AgentId, key: string, place: McpPlace): Kept | null {
    const name = nameOf(agent, key, place);
    const kept = this.#kept.get(name);
    if (kept !== undefined) this.#latest(name, kept);
    return kept ?? null;
  }

  #latest(name: string, kept: Kept): void {
    kept.usedAt = this.#host.parts.clock.monotonic();
    this.#kept.delete(name);
    this.#kept.set(name, kept);
  }

  /** The client said that its session is over, and the endpoint took it so. */
  async left(agent: AgentId, called: string): Promise<void> {
    for (const [name, kept] of this.#kept)
      if (kept.agent === agent && kept.called() === called) await this.#end(name, 'the client ended it');
  }

  /** A request of an agent begins. @returns what ends it. */
  busy(agent: AgentId): () => void {
    this.#busy.set(agent, (this.#busy.get(agent) ?? 0) + 1);
    return () => {
      const left = (this.#busy.get(agent) ?? 1) - 1;
      if (left > 0) this.#busy.set(agent, left);
      else this.#busy.delete(agent);
      const now = this.#host.parts.clock.monotonic();
      for (const kept of this.#kept.values()) if (kept.agent === agent) kept.usedAt = now;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await Promise.all([...this.#kept.keys()].map((name) => this.#end(name, 'the daemon is stopping')));
  }

  /** Ends what nobody comes for any more, and what its agent may not have any more. */
  sweep(): void {
    const before = this.#host.parts.clock.monotonic() - IDLE_MS;
    for (const [name, { agent, usedAt }] of this.#kept) {
      const gone = this.#host.parts.agents.get(agent)?.revokedAt !== null;
      if (gone) void this.#end(name, 'the agent was disconnected');
      else if (usedAt < before && !this.#busy.has(agent)) void this.#end(name, 'the client has not come for an hour');
    }
  }

  async #end(name: string, why: string): Promise<void> {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    // A disk that is full raises its own alarm; the session is over either way.
    await kept?.connection.end(why).catch(() => undefined);
  }

  async #make(agent: AgentId, { workspace, said, note }: McpPlace): Promise<Session> {
    const { work, records, clock, redactor } = this.#host.parts;
    const { session } = await work.session({
      agent,
      externalId: `mcp ${clock.random(12).toString('hex')}`,
      cwd: this.#workspace(agent, workspace),
      interactive: false,
      ...whatRunSays(said, redactor),
    });
    const text = redactor.text(`${session.workspace} ${note}`.trim());
    await records.record(sessionRecord(session, 'started', clock.now(), text));
    // It ends with its connection, however long nothing is asked.
    work.hold(session.id);
    return session;
  }

  /**
   * A client that is started by the desktop stands in `/` or at home, which is no project: nothing there is in reach for it. By the
   * real path: its text is the client's to choose.
   */
  #workspace(agent: AgentId, said: string | null): string {
    const folder = said === null ? null : realAbove(resolve(said));
    const { facts, folders, clock } = this.#host.parts;
    return folder !== null && isProject(folder, facts.home)
      ? folder
      : folders.sessionWorkspace(agent, clock.random(6).toString('hex'));
  }
}
