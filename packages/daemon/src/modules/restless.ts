// Servers that offer something else again and again: each time costs a file, a record and a person's attention, so that there is
// a last time. Pure but for what it remembers.

const WITHIN_MS = 60_000;
/** Who loads a plug-in, or takes one away, changes a few times; nothing that is meant to be used goes on like this. */
const CHANGES = 5;

export class Restless {
  /** When each was seen to offer something else than before, within the last minute. */
  readonly #changed = new Map<string, readonly number[]>();

  /** It offers something else. @returns whether it did so too often. */
  again(module: string, now: number): boolean {
    const lately = [...(this.#changed.get(module) ?? []).filter((at) => now - at < WITHIN_MS), now];
    this.#changed.set(module, lately.slice(-CHANGES));
    return lately.length >= CHANGES;
  }

  /** A person looked at it. */
  forget(module: string): void {
    this.#changed.delete(module);
  }
}
