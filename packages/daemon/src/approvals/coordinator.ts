// The one coordinator of questions to people (G-S08). INVARIANT: an approval leaves `pending` once, in one synchronous step;
// whoever comes second is told who was first. Silence, a stop and an agent that went away all end as "do not run".
import type {
  Actor,
  Approval,
  ApprovalId,
  ApprovalState,
  Digest,
  Factor,
  JsonObject,
  ResolveRequest,
} from '@castellan/contract';
import { actorName, permits } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { CriticalRefusal } from '../identity/index.ts';
import { overfull, remembered, sizeOf } from './capacity.ts';
import { behind } from './conflicts.ts';
import { criticalAsked } from './critical.ts';

export type Settled = Extract<ApprovalState, { kind: 'approved' | 'denied' | 'timed-out' | 'cancelled' }>;

export type ResolveFault =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'already-resolved'; readonly approval: Approval }
  | { readonly kind: 'queued'; readonly behind: ApprovalId }
  | { readonly kind: 'other-digest'; readonly approval: Approval }
  /** The changed arguments cannot run; the question still waits. */
  | { readonly kind: 'edit-refused'; readonly message: string }
  /** A Critical rule asked, and whoever answered may not approve that, or not like this. */
  | { readonly kind: 'critical'; readonly why: CriticalRefusal }
  | { readonly kind: 'not-recorded'; readonly message: string };
export type ResolveResult = { readonly kind: 'resolved'; readonly approval: Approval } | ResolveFault;

export interface CoordinatorHost {
  readonly clock: Clock;
  /** Makes a settled state durable. An approval is only released after it; when it fails nothing is. */
  record(approval: Approval): Promise<void>;
  /** Tells those who watch. */
  changed(approval: Approval): void;
  remind(approval: Approval): void;
  /** Why somebody may not approve what a Critical rule asked about; null: they may. `shown`: the factor they just proved. */
  critical(actor: Actor, shown: ShownFactor | null): CriticalRefusal | null;
}

export type ShownFactor = Exclude<Factor, 'none'>;

/** What a person made of the arguments, looked at before it counts. */
export type Revision =
  | {
      readonly kind: 'revised';
      /** As they may be shown and recorded. */
      readonly arguments: JsonObject;
      readonly digest: Digest;
      /** Holds a part that whoever edits was not shown. */
      readonly hidden: boolean;
      /** A Critical rule asks about them. */
      readonly critical: boolean;
      /** From now on this is what runs. Called in the same step as the answer is taken. */
      keep(): void;
    }
  | { readonly kind: 'refused'; readonly message: string };
export type Revise = (given: JsonObject) => Revision;

interface Waiting {
  approval: Approval;
  readonly agent: Approval['agent'];
  readonly size: number;
  readonly revise: Revise;
  readonly settle: (approval: Approval) => void;
  readonly stopTimers: () => void;
}

/** Resolved approvals remembered for "who decided and when". */
const REMEMBERED = 500;

export class ApprovalCoordinator {
  readonly #host: CoordinatorHost;
  readonly #waiting = new Map<ApprovalId, Waiting>();
  readonly #resolved = new Map<ApprovalId, Approval>();
  #closed: string | null = null;

  constructor(host: CoordinatorHost) {
    this.#host = host;
  }

