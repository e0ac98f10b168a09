// Calls, whatever surface they come from: made into one shape, sent down the road, followed to their outcome.
import {
  type AgentId,
  type Call,
  type CallId,
  type CallScript,
  callDigest,
  type DecidedBy,
  type Decision,
  type Effect,
  isWellFormed,
  type JsonObject,
  type Origin,
  type Profile,
  type Session,
  type Sha256,
  type Verdict,
} from '@castellan/contract';
import type { AskedUnder } from '@castellan/gateway';
import { decideCall, foreseeCall, type Road } from '../gate.ts';
import { failed } from '../gate-answers.ts';
import { newId } from '../ids.ts';
import { sessionRecord } from '../records/index.ts';
import { WORKSPACE_MODULE } from '../workspace/index.ts';
import { letThrough } from './let-through.ts';
import { endGrants } from './make-grant.ts';
import { type OpenCall, OpenCalls } from './open-calls.ts';
import { NOTHING, type OutcomeDraft, outcomeRecord } from './outcome.ts';
import type { Parts } from './parts.ts';
import { roadOver } from './road.ts';
import { WAY_OUT_MODULE } from './way-out.ts';

export interface CallDraft {
  readonly session: Session;
  readonly module: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly cwd: string;
  readonly origin: Origin;
  readonly externalId?: string | undefined;
  readonly subagent?: { readonly id: string; readonly type: string } | undefined;
  /** The mode the client wants on top of the profile's. */
  readonly mode?: Profile | undefined;
  /** The client has no way to ask its own user about it: what would ask there is asked here. */
  readonly unasked?: boolean | undefined;
  /** Which version of which script makes it, in which run. */
  readonly script?: CallScript | undefined;
  /** The way out asks: it goes where it says. */
  readonly wayOut?: boolean | undefined;
}

type Joining = Pick<CallDraft, 'module' | 'tool' | 'arguments' | 'cwd'> & { readonly workspace: string };

/** Between a hook's yes and the call that follows it a client may ask its own user; longer than this nobody remembers why. */
const JOIN_MS = 10 * 60_000;

const underOf = ({ mode, subagent }: CallDraft): AskedUnder => ({
  ...(mode !== undefined && { mode }),
  ...(subagent !== undefined && { subagent }),
});

function ranAsDecided({ bound, digest }: OpenCall, told: JsonObject, hash: Sha256): boolean {
  return isWellFormed(told) && callDigest({ ...bound, arguments: told }, hash) === digest;
}

