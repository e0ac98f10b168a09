// Reads a server's lists again after it said that they changed: soon, once for several changes, and the more seldom the more
// often it says so. INVARIANT: who waits for `settled` goes on only while nothing is told of that was not judged.
import type { McpClock } from '../host.ts';
import { LONGEST_SETTLE_MS, MAX_REREADS, SETTLE_MS } from './limits.ts';

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

  /**
   * Looks again after each wait: another caller may have begun a reading meanwhile, or the server said something in one.
   * @returns false: its lists change faster than they can be judged, so that nothing may be asked of it.
   */
  async settled(): Promise<boolean> {
    for (let round = 0; !this.#isOver && (this.#running !== null || this.#isStale); round += 1) {
      if (round >= MAX_REREADS) return false;
      await (this.#running ?? this.#run());
    }
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
    // Set in the same step as the mark is taken away: whoever comes now finds the one or the other.
    const running = this.#read().finally(() => {
      this.#running = null;
      if (this.#isStale) this.soon();
    });
    this.#running = running;
    await running;
  }
}
