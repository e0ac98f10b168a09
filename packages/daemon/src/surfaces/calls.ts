// Calls, whatever surface they come from: made into one shape, sent down the road, followed to their outcome.
import {
  type AgentId,
  type Call,
  type CallId,
  canonicalJson,
  type DecidedBy,
  type Decision,
  isWellFormed,
  type JsonObject,
  type JsonValue,
  type Origin,
  type OutcomeStatus,
  type Session,
} from '@castellan/contract';
import { sha256 } from '../digest.ts';
import { decideCall, type Road } from '../gate.ts';
import { failed } from '../gate-answers.ts';
import { newId } from '../ids.ts';
import { endGrants } from './make-grant.ts';
import { OpenCalls } from './open-calls.ts';
import type { Parts } from './parts.ts';
import { roadOver } from './road.ts';

export interface CallDraft {
  readonly session: Session;
  readonly module: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly cwd: string;
  readonly origin: Origin;
  readonly externalId?: string | undefined;
  readonly subagent?: { readonly id: string; readonly type: string } | undefined;
}

export interface OutcomeDraft {
  readonly status: OutcomeStatus;
  readonly text?: string | undefined;
  readonly durationMs?: number | undefined;
  readonly result?: JsonValue | undefined;
}

export class Calls {
  readonly #parts: Parts;
  readonly #road: Road;
  readonly #open = new OpenCalls();
  readonly #startedAt: number;
  #stopping = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#road = roadOver(parts);
    this.#startedAt = parts.clock.now();
  }

  /** From now on every call is refused as cancelled. */
  stop(): void {
    this.#stopping = true;
  }

  /** Decides. Never throws: whatever goes wrong is a refusal. */
  async check(draft: CallDraft, signal: AbortSignal): Promise<Decision> {
    const call = this.#callOf(draft);
    const external = OpenCalls.keyOf(draft.session.id, draft.externalId);
    try {
      if (this.#stopping) return this.#turnedAway(call, 'cancelled', 'cancelled: the daemon is stopping');
      if (!isWellFormed(draft.arguments))
        return this.#turnedAway(
          call,
          'denied',
          'denied: the arguments are not well-formed Unicode, so no approval could be bound to them',
        );
      if (external !== null && !this.#isNew(external, draft.session)) {
        return this.#turnedAway(
          call,
          'denied',
          `denied: call id \`${draft.externalId}\` was used before in this session; a call is decided once`,
        );
      }
      const decision = await decideCall(call, this.#road, signal);
      if (decision.kind !== 'refused') {
        const by: DecidedBy = decision.kind === 'run' ? decision.by : 'agent-prompt';
        this.#open.add({ id: call.id, session: call.session, agent: call.agent, external, by });
      }
      return decision;
    } catch (error) {
      return failed(call, error);
    }
  }

  /** Records what came of a call. @returns false when no such call of this agent is open. */
  async finish(
    agent: AgentId,
    match: { readonly id: CallId } | { readonly session: Session['id']; readonly externalId: string },
    outcome: OutcomeDraft,
  ): Promise<boolean> {
    const key = 'id' in match ? match : { external: OpenCalls.keyOf(match.session, match.externalId) ?? '' };
    if ('id' in key && this.#open.get(key.id)?.agent !== agent) return false;
    const call = this.#open.take(key);
    if (call === null) return this.#finishOld(match, outcome);
    await this.#record(call.id, call.by, outcome);
    return true;
  }

  /** A session is over: what it left waiting is cancelled, what it left open is unknown, what it was granted ends. */
  async endSession(session: Session, why: string): Promise<void> {
    const { approvals, work } = this.#parts;
    await approvals.cancelWhere((approval) => approval.session === session.id, why);
    for (const call of this.#open.takeSession(session.id))
      await this.#record(call.id, call.by, { status: 'unknown', text: 'the session ended without reporting it' });
    const ended = await work.end(session.id);
    if (ended === null) return;
    await this.#parts.records.record({
      kind: 'session',
      at: this.#parts.clock.now(),
      session: session.id,
      agent: session.agent,
      task: session.task,
      change: 'ended',
      text: why,
    });
    await endGrants(
      this.#parts,
      { session: session.id, ...(ended.taskEnded && { task: session.task }) },
      'session ended',
    );
  }

  #isNew(external: string, session: Session): boolean {
    if (!this.#open.claim(external)) return false;
    return (
      this.#open.remembers(session.startedAt, this.#startedAt) || this.#parts.store.callOfExternal(external) === null
    );
  }

  #callOf(draft: CallDraft): Call {
    const { session, externalId, subagent, ...rest } = draft;
    return {
      ...rest,
      id: newId(this.#parts.clock, 'call'),
      agent: session.agent,
      task: session.task,
      session: session.id,
      workspace: session.workspace,
      at: this.#parts.clock.now(),
      ...(externalId !== undefined && { externalId }),
      ...(subagent !== undefined && { subagent: { ...subagent } }),
    };
  }

  /** A call that never reached the road: told and recorded. */
  #turnedAway(call: Call, refusal: 'denied' | 'cancelled', message: string): Decision {
    this.#parts.records
      .record({
        kind: 'refusal',
        at: this.#parts.clock.now(),
        who: `agent:${call.agent}`,
        what: `${call.module}/${call.tool}`,
        text: message,
      })
      .catch(() => undefined);
    return {
      kind: 'refused',
      call: call.id,
      message,
      reasons: [],
      refusal,
      by: refusal === 'denied' ? 'rule' : 'cancelled',
    };
  }

  /** The daemon was restarted between a call and its outcome: the ledger still knows the call. */
  async #finishOld(
    match: { readonly id: CallId } | { readonly session: Session['id']; readonly externalId: string },
    outcome: OutcomeDraft,
  ): Promise<boolean> {
    if ('id' in match) return false;
    const id = this.#parts.store.callOfExternal(OpenCalls.keyOf(match.session, match.externalId) ?? '');
    const by = id === null ? null : await this.#letThrough(id);
    if (id === null || by === null) return false;
    await this.#record(id as CallId, by, outcome);
    return true;
  }

  /** Who let a call run that has no outcome yet, or null: an agent that reports a call which still waits is lying. */
  async #letThrough(id: string): Promise<DecidedBy | null> {
    const records = (await this.#parts.records.query({ call: id, limit: 50 })).map(({ record }) => record);
    if (records.some((record) => record.kind === 'outcome')) return null;
    const attempt = records.find((record) => record.kind === 'attempt');
    switch (attempt?.verdict.outcome) {
      case 'allow':
        return attempt.verdict.grant === undefined ? 'auto-allowed' : 'grant';
      case 'ask':
        return 'agent-prompt';
      case 'confirm':
        return records.some((record) => record.kind === 'approval' && record.state.kind === 'approved')
          ? 'user-approved'
          : null;
      case 'deny':
      case undefined:
        return null;
    }
  }

  async #record(call: CallId, by: DecidedBy, { status, text, durationMs, result }: OutcomeDraft): Promise<void> {
    const { records, clock, redactor } = this.#parts;
    const resultDigest =
      result === undefined || !isWellFormed(result) ? undefined : sha256(canonicalJson(redactor.json(result)));
    await records.record({
      kind: 'outcome',
      at: clock.now(),
      call,
      status,
      by,
      ...(text !== undefined && { text: text.slice(0, 2000) }),
      ...(durationMs !== undefined && { durationMs }),
      ...(resultDigest !== undefined && { resultDigest }),
    });
  }
}