export class Calls {
  readonly #parts: Parts;
  readonly #road: Road;
  readonly #open = new OpenCalls();
  readonly #startedAt: number;
  /** Effects of calls whose decision is just being handed on. */
  readonly #decided = new Map<CallId, readonly Effect[]>();
  #stopping = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const road = roadOver(parts);
    this.#road = {
      ...road,
      settle: (call, effects, around, decision) => {
        road.settle(call, effects, around, decision);
        if (call.module === WORKSPACE_MODULE && decision.kind === 'run') this.#decided.set(call.id, effects);
      },
    };
    this.#startedAt = parts.clock.now();
  }

  /** From now on every call is refused as cancelled. */
  stop(): void {
    this.#stopping = true;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Decides. Never throws: whatever goes wrong is a refusal. */
  async check(draft: CallDraft, signal: AbortSignal): Promise<Decision> {
    const call = this.#callOf(draft);
    const external = OpenCalls.keyOf(draft.session.id, draft.externalId);
    this.#parts.work.seen(draft.session.id);
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
      const arrived = this.#parts.clock.monotonic();
      const decision = await decideCall(call, this.#road, signal, draft);
      this.#parts.telemetry.metrics.decided(decision, this.#parts.clock.monotonic() - arrived);
      if (decision.kind !== 'refused') {
        const by: DecidedBy = decision.kind === 'run' ? decision.by : 'agent-prompt';
        const { agent, session, task, module, tool, cwd, workspace, script } = call;
        const bound = { agent, session, task, module, tool, cwd, workspace, script };
        const { externalId } = draft;
        const since = this.#parts.clock.monotonic();
        const effects = this.#decided.get(call.id) ?? [];
        this.#decided.delete(call.id);
        this.#open.add({
          effects,
          id: call.id,
          session,
          agent,
          external,
          externalId,
          isOfHook: draft.origin === 'mcp',
          by,
          bound,
          digest: decision.digest,
          under: underOf(draft),
          since,
        });
      }
      return decision;
    } catch (error) {
      return failed(call, error);
    }
  }

  /** What would be decided of a call if it were made now. Counts, records and asks nothing. */
  foresee(draft: CallDraft): Verdict {
    return foreseeCall(this.#callOf(draft), this.#road);
  }

  /**
   * A call that this agent's hook was asked about and that was let through, if it is this very one and nobody ran it yet: to
   * be run without being decided again. INVARIANT: once. From here on the gateway knows what came of it, and what the
   * agent's client reports of it counts no more. What the client was to ask its own user is decided anew, for whoever comes
   * with the credential may have asked nobody. INVARIANT: where a hook and the gateway stand in two folders they speak of two
   * calls, even if one means the other: the same words reach other files there. Folders are compared as they are written.
   */
  join(agent: AgentId, externalId: string, asked: Joining): Decision | null {
    const open = this.#open.unstarted(agent, externalId);
    const halted = this.#stopping || this.#parts.standstill.isInForce;
    if (halted || open === null || !open.isOfHook || open.by === 'agent-prompt') return null;
    const { bound } = open;
    if (bound.agent !== agent || bound.module !== asked.module || bound.tool !== asked.tool) return null;
    if (bound.cwd !== asked.cwd || bound.workspace !== asked.workspace) return null;
    if (this.#parts.clock.monotonic() - open.since > JOIN_MS) return null;
    if (!ranAsDecided(open, asked.arguments, this.#parts.bindingHash)) return null;
    this.#open.start(open);
    const { id: call, digest, by } = open;
    return { kind: 'run', call, message: 'castellan: allowed', reasons: [], digest, arguments: asked.arguments, by };
  }

  /** How a call that is open was asked about: whatever it begins may do no more than it might. */
  under(id: CallId): AskedUnder {
    return this.#open.get(id)?.under ?? {};
  }

  /** What a call of our own tools was decided to do, whoever edited it since; nothing where it is not open. */
  effects(id: CallId): readonly Effect[] {
    return this.#open.get(id)?.effects ?? [];
  }

  /** Records what came of a call. @returns false when no such call of this agent is open. */
  async finish(
    agent: AgentId,
    match: { readonly id: CallId } | { readonly session: Session['id']; readonly externalId: string },
    outcome: OutcomeDraft,
  ): Promise<boolean> {
    const key = 'id' in match ? match : { external: OpenCalls.keyOf(match.session, match.externalId) ?? '' };
    if ('id' in key && this.#open.get(key.id)?.agent !== agent) return false;
    // The gateway runs it, and tells what came of it itself; the client may well report first that it gave up waiting.
    if ('external' in key && this.#open.isRunning(key.external)) {
      await this.#parts.canaries.inResult(agent, outcome.given.names);
      return true;
    }
    const call = this.#open.take(key);
    if (call !== null) this.#parts.decided.over(call.id);
    await this.#parts.canaries.inResult(agent, outcome.given.names, call?.id);
    if (call === null) return this.#finishOld(agent, match, outcome);
    await this.#record(call.id, call.by, await this.#left(call.id, this.#settled(agent, call, outcome)));
    return true;
  }

  /**
   * The gateway ran it. When this resolves, what follows from the outcome is in force; the record of it is on its way, and
   * nobody waits for the disk twice in one call: were it lost with the machine, the next start calls the outcome unknown.
   */
  async ran(agent: AgentId, id: CallId, outcome: OutcomeDraft): Promise<void> {
    if (this.#open.get(id)?.agent !== agent) return;
    const call = this.#open.take({ id });
    if (call === null) return;
    this.#parts.decided.over(id);
    await this.#parts.canaries.inResult(agent, outcome.given.names, id);
    // A ledger that fails raises its own alarm and stops the next call.
    this.#record(id, call.by, await this.#left(id, this.#settled(agent, call, outcome)), 'soon').catch(() => undefined);
  }

  /** Looks at what it left, before anything of the agent's comes after it. */
  async #left(id: CallId, outcome: OutcomeDraft): Promise<OutcomeDraft> {
    const reversibility = await this.#parts.undo.journal.left(id);
    return reversibility === null ? outcome : { ...outcome, reversibility };
  }

  /** Tells the limits and the labels what came of a call. @returns what is to be recorded of it. */
  #settled(agent: AgentId, call: OpenCall, outcome: OutcomeDraft): OutcomeDraft {
    if (outcome.tokens !== undefined) this.#parts.limits.tokens({ id: call.session, ...call.bound }, outcome.tokens);
    this.#parts.traces.result(call.id, [outcome.result, outcome.text]);
    const told = outcome.arguments;
    if (told === undefined || ranAsDecided(call, told, this.#parts.bindingHash)) return outcome;
    this.#ranOtherwise(agent, `${call.id} ran with other arguments than were decided`);
    return { ...outcome, text: `ran with other arguments than were decided: ${JSON.stringify(told)}` };
  }

  /** A session is over: what it left waiting is cancelled, what it left open is unknown, what it was granted ends. */
  async endSession(session: Session, why: string): Promise<void> {
    const { approvals, work, decided } = this.#parts;
    decided.turn(session.id);
    await approvals.cancelWhere((approval) => approval.session === session.id, why);
    for (const call of this.#open.takeSession(session.id)) {
      // Its client asked its own user, who may have said no: what stands there now tells, and what comes later is not its work.
      await this.#parts.undo.journal.left(call.id, true);
      await this.#record(call.id, call.by, {
        status: 'unknown',
        text: 'the session ended without reporting it',
        given: NOTHING,
      });
    }
    const ended = await work.end(session.id);
    if (ended === null) return;
    this.#parts.limits.end(session, ended.taskEnded);
    this.#parts.traces.end(session, ended.taskEnded);
    await this.#parts.records.record(sessionRecord(session, 'ended', this.#parts.clock.now(), why));
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
    const { session, externalId, subagent, script, mode: _, unasked: __, wayOut, ...rest } = draft;
    const isOurs = rest.module !== WAY_OUT_MODULE || wayOut === true;
    return {
      ...rest,
      ...(!isOurs && { module: `project:${rest.module}` }),
      id: newId(this.#parts.clock, 'call'),
      agent: session.agent,
      task: session.task,
      session: session.id,
      workspace: session.workspace,
      at: this.#parts.clock.now(),
      ...(externalId !== undefined && { externalId }),
      ...(subagent !== undefined && { subagent: { ...subagent } }),
      ...(script !== undefined && { script }),
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
    agent: AgentId,
    match: { readonly id: CallId } | { readonly session: Session['id']; readonly externalId: string },
    outcome: OutcomeDraft,
  ): Promise<boolean> {
    if ('id' in match) return false;
    const named = `\`${this.#parts.redactor.text(match.externalId).slice(0, 60)}\` of ${match.session}`;
    const id = this.#parts.records.callOf(match.session, match.externalId);
    // A failure may be the client's way to report our own refusal; only what ran proves that it ran.
    const ran = outcome.status === 'succeeded';
    if (id === null) {
      if (ran) this.#ranOtherwise(agent, `a tool ran that was never decided (${named})`);
      return false;
    }
    const found = await this.#parts.records.query({ call: id, limit: 50 });
    const records = found.map(({ record }) => record);
    const through = letThrough(records);
    if (through.kind === 'no') {
      if (ran) this.#ranOtherwise(agent, `${id} ran although it was refused, or before anybody answered`);
      return false;
    }
    if (records.some((record) => record.kind === 'outcome')) return false;
    await this.#record(id, through.by, await this.#left(id, outcome));
    return true;
  }

  /** The client did something else than it was told: another hook of its own, a fault in it, or somebody in between. */
  #ranOtherwise(agent: AgentId, what: string): void {
    this.#parts.alarms.raise(
      'ran-otherwise',
      agent,
      what,
      'end the agent, look at the hooks in its settings, its project and its plugins, then connect it again',
    );
  }

  async #record(call: CallId, by: DecidedBy, outcome: OutcomeDraft, when: 'now' | 'soon' = 'now'): Promise<void> {
    const { records, clock, redactor } = this.#parts;
    await records.record(
      outcomeRecord({ call, by, at: clock.now(), outcome, text: (text) => redactor.text(text) }),
      when,
    );
  }
}
