// What sessions and tasks have used of what they may, and which are held until a person looks (G-S06, D2). INVARIANT: a call
// is counted and judged in one synchronous step before it is decided; a restart resets nothing that a person did not.
import type {
  Call,
  Config,
  Decision,
  Held,
  Profile,
  Reason,
  Session,
  SessionId,
  Spent,
  TaskId,
  Verdict,
} from '@castellan/contract';
import {
  afterRefusal,
  afterRun,
  begin,
  budgetsOf,
  countCall,
  countTokens,
  modesInForce,
  NO_REPEATS,
  repeatKey,
  repetition,
  standing,
} from '@castellan/policy';
import type { Clock } from '../clock.ts';
import { sha256 } from '../digest.ts';
import type { Beginning, Tally } from '../store/index.ts';
import { adviceOf, floorOf, heldBy, type SessionLimits } from './held.ts';
import { Quotas } from './quotas.ts';

export interface LimitsHost {
  readonly clock: Clock;
  readonly config: () => Config;
  readonly tally: () => Tally;
  /** Every name of a call's module, the one it came under first. */
  readonly modules: (call: Pick<Call, 'module' | 'tool'>) => readonly string[];
  /** Sessions that are still open. */
  readonly session: (id: SessionId) => Session | null;
  /** A session was held or freed, or its turn began: recorded, and where it is held a person is told. */
  readonly tell: (session: Pick<Session, 'id' | 'agent' | 'task'>, change: LimitChange, why: string) => void;
}
export type LimitChange = 'prompted' | 'paused' | 'stopped' | 'resumed' | 'ended';

/** What the limits say of one call that is being decided. */
export interface Taken {
  readonly floors: readonly Reason[];
  readonly advice: readonly Reason[];
  readonly key: string;
  readonly held: Held;
}

/** Sessions remembered before those that are over are looked for. */
const MAX_SESSIONS = 4096;

const BEGAN: Readonly<Record<string, Spent['began']>> = { prompted: 'prompt', resumed: 'answer' };

export class Limits {
  readonly #host: LimitsHost;
  readonly #quotas: Quotas;
  readonly #sessions = new Map<SessionId, SessionLimits>();
  readonly #tasks = new Map<TaskId, Spent>();

  constructor(host: LimitsHost) {
    this.#host = host;
    this.#quotas = new Quotas(host.tally);
  }

