// Planted secrets and what becomes of an agent that touches one (X6), and the freeze itself. INVARIANT: a hit holds the agent
// in the same step it is seen in, before the call that made it is decided; what is kept and told follows.
import type {
  Agent,
  AgentId,
  AlarmKind,
  Approval,
  Call,
  CallId,
  Effect,
  Facts,
  LedgerRecord,
  Reason,
} from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Standstill } from '../standstill/index.ts';
import { type Canary, filesTouched, type Hit, valuesTouched } from './hits.ts';

export interface CanariesHost {
  readonly clock: Pick<Clock, 'now'>;
  readonly agents: {
    list(): readonly Agent[];
    get(id: AgentId): Agent | null;
    freeze(id: AgentId, why: string): Promise<Agent | null>;
    thaw(id: AgentId): Promise<Agent | null>;
  };
  readonly approvals: { cancelWhere(match: (approval: Approval) => boolean, why: string): Promise<void> };
  readonly alarms: {
    raise(kind: AlarmKind, agent: AgentId | null, text: string, hint: string): void;
    end(kind: AlarmKind, agent: AgentId | null): void;
  };
  readonly records: { record(record: LedgerRecord): Promise<number> };
  readonly facts: Pick<Facts, 'resolvePath'>;
  /** Holds every agent, those that are connected later too. */
  readonly standstill: Pick<Standstill, 'standing' | 'floors'>;
  /** What is planted now. */
  readonly planted: () => readonly Canary[];
}

const HINT =
  'look at what it did with `castellan log`, end it, rotate what it may have read; `castellan thaw` lets it go on';
const CANARY = 'canary';

export class Canaries {
  readonly #host: CanariesHost;
  /** Told already, `agent secret`: one incident until a person thaws the agent. */
  readonly #told = new Set<string>();

  constructor(host: CanariesHost) {
    this.#host = host;
    // A restart is no thaw, and nobody is left to remember why.
    for (const { id, name, frozen, revokedAt } of host.agents.list())
      if (revokedAt === null && frozen?.why.startsWith(CANARY) === true)
        host.alarms.raise(CANARY, id, `agent \`${name}\` is frozen: ${frozen.why}`, HINT);
  }

  /** Since when and why nothing an agent asks for runs; null where it is free. The broker asks this too. */
  frozen(agent: AgentId): Agent['frozen'] {
    return this.#host.standstill.standing ?? this.#own(agent);
  }

  #own(agent: AgentId): Agent['frozen'] {
    return this.#host.agents.get(agent)?.frozen ?? null;
  }

  /** What a frozen agent's call meets. It is not told what it touched. */
  floors(agent: AgentId): readonly Reason[] {
    const panic = this.#host.standstill.floors();
    if (this.#own(agent) === null) return panic;
    return [
      ...panic,
      {
        source: 'turn',
        part: 'floor',
        id: 'agent-frozen',
        outcome: 'deny',
        text: 'this agent is frozen: nothing it asks for runs until a person has looked at what it did',
        remedy: 'stop and tell the user; only a person can thaw it, with `castellan thaw`',
      },
    ];
  }

  /** Before the call is decided. `mentioned`: the known secrets its arguments hold. */
  inCall(call: Call, effects: readonly Effect[], mentioned: readonly string[]): void {
    const planted = this.#host.planted();
    if (planted.length === 0) return;
    const real = (path: string): string => this.#host.facts.resolvePath(path, call).path;
    const hits = [...valuesTouched(mentioned, planted, 'arguments'), ...filesTouched(effects, planted, real)];
    void this.#caught(call.agent, hits, `${call.module}/${call.tool}`, call.id);
  }

  /** What a tool gave. It has run: what follows is held. */
  async inResult(agent: AgentId, mentioned: readonly string[], call?: CallId): Promise<void> {
    await this.#caught(agent, valuesTouched(mentioned, this.#host.planted(), 'result'), 'a tool', call);
  }

  /** What an agent's client said around its calls: a name, a folder, a prompt. */
  async inHook(agent: AgentId, mentioned: readonly string[]): Promise<void> {
    await this.#caught(agent, valuesTouched(mentioned, this.#host.planted(), 'arguments'), 'a message of its client');
  }

  /** @returns whether the request must be refused. */
  async inModelRequest(agent: AgentId, mentioned: readonly string[]): Promise<boolean> {
    await this.#caught(agent, valuesTouched(mentioned, this.#host.planted(), 'model-request'), 'its model client');
    return this.frozen(agent) !== null;
  }

  async freeze(agent: AgentId, by: string): Promise<Agent | null> {
    // Who it was stands beside it in the record.
    return this.#freeze(agent, 'frozen by hand', by);
  }

  async thaw(agent: AgentId, by: string): Promise<Agent | null> {
    const { agents, alarms, records, clock } = this.#host;
    const before = this.#own(agent);
    if (before === null) return agents.get(agent);
    // On record first: an agent nobody can see was let go must not go.
    await records.record({ kind: 'agent', at: clock.now(), agent, change: 'thawed', by, text: before.why });
    for (const key of this.#told) if (key.startsWith(`${agent} `)) this.#told.delete(key);
    const thawed = await agents.thaw(agent);
    alarms.end(CANARY, agent);
    return thawed;
  }

  async #freeze(agent: AgentId, why: string, by: string): Promise<Agent | null> {
    const { agents, approvals, records, clock } = this.#host;
    if (this.#own(agent) !== null) return agents.get(agent);
    // In force from here on; a store that fails takes it no further back than the next start.
    const kept = agents.freeze(agent, why).catch(() => agents.get(agent));
    await approvals.cancelWhere((approval) => approval.agent === agent, 'the agent was frozen');
    // A ledger that fails must not keep it from being held, and says so itself.
    await records.record({ kind: 'agent', at: clock.now(), agent, change: 'frozen', by, text: why }).catch(() => 0);
    return kept;
  }

  async #caught(agent: AgentId, hits: readonly Hit[], by: string, call?: CallId): Promise<void> {
    const { alarms, records, clock, agents } = this.#host;
    for (const hit of hits) {
      const key = `${agent} ${hit.secret}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      const text = `${CANARY} \`${hit.secret}\` ${WHERE[hit.seen](by, hit.path ?? '')}`;
      const held = this.#freeze(agent, text, 'castellan');
      alarms.raise(CANARY, agent, `agent \`${agents.get(agent)?.name ?? agent}\` is frozen: ${text}`, HINT);
      await Promise.allSettled([
        held,
        records.record({
          kind: 'incident',
          at: clock.now(),
          incident: 'canary',
          secret: hit.secret,
          agent,
          ...(call !== undefined && { call }),
          seen: hit.seen,
          text,
        }),
      ]);
    }
  }
}

const WHERE: Readonly<Record<Hit['seen'], (by: string, path: string) => string>> = {
  arguments: (by) => `stood in the arguments of ${by}`,
  result: (by) => `came in what ${by} gave`,
  'model-request': (by) => `stood in a request of ${by}`,
  file: (by, path) => `would have been read from \`${path}\` by ${by}`,
};
