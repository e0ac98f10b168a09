// Calls that wait for their client to come back. INVARIANT: each has a random name that works once, for the very same call; who
// does not come back in time finds it ended.
import type { JsonObject } from '@castellan/contract';
import type { McpClock } from '../host.ts';
import { HELD_MS } from './limits.ts';
import type { Run } from './run.ts';

export interface Held {
  readonly run: Run;
  readonly outcome: Promise<JsonObject>;
  readonly forget: () => void;
}

/** The calls of one client that wait for it to come back. */
export class HeldRuns {
  readonly #clock: McpClock;
  readonly #held = new Map<string, Held>();

  constructor(clock: McpClock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#held.size;
  }

  put(run: Run, outcome: Promise<JsonObject>): string {
    const state = this.#clock.random(32).toString('base64url');
    const expire = (): void => {
      this.#held.delete(state);
      run.abort('nobody answered what its server asked');
    };
    this.#held.set(state, { run, outcome, forget: this.#clock.after(HELD_MS, expire) });
    return state;
  }

  take(state: string, canonical: string): Held | null {
    const held = this.#held.get(state);
    if (held === undefined || held.run.canonical !== canonical) return null;
    this.#held.delete(state);
    held.forget();
    return held;
  }

  clear(): void {
    for (const { run, forget } of this.#held.values()) {
      forget();
      run.abort('the client is gone');
    }
    this.#held.clear();
  }
}
