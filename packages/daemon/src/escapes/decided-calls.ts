// Calls that were let through, with when they ran: what the system shows is held against these. Bounded. RULE: a call explains what
// happened between its decision and its end, and what a process that it left behind does later; nothing before, nothing after.
import type { AgentId, Call, CallId, ConnectionRecord, Effect, LedgerRecord, SessionId } from '@castellan/contract';

export interface DecidedCall {
  readonly id: CallId;
  readonly agent: AgentId;
  readonly session: SessionId;
  readonly workspace: string;
  readonly effects: readonly Effect[];
  /** On the clock nobody can set. */
  readonly from: number;
  /** Null: it runs, as far as anybody said. */
  readonly to: number | null;
}

/** Of what is over: longer than it takes until everything that it did was looked at. */
const KEEP_MS = 60_000;
const MOST = 4096;
/** How often all are looked through for old ones: for each call it would cost as much as deciding it. */
const LOOK_MS = 1000;
/** Clocks of the system count in hundredths, and a word of ours may come a moment after what it is about. */
const GRACE_MS = 100;

export class DecidedCalls {
  readonly #monotonic: () => number;
  readonly #calls = new Map<CallId, DecidedCall>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Calls with a process that still runs. */
  #leftBehind: ReadonlySet<CallId> = new Set();
  #told: (connection: ConnectionRecord) => void = () => undefined;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  runs({ id, agent, session, workspace }: Call, effects: readonly Effect[]): void {
    this.#calls.set(id, { id, agent, session, workspace, effects, from: this.#monotonic(), to: null });
    this.#forget();
  }

  over(id: CallId): void {
    const call = this.#calls.get(id);
    if (call?.to === null) this.#calls.set(id, { ...call, to: this.#monotonic() });
  }

  /**
   * Its person said something, or it has ended: what it was let do before and never told the end of is over. A client that asked its
   * own user and was told no says nothing at all, and must not be explained by that call for ever.
   */
  turn(session: SessionId): void {
    for (const call of this.#calls.values()) if (call.session === session) this.over(call.id);
  }

  leftBehind(calls: ReadonlySet<CallId>): void {
    this.#leftBehind = calls;
  }

  get(id: CallId): DecidedCall | null {
    return this.#calls.get(id) ?? null;
  }

  /** Those that ran at some time between the two, in the order they were decided. */
  between(from: number, to: number): readonly DecidedCall[] {
    return [...this.#calls.values()].filter(
      (call) => call.from <= to + GRACE_MS && (call.to === null || call.to >= from - GRACE_MS),
    );
  }

  /** Those, and the ones before them of which a process still runs. */
  reaching(from: number, to: number): readonly DecidedCall[] {
    return [...this.#calls.values()].filter(
      (call) =>
        call.from <= to + GRACE_MS && (call.to === null || call.to >= from - GRACE_MS || this.#leftBehind.has(call.id)),
    );
  }

  /** Who is told of each connection through the way out that is over. */
  onConnection(told: (connection: ConnectionRecord) => void): void {
    this.#told = told;
  }

  recorded(record: LedgerRecord): void {
    if (record.kind === 'connection') this.#told(record);
  }

  #forget(): void {
    const now = this.#monotonic();
    if (now - this.#lookedAt >= LOOK_MS) {
      this.#lookedAt = now;
      for (const { id, to } of this.#calls.values())
        if (to !== null && now - to > KEEP_MS && !this.#leftBehind.has(id)) this.#calls.delete(id);
    }
    for (const id of this.#calls.keys()) {
      if (this.#calls.size <= MOST) return;
      this.#calls.delete(id);
    }
  }
}
