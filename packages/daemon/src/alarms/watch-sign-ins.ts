// Rings when somebody signs in from where, or at a time, they never did, until that sign-in has ended. What a person's habits are is
// read from the ledger at the start and learned from then on.
import type { LedgerRecord, SignInId } from '@castellan/contract';
import type { Alarms } from './alarms.ts';
import { SignInHabits } from './sign-in-habits.ts';

type SignInRecord = Extract<LedgerRecord, { kind: 'sign-in' }>;

const ENDS: ReadonlySet<SignInRecord['change']> = new Set(['signed-out', 'revoked', 'reused', 'expired']);
const MOST_OPEN = 20;

export class SignInWatch {
  readonly #alarms: Pick<Alarms, 'raise' | 'end'>;
  readonly #habits = new SignInHabits();
  /** Those that rang and go on: what is said of each. */
  readonly #open = new Map<SignInId, string>();

  constructor(alarms: Pick<Alarms, 'raise' | 'end'>) {
    this.#alarms = alarms;
  }

  /** What the ledger knows already: rings for nothing. */
  remember(records: readonly LedgerRecord[]): void {
    for (const record of records)
      if (record.kind === 'sign-in' && record.change === 'succeeded') this.#habits.learn(record);
  }

  /** One that has just become durable. */
  recorded(record: LedgerRecord): void {
    if (record.kind !== 'sign-in') return;
    const { change, signIn, who } = record;
    if (signIn !== undefined && ENDS.has(change) && this.#open.delete(signIn)) this.#tell();
    if (change !== 'succeeded') return;
    const unlike = this.#habits.unlike(record);
    this.#habits.learn(record);
    if (unlike === null || signIn === undefined || this.#open.size >= MOST_OPEN) return;
    this.#open.set(signIn, `\`${who}\` signed in ${unlike}`);
    this.#tell();
  }

  #tell(): void {
    const texts = [...this.#open.values()];
    const [first] = texts;
    if (first === undefined) this.#alarms.end('sign-in-unusual', null);
    else
      this.#alarms.raise(
        'sign-in-unusual',
        null,
        texts.length === 1 ? first : `${first}, and ${texts.length - 1} more like it`,
        'was it you? then nothing is to be done; else Account: end that sign-in, and change the password',
      );
  }
}
