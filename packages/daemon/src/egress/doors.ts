// The sockets that belong to one agent alone: which one somebody speaks over says who it is (ADR 14). INVARIANT: the folder of an
// agent that is connected keeps its place, whatever is opened anew in it: walls that stand since before a restart still hold it.
import { Buffer } from 'node:buffer';
import { chmodSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Agent, type AgentId, agentSocketsOf, moduleEgressOf } from '@castellan/contract';
import { listenAgent, listenWayOut, type Service, type WayOut } from '../http/index.ts';
import { errnoOf, StartError } from '../start-error.ts';

export interface DoorsHost {
  /** The state folder, as it really lies. */
  readonly home: string;
  readonly port: number;
  /** What stands behind the agent API of one agent. */
  readonly service: Service;
  readonly agents: {
    list(): readonly Agent[];
    get(id: AgentId): Agent | null;
    onConnect(listener: (agent: Agent) => Promise<void>): void;
    onChange(listener: (agent: Agent) => void): void;
  };
  readonly wayOut: {
    ofAgent(agent: AgentId): WayOut;
    ofModule(module: string): WayOut;
  };
  /** Modules whose servers have walls, now. */
  readonly walled: () => readonly string[];
  /** Told where the state folder lies too deep for them. */
  readonly tooLong: () => void;
}

/** The longest path a Unix socket can have; the kernel's own limit, without the closing zero. */
const LONGEST_SOCKET = process.platform === 'linux' ? 107 : 103;

/**
 * Who may speak over the sockets of agents: this user; or also a group, where whoever set this machine up gave the folder of all of
 * them that group and the setgid bit (another user, another container). INVARIANT: nothing here ever sets that bit on that folder.
 */
interface Modes {
  readonly folder: number;
  readonly socket: number;
}
const OWN: Modes = { folder: 0o700, socket: 0o600 };
const SHARED: Modes = { folder: 0o2750, socket: 0o660 };
const SETGID = 0o2000;

/** What is said where there is no room for the names of sockets. */
export const TOO_DEEP =
  'the state folder lies too deep for sockets of agents and servers: nothing that needs a way out can be confined';

/** As long as those that are made. */
const SAMPLE: AgentId = `agent_${'0'.repeat(20)}`;

/** Neither scripts nor a test call ever come by a socket. */
const hasDoors = ({ kind, revokedAt }: Agent): boolean => revokedAt === null && kind !== 'castellan' && kind !== 'demo';

export const isShortEnough = (path: string): boolean => Buffer.byteLength(path) <= LONGEST_SOCKET;

/** The folder of one agent's sockets. */
function ownFolder(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    // Its parent belongs to us alone, so that nobody could have put another one here but by being us.
    if (!lstatSync(folder).isDirectory())
      throw new StartError('state-unusable', `\`${folder}\` is no folder`, ['remove it']);
  }
  chmodSync(folder, mode);
}

/** The folder of all of them, where it really lies: it may have been put elsewhere for others to reach, and is left as it is. */
export function allSockets(home: string): { readonly home: string; readonly modes: Modes } {
  const folder = join(home, 'sockets');
  mkdirSync(folder, { recursive: true, mode: OWN.folder });
  const { mode } = statSync(folder);
  return { home: dirname(realpathSync(folder)), modes: (mode & SETGID) === 0 ? OWN : SHARED };
}

export class AgentDoors implements AsyncDisposable {
  readonly #host: DoorsHost;
  /** The folder in which the folder of all sockets really lies. */
  readonly #home: string;
  readonly #modes: Modes;
  /** By agent, or by the socket of a module. */
  readonly #open = new Map<string, AsyncDisposableStack>();
  /** One after another, so that two changes at once do not cross. */
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(host: DoorsHost) {
    this.#host = host;
    const { home, modes } = allSockets(host.home);
    this.#home = home;
    this.#modes = modes;
  }

  static async open(host: DoorsHost): Promise<AgentDoors> {
    const doors = new AgentDoors(host);
    doors.#clear();
    // Said at the start, before the first agent finds out.
    doors.#fits(agentSocketsOf(doors.#home, SAMPLE).egress);
    for (const agent of host.agents.list().filter(hasDoors)) await doors.#openAgent(agent.id);
    await doors.modules();
    host.agents.onConnect((agent) => doors.#next(() => (hasDoors(agent) ? doors.#openAgent(agent.id) : undefined)));
    host.agents.onChange(({ id, revokedAt }) => {
      if (revokedAt !== null) doors.#next(() => doors.#closeAgent(id)).catch(() => undefined);
    });
    return doors;
  }

  /** The ways out of modules are those that have walls now: called whenever the policy changed. */
  modules(): Promise<void> {
    return this.#next(async () => {
      const wanted = new Map(this.#host.walled().map((name) => [moduleEgressOf(this.#home, name), name]));
      for (const [path, open] of this.#open)
        if (path.startsWith('/') && !wanted.has(path)) {
          this.#open.delete(path);
          await open.disposeAsync();
        }
      for (const [path, name] of wanted) {
        if (this.#open.has(path) || !this.#fits(path)) continue;
        const open = new AsyncDisposableStack();
        open.use(await listenWayOut({ path, mode: OWN.socket, wayOut: this.#host.wayOut.ofModule(name) }));
        this.#open.set(path, open);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#work.catch(() => undefined);
    await Promise.all([...this.#open.values()].map((open) => open.disposeAsync()));
    this.#open.clear();
  }

  #next(action: () => Promise<void> | undefined): Promise<void> {
    const done = this.#work.then(() => (this.#isClosed ? undefined : action()));
    this.#work = done.catch(() => undefined);
    return done;
  }

  #fits(path: string): boolean {
    if (isShortEnough(path)) return true;
    this.#host.tooLong();
    return false;
  }

  async #openAgent(agent: AgentId): Promise<void> {
    const { port, service, wayOut } = this.#host;
    const { folder, gate, egress } = agentSocketsOf(this.#home, agent);
    const mode = this.#modes.socket;
    if (this.#open.has(agent) || !this.#fits(egress)) return;
    await using opening = new AsyncDisposableStack();
    ownFolder(folder, this.#modes.folder);
    opening.use(await listenAgent({ agent, port, path: gate, mode, service }));
    opening.use(await listenWayOut({ path: egress, mode, wayOut: wayOut.ofAgent(agent) }));
    this.#open.set(agent, opening.move());
  }

  async #closeAgent(agent: AgentId): Promise<void> {
    const open = this.#open.get(agent);
    this.#open.delete(agent);
    await open?.disposeAsync();
    rmSync(agentSocketsOf(this.#home, agent).folder, { recursive: true, force: true });
  }

  /** What a dead daemon left of agents that are gone, and of modules. */
  #clear(): void {
    const kept = new Set<string>(
      this.#host.agents
        .list()
        .filter(hasDoors)
        .map(({ id }) => id),
    );
    const all = join(this.#home, 'sockets');
    for (const name of readdirSync(all))
      if (/^(?:agent_|module-)/.test(name) && !kept.has(name))
        rmSync(join(all, name), { recursive: true, force: true });
  }
}
