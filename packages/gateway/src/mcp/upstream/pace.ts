// How fast a server may say what nobody asked for. Over it, it is not read for a while, so that it waits and nobody else
// does; a server that is over it all the time is ended.
import { BURST, COUNTED_BYTES, EACH_SECOND, FLOOD_MS } from './limits.ts';

export class Pace {
  readonly #now: () => number;
  #left = BURST;
  #at: number;
  /** Since when it has been over its measure, again and again. */
  #over: number | null = null;

  constructor(now: () => number) {
    this.#now = now;
    this.#at = now();
  }

  /** Takes one message into account. @returns whether this server says so much all the time that it has to be ended. */
  spend(bytes: number): boolean {
    const now = this.#fill();
    this.#left -= 1 + Math.floor(bytes / COUNTED_BYTES);
    if (this.#left >= 0) return false;
    this.#over ??= now;
    return now - this.#over > FLOOD_MS;
  }

  /** How long to wait before it is read again; 0: read on. */
  get waitMs(): number {
    this.#fill();
    // Once it is over, it waits for a tenth of a second's worth, not for a single message.
    return this.#left >= 0 ? 0 : Math.ceil(((EACH_SECOND / 10 - this.#left) * 1000) / EACH_SECOND);
  }

  #fill(): number {
    const now = this.#now();
    this.#left = Math.min(BURST, this.#left + (Math.max(0, now - this.#at) * EACH_SECOND) / 1000);
    this.#at = now;
    if (this.#left > BURST / 2) this.#over = null;
    return now;
  }
}