  /** The user wrote: a new turn with all of its budget. What a task has used up, a prompt does not give back. */
  prompt(session: Session): void {
    const before = this.#of(session);
    const { clock, config } = this.#host;
    const over = standing(this.#task(session.task), budgetsOf(config()).task, clock.now());
    const stays = before.held !== 'free' && (over.kind === 'stop' || over.kind === 'pause');
    this.#put(session, {
      ...before,
      turn: begin('prompt', clock.now()),
      repeats: NO_REPEATS,
      ...(!stays && { held: 'free' as const, why: '' }),
    });
    this.#host.tell(session, 'prompted', '');
  }

  /** The API's turns: another name begins another one. The first name seen is that of the turn that runs already. */
  turn(session: Session, name: string | undefined): void {
    const before = this.#of(session);
    if (name === undefined || before.named === name) return;
    this.#put(session, { ...before, named: name });
    if (before.named !== null) this.prompt(session);
  }

  /** Counts a call and says what holds it. Everything here happens before anything else can. */
  take(call: Call): Taken {
    const { clock, config } = this.#host;
    const { limits, profile } = config();
    const now = clock.now();
    const budgets = budgetsOf({ limits, profile });
    const before = this.#of({ id: call.session, task: call.task });
    const turn = countCall(before.turn);
    const total = countCall(this.#task(call.task));
    this.#tasks.set(call.task, total);
    const key = sha256(repeatKey(call));
    const repeated = repetition(before.repeats, key, limits);
    const found = [standing(turn, budgets.turn, now), standing(total, budgets.task, now, 'task')];
    const state = heldBy({ ...before, turn }, found, repeated);
    this.#put({ id: call.session, agent: call.agent, task: call.task }, state);
    return {
      floors: [...floorOf(state), ...this.#quotas.floors(limits.quotas, this.#quotaCall(call), now)],
      advice: adviceOf(found, repeated),
      key,
      held: state.held,
    };
  }

  /** What the limits would say of a call that nobody makes. */
  foresee(call: Call): Taken {
    const { clock, config } = this.#host;
    const { held, ...state } = this.#of({ id: call.session, task: call.task });
    const quotas = this.#quotas.floors(config().limits.quotas, this.#quotaCall(call), clock.now());
    return { floors: [...floorOf({ ...state, held }), ...quotas], advice: [], key: '', held };
  }

  /** Uses the quotas, in the same step as `take`: unless it was refused outright, the call has had its turn. */
  use(call: Call, { outcome }: Verdict): void {
    const { quotas } = this.#host.config().limits;
    if (outcome !== 'deny' && quotas.length > 0)
      this.#quotas.use(quotas, this.#quotaCall(call), this.#host.clock.now());
  }

  /** What came of it: refusals are remembered, a person's yes to a paused call frees the session. */
  settle(call: Call, taken: Taken, decision: Decision): void {
    const state = this.#sessions.get(call.session);
    if (state === undefined) return;
    switch (decision.kind) {
      case 'run':
        if (taken.held === 'paused' && decision.by === 'user-approved') this.resume(call.session);
        this.#update(call.session, (now) => ({ ...now, repeats: afterRun(now.repeats, taken.key) }));
        return;
      case 'refused': {
        // What timed out or was withdrawn was not refused: the agent was told that it may ask again.
        if (decision.refusal !== 'denied') return;
        const [first] = decision.reasons;
        if (first?.source === 'turn' && first.outcome === 'deny') return;
        const instead =
          decision.by === 'user-denied'
            ? 'a person said no: ask them, or do something else'
            : (first?.remedy ?? first?.text);
        this.#update(call.session, (now) => ({
          ...now,
          repeats: afterRefusal(now.repeats, taken.key, instead ?? 'do something else'),
        }));
        return;
      }
      case 'ask':
        return;
    }
  }

  tokens(session: Pick<Session, 'id' | 'agent' | 'task'>, tokens: number): void {
    const state = this.#of(session);
    this.#put(session, { ...state, turn: countTokens(state.turn, tokens) });
    this.#tasks.set(session.task, countTokens(this.#task(session.task), tokens));
  }

  /**
   * Why a session may not go on, or null: asked where nothing is counted (a model request). What is only paused may think
   * on: its next call asks a person.
   */
  stopped(session: Pick<Session, 'id' | 'agent' | 'task'>): string | null {
    const { clock, config } = this.#host;
    const budgets = budgetsOf(config());
    const before = this.#of(session);
    const now = clock.now();
    const found = [
      standing(before.turn, budgets.turn, now),
      standing(this.#task(session.task), budgets.task, now, 'task'),
    ];
    const state = heldBy(before, found, { kind: 'new' });
    this.#put(session, state);
    return state.held === 'stopped' ? state.why : null;
  }

  /** A person let it go on: session and task begin again with the same allowance. @returns what held it. */
  resume(id: SessionId): Held {
    const session = this.#host.session(id);
    if (session === null) return 'free';
    const before = this.#of(session);
    const now = this.#host.clock.now();
    this.#tasks.set(session.task, begin('answer', now));
    this.#put(session, { ...before, turn: begin('answer', now), repeats: NO_REPEATS, held: 'free', why: '' });
    this.#host.tell(session, 'resumed', before.why);
    return before.held;
  }

  /** Whether a session waits for a person to let it go on. */
  waits(session: Pick<Session, 'id' | 'task'>): boolean {
    return this.#of(session).held !== 'free';
  }

  /** Whether any session of an agent is held so. */
  isHeld(agent: Session['agent'], held: Held): boolean {
    for (const [id, state] of this.#sessions)
      if (state.held === held && this.#host.session(id)?.agent === agent) return true;
    return false;
  }

  view() {
    const { limits, profile } = this.#host.config();
    return {
      modes: modesInForce(profile).map(({ mode }): Profile => mode),
      ...budgetsOf({ limits, profile }),
      quotas: [...limits.quotas],
      sessions: [...this.#sessions].flatMap(([id, { held, why, turn }]) => {
        const session = this.#host.session(id);
        if (session === null) return [];
        return [
          { session: id, agent: session.agent, task: session.task, held, why, turn, total: this.#task(session.task) },
        ];
      }),
    };
  }

  /** A session is over. */
  end(session: Session, taskEnded: boolean): void {
    const held = this.#sessions.get(session.id)?.held ?? 'free';
    this.#sessions.delete(session.id);
    if (taskEnded) this.#tasks.delete(session.task);
    if (held !== 'free') this.#host.tell(session, 'ended', '');
  }

  #quotaCall(call: Call) {
    return { ...call, modules: this.#host.modules(call) };
  }

  #put(session: Pick<Session, 'id' | 'agent' | 'task'>, state: SessionLimits): void {
    const before = this.#sessions.get(session.id)?.held ?? 'free';
    this.#sessions.set(session.id, state);
    if (state.held !== before && state.held !== 'free') this.#host.tell(session, state.held, state.why);
  }

  #update(id: SessionId, change: (state: SessionLimits) => SessionLimits): void {
    const state = this.#sessions.get(id);
    if (state !== undefined) this.#sessions.set(id, change(state));
  }

  /**
   * The session's limits; on first sight what the record index knows of it. After a restart the calls of the present turn
   * are counted again and what held the session holds it still. The keys of refused calls are not: they were refused, and
   * are again, and count from one.
   */
  #of(session: Pick<Session, 'id' | 'task'>): SessionLimits {
    const known = this.#sessions.get(session.id);
    if (known !== undefined) return known;
    if (this.#sessions.size >= MAX_SESSIONS) this.#forgetEnded();
    const tally = this.#host.tally();
    const held = tally.held(session.id);
    return {
      turn: this.#spent(tally.turn(session.id), (after) => tally.used('session', session.id, after)),
      repeats: NO_REPEATS,
      held: held === 'paused' || held === 'stopped' ? held : 'free',
      why: held === 'paused' || held === 'stopped' ? 'it was held before the daemon was restarted' : '',
      named: null,
    };
  }

  #task(task: TaskId): Spent {
    const known = this.#tasks.get(task);
    if (known !== undefined) return known;
    const tally = this.#host.tally();
    const spent = this.#spent(tally.task(task), (after) => tally.used('task', task, after));
    this.#tasks.set(task, spent);
    return spent;
  }

  #spent({ what, position, at }: Beginning, used: (after: number) => Pick<Spent, 'calls' | 'tokens'>): Spent {
    if (what === null) return begin('session', this.#host.clock.now());
    return { began: BEGAN[what] ?? 'session', since: at, ...used(position) };
  }

  #forgetEnded(): void {
    const tasks = new Set<TaskId>();
    for (const id of this.#sessions.keys()) {
      const session = this.#host.session(id);
      if (session === null) this.#sessions.delete(id);
      else tasks.add(session.task);
    }
    for (const task of this.#tasks.keys()) if (!tasks.has(task)) this.#tasks.delete(task);
  }
}
