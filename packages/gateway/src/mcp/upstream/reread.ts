// Reads a server's lists again after it said that they changed: soon, once for several changes, and the more seldom the more
// often it says so. INVARIANT: who waits for `settled` goes on only after what it offers now was judged.
import type { McpClock } from '../host.ts';
import { LONGEST_SETTLE_MS, SETTLE_MS } from './limits.ts';

export class Reread {
  readonly #clock: McpClock;
  readonly #read: () => Promise<void>;
  #pause = SETTLE_MS;
  #lastRead = Number.NEGATIVE_INFINITY;
  /** It said something since the last reading began. */
  #isStale = false;
  #running: Promise<void> | null = null;
  #cancel: (() => void) | null = null;
  #isOver = false;

  constructor(clock: McpClock, read: () => Promise<void>) {
    this.#clock = clock;
    this.#read = read;
  }

  soon(): void {
    this.#isStale = true;
    if (this.#isOver || this.#cancel !== null || this.#running !== null) return;
    const quiet = this.#clock.now() - this.#lastRead > LONGEST_SETTLE_MS;
    this.#pause = quiet ? SETTLE_MS : Math.min(LONGEST_SETTLE_MS, this.#pause * 2);
    this.#cancel = this.#clock.after(this.#pause, () => void this.#run());
  }

  /** @returns whether there was something to wait for. */
  async settled(): Promise<boolean> {
    const running = this.#running;
    await running;
    if (!this.#isStale || this.#isOver) return running !== null;
    await (this.#running ?? this.#run());
    return true;
  }

  stop(): void {
    this.#isOver = true;
    this.#cancel?.();
  }

  async #run(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#isOver) return;
    this.#isStale = false;
    this.#lastRead = this.#clock.now();
    const run = this.#read();
    this.#running = run.finally(() => {
      this.#running = null;
      if (this.#isStale) this.soon();
    });
    await this.#running;
  }
}
