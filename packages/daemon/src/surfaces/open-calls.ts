// Calls that were let through and whose outcome is awaited. Bounded: an agent that never reports must not grow the daemon.
import type { AgentId, BoundCall, Call, DecidedBy, Digest, Effect, Session } from '@castellan/contract';
import type { AskedUnder } from '@castellan/gateway';
import { externalKey } from '../records/index.ts';

export interface OpenCall {
  readonly id: Call['id'];
  readonly session: Session['id'];
  readonly agent: Call['agent'];
  readonly external: string | null;
  /** The agent's own id of the call, as it stands in `external`. */
  readonly externalId: string | undefined;
  /** A hook spoke of our own endpoint: no other decision is one about a call that the gateway is asked for next. */
  readonly isOfHook: boolean;
  readonly by: DecidedBy;
  /** What the decision was bound to, its arguments only as part of the digest: they may be a megabyte. */
  readonly bound: Omit<BoundCall, 'arguments'>;
  readonly digest: Digest;
  /** The mode and the sub-agent it was asked about with: what it begins is theirs too. */
  readonly under: AskedUnder;
  /** What it was decided to do: kept where we run it ourselves, and it may do nothing else. */
  readonly effects: readonly Effect[];
  /** On the clock nobody can set. */
  readonly since: number;
}

const MAX_OPEN = 20_000;

export class OpenCalls {
  readonly #byId = new Map<string, OpenCall>();
  readonly #byExternal = new Map<string, string>();
  /** By agent and the agent's own id: a hook and the gateway are asked in two sessions. The latest one counts. */
  readonly #byAgent = new Map<string, string>();
  /** Those the gateway runs itself: it knows what came of them. */
  readonly #running = new Set<string>();
  /** The latest ids seen, run or refused; older ones are in the store. */
  readonly #seen = new Set<string>();
  #forgot = false;

  static keyOf(session: string, externalId: string | undefined): string | null {
    return externalId === undefined ? null : externalKey(session, externalId);
  }

  /** Whether the id is new; it is not from now on. */
  claim(external: string): boolean {
    if (this.#seen.has(external)) return false;
    this.#seen.add(external);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= MAX_OPEN) break;
      this.#seen.delete(oldest);
      this.#forgot = true;
    }
    return true;
  }

  /** Whether every id of a session that began at `since` is still remembered here. */
  remembers(since: number, startedAt: number): boolean {
    return !this.#forgot && since > startedAt;
  }

  add(call: OpenCall): void {
    this.#byId.set(call.id, call);
    if (call.external !== null) this.#byExternal.set(call.external, call.id);
    if (call.externalId !== undefined) this.#byAgent.set(agentKey(call.agent, call.externalId), call.id);
    for (const oldest of this.#byId.values()) {
      if (this.#byId.size <= MAX_OPEN) break;
      this.#drop(oldest);
    }
  }

  take(match: { readonly id: string } | { readonly external: string }): OpenCall | null {
    const id = 'id' in match ? match.id : this.#byExternal.get(match.external);
    const call = id === undefined ? undefined : this.#byId.get(id);
    if (call === undefined) return null;
    this.#drop(call);
    return call;
  }

  get(id: string): OpenCall | null {
    return this.#byId.get(id) ?? null;
  }

  /** The call of an agent that it gave this id, in whichever of its sessions, while nobody runs it. */
  unstarted(agent: AgentId, externalId: string): OpenCall | null {
    const id = this.#byAgent.get(agentKey(agent, externalId));
    return id === undefined || this.#running.has(id) ? null : this.get(id);
  }

  /** The gateway runs it from now on. INVARIANT: once; it is not `unstarted` any more. */
  start(call: OpenCall): void {
    this.#running.add(call.id);
  }

  /** Whether the gateway runs the call that the agent's own id names. */
  isRunning(external: string): boolean {
    const id = this.#byExternal.get(external);
    return id !== undefined && this.#running.has(id);
  }

  takeSession(session: Session['id']): readonly OpenCall[] {
    const calls = [...this.#byId.values()].filter((call) => call.session === session);
    for (const call of calls) this.#drop(call);
    return calls;
  }

  #drop(call: OpenCall): void {
    this.#byId.delete(call.id);
    this.#running.delete(call.id);
    if (call.external !== null) this.#byExternal.delete(call.external);
    if (call.externalId === undefined) return;
    const key = agentKey(call.agent, call.externalId);
    if (this.#byAgent.get(key) === call.id) this.#byAgent.delete(key);
  }
}

const agentKey = (agent: AgentId, externalId: string): string => `${agent} ${externalId}`;
