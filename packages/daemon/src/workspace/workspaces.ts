// One workspace for each session that uses it: made at its first use, gone with the session. INVARIANT: no session finds what another
// one left, what nothing may reach is the same for all of them, and nothing of an agent runs from the step on in which it is frozen,
// disconnected or has no tools of ours any more.
import { existsSync, lstatSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, type AgentId, agentSocketsOf, type Config, type Facts, type Session } from '@castellan/contract';
import { limitsHere, realAbove, removeOwnFolder, type WorkspaceOptions, WorkspaceSession } from '@castellan/sandbox';
import type { CacheFolders } from '../cache-folders.ts';
import type { Clock } from '../clock.ts';
import type { Agents } from '../identity/index.ts';
import type { Records } from '../records/index.ts';

export interface WorkspacesHost {
  readonly folders: CacheFolders;
  readonly facts: Pick<Facts, 'home' | 'stateFolder'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As the configuration has it now. */
  readonly config: () => Pick<Config, 'sandbox' | 'workspace'>;
  readonly agents: Pick<Agents, 'get' | 'onChange'>;
  readonly records: Pick<Records, 'record'>;
  readonly clock: Pick<Clock, 'now' | 'random'>;
}

interface Open {
  readonly agent: AgentId;
  readonly session: WorkspaceSession;
}

/** Why nothing of an agent may run here; null: it may. */
function heldBecause(agent: Agent | null): string | null {
  if (agent === null || agent.revokedAt !== null) return 'the agent was disconnected';
  if (agent.frozen !== null) return 'the agent is frozen';
  return agent.tools ? null : 'the agent has no tools of Castellan any more';
}

export class Workspaces implements AsyncDisposable {
  readonly #host: WorkspacesHost;
  readonly #open = new Map<Session['id'], Open>();
  /** Ended while their session goes on, and not gone yet. */
  readonly #ending = new Set<Session['id']>();
  readonly #over = new Set<Session['id']>();

  constructor(host: WorkspacesHost) {
    this.#host = host;
    host.agents.onChange((agent) => {
      const why = heldBecause(agent);
      if (why !== null) this.#hold(agent.id, why);
    });
    void this.#clear(movedAside(host.folders.allCommands, host.clock));
  }

  async #clear(left: readonly string[]): Promise<void> {
    for (const path of left) await removeOwnFolder(path);
  }

  /** @throws Error in words: its folder cannot be made, or the session is over. */
  of({ id, agent, workspace }: Session): WorkspaceSession {
    const { folders, facts, env, config, agents } = this.#host;
    // A call may have been let through before.
    const held = heldBecause(agents.get(agent));
    if (held !== null) throw new Error(held);
    const there = this.#open.get(id);
    if (there !== undefined) return there.session;
    if (this.#over.has(id)) throw new Error('the session is over');
    if (this.#ending.has(id)) throw new Error('what ran in this session is still ending: try again');
    const never = [
      facts.stateFolder,
      join(facts.home, '.config/castellan'),
      ...['servers', 'homes', 'commands'].map((name) => join(folders.root, name)),
    ];
    const made = new WorkspaceSession({
      workspace,
      home: facts.home,
      never,
      own: folders.commands(id),
      way: this.#way(agent, id),
      env,
      limits: commandLimits(config().sandbox),
      commands: config().workspace.commands,
      node: process.execPath,
    });
    this.#open.set(id, { agent, session: made });
    return made;
  }

  /** Who goes by an agent's own socket is that agent; the session only says what it belongs to. */
  #way(agent: AgentId, user: string): WorkspaceOptions['way'] {
    const egress = realAbove(agentSocketsOf(this.#host.facts.stateFolder, agent).egress);
    return existsSync(egress) ? { egress, user } : null;
  }

  async end({ id }: Pick<Session, 'id'>): Promise<void> {
    const there = this.#open.get(id);
    this.#open.delete(id);
    this.#over.add(id);
    for (const oldest of this.#over) {
      if (this.#over.size <= MOST_OVER) break;
      this.#over.delete(oldest);
    }
    await there?.session[Symbol.asyncDispose]();
  }

  #hold(agent: AgentId, why: string): void {
    let commands = 0;
    for (const [id, open] of this.#open) {
      if (open.agent !== agent) continue;
      const ended = open.session.end(why);
      commands += ended.commands;
      this.#open.delete(id);
      this.#ending.add(id);
      void ended.over.finally(() => this.#ending.delete(id));
    }
    if (commands === 0) return;
    const { records, clock } = this.#host;
    const text = `${commands} running ${commands === 1 ? 'command was' : 'commands were'} ended: ${why}`;
    // They are ended all the same: a ledger that fails raises its own alarm.
    void records
      .record({ kind: 'agent', at: clock.now(), agent, change: 'changed', by: 'castellan', text })
      .catch(() => 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.end({ id })));
  }
}

/**
 * What commands left of a daemon that was killed, under names of no session's: however much it is and whoever may still write in it, no
 * session waits for its end or finds any of it. A link in the place of the folder is followed nowhere: a session refuses it.
 */
function movedAside(folder: string, clock: Pick<Clock, 'random'>): readonly string[] {
  try {
    if (!lstatSync(folder).isDirectory()) return [];
    return readdirSync(folder).map((name) => {
      const aside = join(folder, `left-${clock.random(12).toString('hex')}`);
      renameSync(join(folder, name), aside);
      return aside;
    });
  } catch {
    // It is not there; or it stays, and is tried again with the next start.
    return [];
  }
}

const MIB = 1_048_576;

/** No command may take more than a whole run, and none more than is usual here. */
function commandLimits({ processes, megabytes }: Config['sandbox']): WorkspaceOptions['limits'] {
  const here = limitsHere();
  return {
    ...here,
    processes: Math.min(here.processes, processes),
    memoryBytes: Math.min(here.memoryBytes, (megabytes ?? Number.POSITIVE_INFINITY) * MIB),
  };
}

/** Sessions that are over are remembered for calls that were under way then. */
const MOST_OVER = 1000;
