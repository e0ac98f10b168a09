// Rings when somebody signs in from where, or at a time, they never did, until a person has seen it. What a person's habits are is read
// from the ledger at the start and learned from then on. INVARIANT: a stranger cannot make it quiet: not by signing out, not by signing in
// again, however often (what rang is no habit before somebody says so), not by waiting for a restart, and neither as the one who rang nor
// by a token, which may be that one's.
import type { Alarm, LedgerRecord, SignInId } from '@castellan/contract';
import type { Alarms } from './alarms.ts';
import { type SignedIn, SignInHabits } from './sign-in-habits.ts';

type SignInRecord = Extract<LedgerRecord, { kind: 'sign-in' }>;

export interface Unusual extends SignedIn {
  readonly signIn: SignInId;
  /** What is said of it. */
  readonly text: string;
}

const KIND = 'sign-in-unusual';
/** So many are told of one by one. */
const MOST_TOLD = 20;
/** Far more than a stranger can have open at once: who is left out as the oldest is signed in no longer. */
const MOST_OPEN = 1000;

export interface SignInWatchHost {
  readonly alarms: Pick<Alarms, 'raise' | 'end' | 'open'>;
  /** Keeps those that nobody has seen over a restart. */
  readonly keep: (open: readonly Unusual[]) => void;
}

export class SignInWatch {
  readonly #host: SignInWatchHost;
  readonly #habits = new SignInHabits();
  /** Those that rang. */
  #open: readonly Unusual[] = [];
  /** Those that came before the ledger was read: nothing is usual until then. */
  #early: SignInRecord[] | null = [];

  constructor(host: SignInWatchHost) {
    this.#host = host;
  }

  /** What the ledger knows already: rings for nothing but what nobody had seen. @param open as it was kept */
  remember(records: readonly LedgerRecord[], open: readonly Unusual[] = []): void {
    const early = this.#early ?? [];
    this.#early = null;
    this.#open = open.slice(-MOST_OPEN);
    const apart = new Set([...open, ...early].map(({ signIn }) => signIn));
    for (const record of records)
      if (record.kind === 'sign-in' && record.change === 'succeeded' && !apart.has(record.signIn))
        this.#habits.learn(record);
    if (this.#open.length > 0) this.#tell();
    for (const record of early) this.recorded(record);
  }

  /** One that has just become durable. */
  recorded(record: LedgerRecord): void {
    if (record.kind !== 'sign-in' || record.change !== 'succeeded') return;
    if (this.#early !== null) {
      this.#early.push(record);
      return;
    }
    const unlike = this.#habits.unlike(record);
    if (unlike === null) this.#habits.learn(record);
    else this.#rang(record, unlike);
  }

  /** A person has seen it: from now on it is usual. own: one that rang cannot say so itself. token: nobody signed in. null: no such alarm is open. */
  see(id: string, by: { readonly name: string; readonly signIn: SignInId | null }): Alarm | 'own' | 'token' | null {
    const alarm = this.#host.alarms.open().find((one) => one.id === id && one.kind === KIND);
    if (alarm === undefined) return null;
    if (by.signIn === null) return 'token';
    if (this.#open.some(({ signIn }) => signIn === by.signIn)) return 'own';
    for (const one of this.#open) this.#habits.learn(one);
    this.#open = [];
    this.#host.keep([]);
    this.#host.alarms.end(KIND, null, by.name);
    return alarm;
  }

  #rang({ who, address, at, signIn }: SignInRecord, unlike: string): void {
    if (signIn === undefined) return;
    const rang = { who, address, at, signIn, text: `\`${who}\` signed in ${unlike}` };
    this.#open = [...this.#open, rang].slice(-MOST_OPEN);
    this.#host.keep(this.#open);
    this.#tell();
  }

  #tell(): void {
    const [first] = this.#open;
    const others = this.#open.length - 1;
    const more = others < MOST_TOLD ? `${others} more` : `${MOST_TOLD} or more`;
    this.#host.alarms.raise(
      KIND,
      null,
      `${first?.text ?? ''}${others === 0 ? '' : `, and ${more} like it`}`,
      'was it you? say so elsewhere than there: `castellan alarms seen`; else Account: end that sign-in, and change the password',
    );
  }
}
