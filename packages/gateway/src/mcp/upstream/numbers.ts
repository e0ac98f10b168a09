// What is known of one module's servers, whoever's they are: how they are, how fast, how often they crashed, what they said
// last. Small, for there is one for each module that was ever used.
import type { ModuleHealth } from '@castellan/contract';
import { pauseAfter } from './backoff.ts';
import { DURATIONS, STABLE_MS } from './limits.ts';

/** Why it is not started now. */
export interface Withheld {
  readonly state: 'backing-off' | 'needs-sign-in' | 'held' | 'refused';
  readonly why: string;
  readonly hint: string;
  readonly retryAt: number | null;
  /** Of `held`: what was accepted then; once something else is, it may be tried again. */
  readonly accepted: string | null;
}

export class Numbers {
  readonly #durations: number[] = [];
  #next = 0;
  #answered = 0;
  #failed = 0;
  #crashes = 0;
  #inARow = 0;
  #startedAt: number | null = null;
  #lastCrash = 0;
  protocol: string | null = null;
  stderr: readonly string[] = [];
  withheld: Withheld | null = null;
  /** Of this program a server of the older era is known: it need not be asked first. */
  legacy: string | null = null;

  get wasStarted(): boolean {
    return this.#startedAt !== null;
  }

  answered(ms: number): void {
    this.#answered += 1;
    this.#durations[this.#next] = ms;
    this.#next = (this.#next + 1) % DURATIONS;
  }

  failed(): void {
    this.#failed += 1;
  }

  started(at: number, protocol: string): void {
    this.#startedAt = at;
    this.protocol = protocol;
    this.withheld = null;
  }

  /** @returns when it may be started again. */
  crashed(at: number, jitter: number): number {
    this.#inARow = at - this.#lastCrash > STABLE_MS + pauseAfter(this.#inARow, 1) ? 1 : this.#inARow + 1;
    this.#lastCrash = at;
    this.#crashes += 1;
    return at + pauseAfter(this.#inARow, jitter);
  }

  forgive(): void {
    this.#inARow = 0;
    this.withheld = null;
    this.legacy = null;
  }

  /** @param stderr of a server that runs now. */
  health(running: number, stderr = this.stderr): ModuleHealth {
    const sorted = [...this.#durations].sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)];
    return {
      running,
      startedAt: this.#startedAt,
      retryAt: this.withheld?.retryAt ?? null,
      crashes: this.#crashes,
      answered: this.#answered,
      failed: this.#failed,
      medianMs: middle ?? null,
      stderr: [...stderr],
      protocol: this.protocol,
    };
  }
}
