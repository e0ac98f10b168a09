// What stands between a right password and a sign-in where a second factor is configured: short-lived, few, in memory, good once.
import type { JsonObject, SignInAnswer, UserId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { digestOf } from '../credentials.ts';

const LIFE_MS = 5 * 60_000;
const MOST = 256;
/** Wrong codes in one challenge; after these the password is asked for again. */
const TRIES = 5;

export type Carrier = 'browser' | 'program';

export interface Pending {
  readonly user: UserId;
  readonly carrier: Carrier;
  /** The password that was right, as it is kept, and what was configured then: with others the step is over. */
  readonly password: Uint8Array;
  readonly factors: string;
  /** Whatever the factors want back: the WebAuthn challenge that they gave. */
  readonly memory: string | null;
  readonly tries: number;
  readonly until: number;
}

export type FactorNeeded = Extract<SignInAnswer, { kind: 'factor-needed' }>;
export interface FactorQuestion {
  readonly factors: FactorNeeded['factors'];
  readonly passkey?: JsonObject;
  readonly memory: string | null;
}

export class PendingSignIns {
  readonly #clock: Clock;
  readonly #open = new Map<string, Pending>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(begun: Omit<Pending, 'tries' | 'until'>): string {
    const text = this.#clock.random(32).toString('hex');
    this.#keep(text, { ...begun, tries: 0, until: this.#clock.monotonic() + LIFE_MS });
    return text;
  }

  /** Takes it out, so that two answers at once are one; a wrong answer puts it back with `again`. */
  take(text: string): Pending | null {
    const key = digestOf(text).toString('hex');
    const found = this.#open.get(key);
    this.#open.delete(key);
    return found !== undefined && this.#clock.monotonic() < found.until ? found : null;
  }

  again(text: string, pending: Pending): void {
    if (pending.tries + 1 < TRIES) this.#keep(text, { ...pending, tries: pending.tries + 1 });
  }

  #keep(text: string, pending: Pending): void {
    this.#open.set(digestOf(text).toString('hex'), pending);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST && oldest !== undefined) this.#open.delete(oldest);
  }
}
