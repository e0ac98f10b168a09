// Servers that offer something else again and again: each time costs a file, a record and a person's attention, so the second
// time within a minute is the last. Pure but for what it remembers.

/** Who changes what it offers by an update does so once. */
const WITHIN_MS = 60_000;

export class Restless {
  /** When each was last seen to offer something else than before. */
  readonly #changed = new Map<string, number>();

  /** It offers something else. @returns whether it did so a moment ago already. */
  again(module: string, now: number): boolean {
    const before = this.#changed.get(module);
    this.#changed.set(module, now);
    return before !== undefined && now - before < WITHIN_MS;
  }

  /** A person looked at it. */
  forget(module: string): void {
    this.#changed.delete(module);
  }
}
