// Calls that wait for their client to come back. INVARIANT: each has a random name that works once, for the very same call; who
// does not come back in time finds it ended.
import type { AgentId, JsonObject } from '@castellan/contract';
import type { McpClock } from '../host.ts';
import { HELD_BYTES, HELD_MS } from './limits.ts';
import type { Run } from './run.ts';
import { bytesOf, bytesOfText, type Store } from './store.ts';

export interface Held {
  readonly run: Run;
  readonly outcome: Promise<JsonObject>;
  readonly forget: () => void;
}

/** The calls of one client that wait for it to come back. */
export class HeldRuns {
  readonly #clock: McpClock;
  readonly #store: Store;
  readonly #agent: AgentId;
  readonly #held = new Map<string, Held>();

  constructor(clock: McpClock, store: Store, agent: AgentId) {
    this.#clock = clock;
    this.#store = store;
    this.#agent = agent;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Null: what it waits with is too large to be kept. */
  put(run: Run, outcome: Promise<JsonObject>): string | null {
    const bytes = bytesOf(run.requests(), HELD_BYTES) + bytesOfText(run.canonical);
    if (bytes > HELD_BYTES) return null;
    const state = this.#clock.random(32).toString('base64url');
    const end = (why: string) => (): void => {
      const held = this.#held.get(state);
      if (held === undefined) return;
      this.#held.delete(state);
      held.forget();
      run.abort(why);
    };
    const expires = this.#clock.after(HELD_MS, end('nobody answered what its server asked'));
    const giveBack = this.#store.keep(this.#agent, bytes, end('this agent lets too much wait for an answer'));
    const forget = (): void => {
      expires();
      giveBack();
    };
    this.#held.set(state, { run, outcome, forget });
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
