// Rings when somebody signs in from where, or at a time, they never did, until a person has seen it. What a person's habits are is read
// from the ledger at the start and learned from then on. INVARIANT: a stranger cannot make it quiet: not by signing out, not by signing in
// again (what rang is no habit before somebody says so), not by waiting for a restart, and not as the one who rang.
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
const MOST_OPEN = 20;

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
    this.#open = open.slice(0, MOST_OPEN);
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

  /** A person has seen it: from now on it is usual. own: one that rang cannot say so itself. null: no such alarm is open. */
  see(id: string, by: { readonly name: string; readonly signIn: SignInId | null }): Alarm | 'own' | null {
    const alarm = this.#host.alarms.open().find((one) => one.id === id && one.kind === KIND);
    if (alarm === undefined) return null;
    if (this.#open.some(({ signIn }) => signIn === by.signIn)) return 'own';
    for (const one of this.#open) this.#habits.learn(one);
    this.#open = [];
    this.#host.keep([]);
    this.#host.alarms.end(KIND, null, by.name);
    return alarm;
  }

  #rang({ who, address, at, signIn }: SignInRecord, unlike: string): void {
    if (signIn === undefined || this.#open.length >= MOST_OPEN) return;
    this.#open = [...this.#open, { who, address, at, signIn, text: `\`${who}\` signed in ${unlike}` }];
    this.#host.keep(this.#open);
    this.#tell();
  }

  #tell(): void {
    const texts = this.#open.map(({ text }) => text);
    const [first = ''] = texts;
    this.#host.alarms.raise(
      KIND,
      null,
      texts.length === 1 ? first : `${first}, and ${texts.length - 1} more like it`,
      'was it you? say so elsewhere than there: `castellan alarms seen`; else Account: end that sign-in, and change the password',
    );
  }
}
