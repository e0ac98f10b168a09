// Who typed how much: one record for each stretch of typing, never what was typed.
import type { Clock } from '../clock.ts';

/** A silence that ends a stretch, and how long one may be. */
const SILENCE_MS = 3000;
const LONGEST_MS = 30_000;

export class Bursts {
  readonly #clock: Clock;
  readonly #tell: (characters: number) => void;
  #characters = 0;
  #since = 0;
  #stop = (): void => {};

  constructor(clock: Clock, tell: (characters: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  add(characters: number): void {
    const now = this.#clock.monotonic();
    if (this.#characters === 0) this.#since = now;
    this.#characters += characters;
    this.#stop();
    if (now - this.#since >= LONGEST_MS) this.end();
    else this.#stop = this.#clock.after(SILENCE_MS, () => this.end());
  }

  end(): void {
    this.#stop();
    if (this.#characters === 0) return;
    const characters = this.#characters;
    this.#characters = 0;
    this.#tell(characters);
  }
}
