// The agents that are connected, and their credentials (hashed). An agent's credential is only ever good for being it.
import {
  type Actor,
  type Agent,
  type AgentId,
  agentIdSchema,
  agentSchema,
  credentialPattern,
  modelKeyPattern,
} from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import type { Store } from '../store/index.ts';
import { digestOf, NOTHING, newCredential, sameDigest } from './credentials.ts';

export type NewAgent = Pick<Agent, 'kind' | 'name' | 'watched' | 'hookTimeoutSeconds'> & {
  readonly tools?: boolean | undefined;
};
export interface AgentChange {
  readonly watched?: string[] | undefined;
  readonly hookTimeoutSeconds?: number | undefined;
  readonly tools?: boolean | undefined;
}

export interface Agents {
  list(): readonly Agent[];
  get(id: AgentId): Agent | null;
  connect(agent: NewAgent): Promise<{ readonly agent: Agent; readonly credential: string }>;
  change(id: AgentId, change: AgentChange): Promise<Agent | null>;
  /** Revokes at once: the next request with its credential is nobody's. */
  disconnect(id: AgentId): Promise<Agent | null>;
  /** Holds at once, before it is kept: the next call already meets it. */
  freeze(id: AgentId, why: string): Promise<Agent | null>;
  thaw(id: AgentId): Promise<Agent | null>;
  /** Waited for before the credential of an agent that is connected is handed out. */
  onConnect(listener: (agent: Agent) => Promise<void>): void;
  /** Told of each agent that was changed, in the same step, before that is kept. */
  onChange(listener: (agent: Agent) => void): void;
  /** A new model key, shown this once; the one before it is worthless from now on. Null: no such agent is connected. */
  newModelKey(id: AgentId): Promise<string | null>;
  /** @param presented the digest of `credential`. */
  authenticate(credential: string, presented: Buffer): Actor;
}

interface Entry {
  agent: Agent;
  readonly hash: Buffer;
  /** Of its model key. */
  modelHash: Buffer | null;
}

export async function loadAgents(store: Store, clock: Clock): Promise<Agents> {
  const entries = new Map<string, Entry>();
  const modelKeys = new Map<string, string>();
  for (const row of await store.db.selectFrom('model_keys').selectAll().execute())
    modelKeys.set(row.agent, row.key_hash);
  for (const row of await store.db.selectFrom('agents').selectAll().execute()) {
    entries.set(row.id, {
      agent: agentSchema.parse(JSON.parse(row.data)),
      hash: Buffer.from(row.credential_hash, 'hex'),
      modelHash: modelKeys.has(row.id) ? Buffer.from(modelKeys.get(row.id) ?? '', 'hex') : null,
    });
  }
  const listeners: ((agent: Agent) => void)[] = [];
  const arriving: ((agent: Agent) => Promise<void>)[] = [];
  const save = async (entry: Entry): Promise<void> => {
    const data = JSON.stringify(entry.agent);
    await store.db
      .insertInto('agents')
      .values({ id: entry.agent.id, credential_hash: entry.hash.toString('hex'), data })
      .onConflict((on) => on.column('id').doUpdateSet({ data }))
      .execute();
  };
  const update = async (id: AgentId, change: Partial<Agent>): Promise<Agent | null> => {
    const entry = entries.get(id);
    if (entry === undefined) return null;
    entry.agent = { ...entry.agent, ...change };
    for (const listener of listeners) listener(entry.agent);
    await save(entry);
    return entry.agent;
  };
  return {
    list: () => [...entries.values()].map((entry) => entry.agent),
    get: (id) => entries.get(id)?.agent ?? null,
    async connect(fresh) {
      const id: AgentId = newId(clock, 'agent');
      const credential = newCredential(clock, id);
      const agent: Agent = {
        id,
        ...fresh,
        tools: fresh.tools ?? false,
        createdAt: clock.now(),
        lastSeenAt: null,
        revokedAt: null,
        frozen: null,
      };
      const entry: Entry = { agent, hash: digestOf(credential), modelHash: null };
      await save(entry);
      entries.set(id, entry);
      for (const listener of arriving) await listener(agent);
      return { agent, credential };
    },
    change: (id, { watched, hookTimeoutSeconds, tools }) =>
      update(id, {
        ...(watched && { watched }),
        ...(hookTimeoutSeconds && { hookTimeoutSeconds }),
        ...(tools !== undefined && { tools }),
      }),
    disconnect: (id) => update(id, { revokedAt: clock.now() }),
    freeze: (id, why) => update(id, { frozen: { at: clock.now(), why } }),
    thaw: (id) => update(id, { frozen: null }),
    onConnect: (listener) => {
      arriving.push(listener);
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
    async newModelKey(id) {
      const entry = entries.get(id);
      if (entry === undefined || entry.agent.revokedAt !== null) return null;
      const key = newCredential(clock, id, 'm');
      const hash = digestOf(key);
      const row = { agent: id, key_hash: hash.toString('hex') };
      await store.db
        .insertInto('model_keys')
        .values(row)
        .onConflict((on) => on.column('agent').doUpdateSet({ key_hash: row.key_hash }))
        .execute();
      entry.modelHash = hash;
      return key;
    },
    authenticate(credential, presented) {
      const modelTail = modelKeyPattern.exec(credential)?.[1];
      const tail = modelTail ?? credentialPattern.exec(credential)?.[1];
      const entry = tail === undefined ? undefined : entries.get(`agent_${tail}`);
      const stored = modelTail === undefined ? entry?.hash : entry?.modelHash;
      const good = sameDigest(presented, stored ?? NOTHING);
      if (!good || entry === undefined || entry.agent.revokedAt !== null) return { kind: 'nobody' };
      // Kept in memory only: a write a call would cost more than the fact is worth.
      entry.agent = { ...entry.agent, lastSeenAt: clock.now() };
      return { kind: modelTail === undefined ? 'agent' : 'model', agent: entry.agent.id };
    },
  };
}

export const isAgentId = (text: string): text is AgentId => agentIdSchema.safeParse(text).success;
