// The latest messages of this run, numbered, for whoever was away. INVARIANT: what is given back to somebody who saw message
// n is n+1 and all that came after it, in order, or null: never a part of it. Bounded in count and in bytes.
import { Buffer } from 'node:buffer';

export interface ReplayBounds {
  readonly count: number;
  readonly bytes: number;
}

const BOUNDS: ReplayBounds = { count: 1024, bytes: 8 * 1024 * 1024 };

export class Replay {
  /** Of this run: numbers of another one mean nothing. */
  readonly epoch: string;
  readonly #bounds: ReplayBounds;
  readonly #kept: Buffer[] = [];
  #bytes = 0;
  #seq = 0;

  constructor(epoch: string, bounds: ReplayBounds = BOUNDS) {
    this.epoch = epoch;
    this.#bounds = bounds;
  }

  /** Of the latest message. */
  get seq(): number {
    return this.#seq;
  }

  /** @param event as JSON that has passed the exits. */
  frame(event: string, seq = this.#seq): Buffer {
    return Buffer.from(`{"epoch":"${this.epoch}","seq":${seq},"event":${event}}`);
  }

  /** The next message. */
  add(event: string): Buffer {
    this.#seq += 1;
    const frame = this.frame(event);
    // A copy: a frame of few bytes is cut from a block of 64 KiB, and would keep all of it.
    const kept = Buffer.allocUnsafeSlow(frame.length);
    frame.copy(kept);
    this.#kept.push(kept);
    this.#bytes += frame.length;
    while (this.#kept.length > this.#bounds.count || this.#bytes > this.#bounds.bytes)
      this.#bytes -= this.#kept.shift()?.length ?? 0;
    return frame;
  }

  /** From here on things happen that nobody is told: who comes back later has missed what is not known here. */
  lapse(): void {
    this.#seq += 1;
    this.#kept.length = 0;
    this.#bytes = 0;
  }

  /** What somebody who saw `seen` has missed; null: no longer known here, and they must be told everything. */
  since(epoch: string | undefined, seen: number | undefined): readonly Buffer[] | null {
    if (epoch !== this.epoch || seen === undefined || seen > this.#seq) return null;
    const missed = this.#seq - seen;
    return missed > this.#kept.length ? null : this.#kept.slice(this.#kept.length - missed);
  }
}
