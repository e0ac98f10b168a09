// Whose turn it is to be served: a few small requests, or one large one, in each turn of the event loop; of the agents that
// wait one after the other. INVARIANT: who asks ten thousand times waits behind itself, and every few of its requests everybody
// else is heard: people, gates, other agents. Where nobody waits, nothing is put off. Why a few and not one: what is decided in
// one turn of the loop shares one write of the ledger.

/** A request takes some tenths of a millisecond; nobody notices sixteen of them. */
const MOST_STEPS = 16;
/** A long message takes longer, as long as it is. */
const MOST_BYTES = 64 * 1024;

interface Step {
  readonly run: () => void;
  readonly bytes: number;
}

export class Turns {
  /** Whose turn is next comes first. */
  readonly #waiting = new Map<string, Step[]>();
  #steps = 0;
  #bytes = 0;

  /** Steps of one agent keep their order. @param bytes how long its message is. @param run throws nothing. */
  take(who: string, bytes: number, run: () => void): void {
    const step = { run, bytes };
    if (this.#waiting.size === 0 && !this.#isOver) {
      this.#serve(step);
      return;
    }
    const own = this.#waiting.get(who);
    if (own === undefined) this.#waiting.set(who, [step]);
    else own.push(step);
  }

  get #isOver(): boolean {
    return this.#steps >= MOST_STEPS || this.#bytes >= MOST_BYTES;
  }

  #serve(step: Step): void {
    if (this.#steps === 0) setImmediate(this.#next);
    this.#steps += 1;
    this.#bytes += step.bytes;
    step.run();
  }

  readonly #next = (): void => {
    this.#steps = 0;
    this.#bytes = 0;
    while (!this.#isOver) {
      const [first] = this.#waiting;
      if (first === undefined) return;
      const [who, steps] = first;
      const step = steps.shift();
      this.#waiting.delete(who);
      if (steps.length > 0) this.#waiting.set(who, steps);
      if (step !== undefined) this.#serve(step);
    }
  };
}
