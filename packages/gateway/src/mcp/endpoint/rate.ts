// So many a second and no more. INVARIANT: a server that floods is counted, not queued.

export class Rate {
  readonly #now: () => number;
  readonly #perSecond: number;
  #second = 0;
  #used = 0;

  constructor(now: () => number, perSecond: number) {
    this.#now = now;
    this.#perSecond = perSecond;
  }

  /** Whether one more may pass. `first`: it is the first that may not since the last second in which all could. */
  take(): { readonly ok: boolean; readonly first: boolean } {
    const second = Math.floor(this.#now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#used = 0;
    }
    this.#used += 1;
    return { ok: this.#used <= this.#perSecond, first: this.#used === this.#perSecond + 1 };
  }
}
