// How many of one thing each agent may have open, and all agents together (D1): what one takes keeps no other out.
export interface ShareBounds {
  readonly each: number;
  readonly all: number;
}

export class Shares {
  readonly #bounds: ShareBounds;
  readonly #held = new Map<string, number>();
  #all = 0;

  constructor(bounds: ShareBounds) {
    this.#bounds = bounds;
  }

  /** @returns what gives it back, good once; null: there is no more for this one now. */
  enter(who: string): (() => void) | null {
    const held = this.#held.get(who) ?? 0;
    if (held >= this.#bounds.each || this.#all >= this.#bounds.all) return null;
    this.#held.set(who, held + 1);
    this.#all += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#all -= 1;
      const left = (this.#held.get(who) ?? 1) - 1;
      if (left > 0) this.#held.set(who, left);
      else this.#held.delete(who);
    };
  }
}
