// What is told of people and sign-ins: records, and the alarm when many fail. INVARIANT: no password, code, token or hash is
// ever an argument here, and a name that nobody has is written only where it is too short to be a password typed into the wrong
// field (A8, L5).
import {
  type Actor,
  actorName,
  type Factor,
  type LedgerRecord,
  type SignInId,
  userNameSchema,
} from '@castellan/contract';
import type { Alarms } from '../../alarms/index.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { Records, Refusals } from '../../records/index.ts';
import type { From } from './sign-ins.ts';

type SignInChange = Extract<LedgerRecord, { kind: 'sign-in' }>['change'];
type PersonChange = Extract<LedgerRecord, { kind: 'person' }>['change'];

export interface JournalRooms {
  readonly clock: Clock;
  readonly records: Pick<Records, 'record'>;
  readonly refusals: Pick<Refusals, 'take'>;
  readonly alarms: Alarms;
  readonly events: Pick<EventBus, 'publish'>;
}

/** So many failures within the window are an attack; it is over when as long has passed without. */
const MANY = 20;
const WINDOW_MS = 10 * 60_000;
/** The shortest password that could be chosen has one more. */
const LONGEST_UNKNOWN = 11;

export interface SignInNote {
  readonly who: string;
  readonly from: From;
  readonly factor?: Factor;
  readonly signIn?: SignInId;
  readonly text: string;
}

export class Journal {
  readonly #rooms: JournalRooms;
  #failures: number[] = [];
  #quiet: () => void = () => {};

  constructor(rooms: JournalRooms) {
    this.#rooms = rooms;
  }

  /** Resolves when it is on disk. @throws LedgerError */
  async signIn(change: SignInChange, { who, from, factor = 'none', signIn, text }: SignInNote): Promise<void> {
    const { clock, records, refusals } = this.#rooms;
    const failed = change === 'failed' || change === 'held-off' || change === 'factor-failed';
    if (failed) this.#noteFailure();
    // What costs whoever asks nothing can be asked without end: of those only some a minute are written one by one.
    const endless = change === 'held-off' || change === 'factor-failed';
    const left = endless ? refusals.take(`sign-in ${change}`) : '';
    if (left === null) return;
    await records.record({
      kind: 'sign-in',
      at: clock.now(),
      who,
      change,
      address: from.address,
      client: from.client,
      factor,
      ...(signIn !== undefined && { signIn }),
      text: `${text}${left}`,
    });
  }

  /** @throws LedgerError */
  async person(change: PersonChange, who: string, by: Actor | string, text: string): Promise<void> {
    const { clock, records, events } = this.#rooms;
    await records.record({
      kind: 'person',
      at: clock.now(),
      who,
      change,
      by: typeof by === 'string' ? by : actorName(by),
      text,
    });
    events.publish({ kind: 'changed', what: 'people' });
  }

  reused(who: string): void {
    this.#rooms.alarms.raise(
      'token-reused',
      null,
      `a refresh token of ${who} was used twice: somebody else had it; that sign-in has ended`,
      'sign in again, and look where the token was kept',
    );
  }

  /** How somebody is written who gave a name: one that is nobody's may be a password. */
  nameOf(given: string, known: boolean): string {
    const short = given.length <= LONGEST_UNKNOWN && userNameSchema.safeParse(given).success;
    return known || short ? given : 'a name nobody has';
  }

  #noteFailure(): void {
    const { clock, alarms } = this.#rooms;
    const now = clock.monotonic();
    this.#failures = [...this.#failures.filter((at) => now - at < WINDOW_MS), now].slice(-MANY);
    if (this.#failures.length < MANY) return;
    alarms.raise(
      'sign-in-attack',
      null,
      'many sign-ins failed within ten minutes',
      'the records of kind `sign-in` tell whose name and where from',
    );
    this.#quiet();
    this.#quiet = clock.after(WINDOW_MS, () => alarms.end('sign-in-attack', null));
  }
}