  /** Asks, and resolves once settled. `remindMs`: repeat the question this often. */
  ask(
    approval: Approval,
    waitMs: number,
    options: { readonly remindMs?: number; readonly signal?: AbortSignal; readonly revise?: Revise } = {},
  ): Promise<Approval> {
    const size = sizeOf(approval);
    const refused = this.#closed ?? overfull(this.#waiting.values(), approval.agent, size);
    const open = [...this.#waiting.values()].map((waiting) => waiting.approval);
    const first = refused === null ? behind(approval.effects, open) : null;
    const asked: Approval = first === null ? approval : { ...approval, state: { kind: 'queued', behind: first.id } };
    return new Promise((settle) => {
      const { clock } = this.#host;
      const cancelTimeout = clock.after(
        waitMs,
        () => void this.#settle(approval.id, { kind: 'timed-out', at: clock.now() }),
      );
      const cancelReminder =
        options.remindMs === undefined ? () => {} : clock.every(options.remindMs, () => this.#remind(approval.id));
      const gone = (): void => void this.cancel(approval.id, 'the agent went away');
      options.signal?.addEventListener('abort', gone, { once: true });
      const stopTimers = (): void => {
        cancelTimeout();
        cancelReminder();
        options.signal?.removeEventListener('abort', gone);
      };
      const revise = options.revise ?? (() => ({ kind: 'refused', message: 'this call cannot be edited' }) as const);
      this.#waiting.set(approval.id, { approval: asked, agent: approval.agent, size, revise, settle, stopTimers });
      if (refused === null) this.#host.changed(asked);
      if (options.signal?.aborted === true) gone();
      else if (refused !== null) void this.cancel(approval.id, refused);
    });
  }

  list(): readonly Approval[] {
    return [...[...this.#waiting.values()].map((waiting) => waiting.approval), ...this.#resolved.values()];
  }

  get(id: ApprovalId): Approval | null {
    return this.#waiting.get(id)?.approval ?? this.#resolved.get(id) ?? null;
  }

  /**
   * @param shown the second factor that whoever answers has proved over this approval.
   * @param also done once a yes is on record and before the call goes on: what the agent asks next already meets it.
   */
  async resolve(
    id: ApprovalId,
    answer: ResolveRequest,
    actor: Actor,
    shown: ShownFactor | null = null,
    also: (() => Promise<unknown>) | null = null,
  ): Promise<ResolveResult> {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) {
      const approval = this.#resolved.get(id);
      return approval === undefined ? { kind: 'not-found' } : { kind: 'already-resolved', approval };
    }
    const { approval } = waiting;
    const by = actorName(actor);
    const at = this.#host.clock.now();
    switch (answer.answer) {
      case 'approve': {
        if (approval.state.kind === 'queued') return { kind: 'queued', behind: approval.state.behind };
        if (answer.digest !== approval.digest) return { kind: 'other-digest', approval };
        const revision = answer.arguments === undefined ? null : waiting.revise(answer.arguments);
        if (revision?.kind === 'refused') return { kind: 'edit-refused', message: revision.message };
        // What they were not shown would go where they say: for those who may handle secrets anyway.
        if (revision?.hidden === true && !permits(actor, 'secrets:write'))
          return {
            kind: 'edit-refused',
            message: 'they hold a part that is hidden, and only an admin edits around it',
          };
        const critical = criticalAsked(approval.verdict) || revision?.critical === true;
        const why = critical ? this.#host.critical(actor, shown) : null;
        if (why !== null) return { kind: 'critical', why };
        revision?.keep();
        // A grant chosen beside it is what the person wants to be wider, so the task is not granted as well; and a yes to
        // what they wrote themselves is no yes to what the agent asks next.
        const settled: Settled = {
          kind: 'approved',
          by,
          at,
          ...(shown !== null && { factor: shown }),
          ...((answer.once || answer.grant !== undefined || revision !== null) && { once: true }),
          ...(revision !== null && { edited: { arguments: revision.arguments, digest: revision.digest } }),
        };
        return this.#settle(id, settled, also);
      }
      case 'deny':
        return this.#settle(id, {
          kind: 'denied',
          by,
          at,
          ...(answer.reason !== undefined && { reason: answer.reason }),
        });
    }
  }

  /** The answer to a canary, by the verification that made it. Never a yes to what a Critical rule asks, or to what is queued. */
  async answerCanary(id: ApprovalId, yes: boolean): Promise<void> {
    const approval = this.#waiting.get(id)?.approval;
    if (approval?.state.kind !== 'pending' || (yes && criticalAsked(approval.verdict))) return;
    const by = { by: 'verification', at: this.#host.clock.now() };
    await this.#settle(id, yes ? { kind: 'approved', ...by, once: true } : { kind: 'denied', ...by });
  }

  /** What the call would be with these arguments, before anybody answers: what a passkey signs (A11). Null: it does not wait. */
  preview(id: ApprovalId, given: JsonObject): Revision | null {
    return this.#waiting.get(id)?.revise(given) ?? null;
  }

  /** Further words for what waits (H10). They change no answer and no digest. */
  phrase(id: ApprovalId, phrasing: NonNullable<Approval['phrasing']>): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.approval = { ...waiting.approval, phrasing };
    this.#host.changed(waiting.approval);
  }

  async cancel(id: ApprovalId, why: string): Promise<void> {
    await this.#settle(id, { kind: 'cancelled', at: this.#host.clock.now(), why });
  }

  async cancelWhere(match: (approval: Approval) => boolean, why: string): Promise<void> {
    const ids = [...this.#waiting.values()]
      .filter(({ approval }) => match(approval))
      .map(({ approval }) => approval.id);
    await Promise.all(ids.map((id) => this.cancel(id, why)));
  }

  /** @returns how many waited. */
  async cancelAll(why: string): Promise<number> {
    const count = this.#waiting.size;
    await this.cancelWhere(() => true, why);
    return count;
  }

  /** Cancels whatever waits, and whatever is asked from now on. */
  async close(why: string): Promise<void> {
    this.#closed = why;
    await this.cancelWhere(() => true, why);
  }

  async #settle(id: ApprovalId, state: Settled, also: (() => Promise<unknown>) | null = null): Promise<ResolveResult> {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) {
      const approval = this.#resolved.get(id);
      return approval === undefined ? { kind: 'not-found' } : { kind: 'already-resolved', approval };
    }
    // The commit point: from here on this answer is the answer, before anything is awaited.
    const settled: Approval = { ...waiting.approval, state };
    this.#waiting.delete(id);
    waiting.stopTimers();
    this.#remember(settled);
    try {
      await this.#host.record(settled);
      await also?.();
    } catch (error) {
      const message = error instanceof Error ? error.message : 'unknown error';
      const failed: Approval = {
        ...settled,
        state: { kind: 'cancelled', at: this.#host.clock.now(), why: 'the answer could not be recorded' },
      };
      this.#finish(waiting, failed);
      return { kind: 'not-recorded', message };
    }
    this.#finish(waiting, settled);
    return { kind: 'resolved', approval: settled };
  }

  #finish(waiting: Waiting, approval: Approval): void {
    this.#remember(approval);
    waiting.settle(approval);
    this.#host.changed(approval);
    this.#advance();
  }

  /** Brings forward what waited behind an answered question. */
  #advance(): void {
    const open: Approval[] = [];
    for (const waiting of this.#waiting.values()) {
      const { approval } = waiting;
      if (approval.state.kind === 'queued') {
        const first = behind(approval.effects, open);
        const state: ApprovalState = first === null ? { kind: 'pending' } : { kind: 'queued', behind: first.id };
        if (JSON.stringify(state) !== JSON.stringify(approval.state)) {
          waiting.approval = { ...approval, state };
          this.#host.changed(waiting.approval);
        }
      }
      open.push(waiting.approval);
    }
  }

  #remind(id: ApprovalId): void {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) this.#host.remind(waiting.approval);
  }

  #remember(approval: Approval): void {
    this.#resolved.set(approval.id, remembered(approval));
    for (const id of this.#resolved.keys()) {
      if (this.#resolved.size <= REMEMBERED) break;
      this.#resolved.delete(id);
    }
  }
}
