// Sign-ins that a person began and whose browser has not come back. INVARIANT: a state is 256 random bits, good once, for ten
// minutes, for the sign-in that it was drawn for; only its digest is kept, so that looking for one tells nothing of another.
import type { Actor, McpHttp } from '@castellan/contract';
import type { SignInClient, SignInServer } from '@castellan/gateway';
import type { Clock } from '../../clock.ts';
import { sha256 } from '../../digest.ts';

export interface Begun {
  readonly module: string;
  readonly start: McpHttp;
  readonly resource: string;
  readonly server: SignInServer;
  readonly client: SignInClient;
  readonly scope: string | null;
  readonly verifier: string;
  /** Whoever began it, as they came in then. */
  readonly actor: Actor;
}

const TEN_MINUTES_MS = 600_000;
/** Of everybody together. A person begins one; more is a program gone wrong. */
const MOST = 32;

export class Pending {
  readonly #clock: Clock;
  readonly #begun = new Map<string, Begun & { readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  newState(): string {
    return this.#clock.random(32).toString('base64url');
  }

  /** The one before it of the same module is not waited for any more. */
  keep(state: string, begun: Begun): void {
    this.forget(begun.module);
    const [oldest] = this.#begun.keys();
    if (this.#begun.size >= MOST && oldest !== undefined) this.#begun.delete(oldest);
    this.#begun.set(sha256(state), { ...begun, until: this.#clock.now() + TEN_MINUTES_MS });
  }

  /** Once: whoever comes with it again comes with nothing. */
  take(state: string): Begun | null {
    const key = sha256(state);
    const begun = this.#begun.get(key);
    this.#begun.delete(key);
    return begun === undefined || begun.until <= this.#clock.now() ? null : begun;
  }

  forget(module: string): void {
    for (const [key, begun] of this.#begun) if (begun.module === module) this.#begun.delete(key);
  }
}
