// Whose turn it is to be served: one request a turn of the event loop, the agents that wait one after the other. INVARIANT: who
// asks ten thousand times waits behind itself, and between any two of its requests everybody else is heard: people, gates,
// other agents. Where nobody waits, nothing is put off.

export class Turns {
  /** Whose turn is next comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #isTaken = false;

  /** Steps of one agent keep their order. @param step throws nothing. */
  take(who: string, step: () => void): void {
    if (this.#isTaken) {
      const own = this.#waiting.get(who);
      if (own === undefined) this.#waiting.set(who, [step]);
      else own.push(step);
      return;
    }
    this.#isTaken = true;
    setImmediate(this.#next);
    step();
  }

  readonly #next = (): void => {
    for (const [who, steps] of this.#waiting) {
      const step = steps.shift();
      this.#waiting.delete(who);
      if (steps.length > 0) this.#waiting.set(who, steps);
      if (step === undefined) continue;
      setImmediate(this.#next);
      step();
      return;
    }
    this.#isTaken = false;
  };
}
