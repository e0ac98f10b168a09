// How much is kept in memory for clients, all of it together: results to be read on, events for who comes back, questions that
// wait for an answer. INVARIANT: the sum has a bound however many clients there are, and no agent has more than its share of it.
import type { AgentId } from '@castellan/contract';
import { STORE_BYTES, STORE_BYTES_OF_AGENT } from './limits.ts';

interface Item {
  readonly bytes: number;
  readonly drop: () => void;
}

interface Share {
  bytes: number;
  /** Oldest first. */
  readonly items: Set<Item>;
}

export class Store {
  readonly #shares = new Map<AgentId, Share>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Counts something that is kept from now on. What is over the share of its agent goes, oldest first; what is over the bound of
   * all goes, oldest first, from whoever has most.
   * @param drop lets it go; called once, unless it was given back before.
   * @returns gives it back.
   */
  keep(agent: AgentId, bytes: number, drop: () => void): () => void {
    const item: Item = { bytes, drop };
    const share = this.#shares.get(agent) ?? { bytes: 0, items: new Set() };
    this.#shares.set(agent, share);
    share.items.add(item);
    share.bytes += bytes;
    this.#bytes += bytes;
    while (share.bytes > STORE_BYTES_OF_AGENT) this.#dropOldest(agent, share);
    while (this.#bytes > STORE_BYTES && this.#dropOfLargest(item));
    return () => this.#forget(agent, share, item);
  }

  /** What was just kept stays: no agent is so large that it is the only one to have anything. */
  #dropOfLargest(fresh: Item): boolean {
    let largest: [AgentId, Share] | null = null;
    for (const each of this.#shares) {
      const [oldest] = each[1].items;
      if (oldest !== fresh && (largest === null || each[1].bytes > largest[1].bytes)) largest = each;
    }
    if (largest === null) return false;
    this.#dropOldest(...largest);
    return true;
  }

  #dropOldest(agent: AgentId, share: Share): void {
    const [oldest] = share.items;
    if (oldest === undefined) return;
    this.#forget(agent, share, oldest);
    oldest.drop();
  }

  #forget(agent: AgentId, share: Share, item: Item): void {
    if (!share.items.delete(item)) return;
    share.bytes -= item.bytes;
    this.#bytes -= item.bytes;
    if (share.items.size === 0 && this.#shares.get(agent) === share) this.#shares.delete(agent);
  }
}

/** A character may take two bytes, and every value its place beside them. */
const BYTES_OF_CHAR = 2;
const BYTES_OF_VALUE = 64;

export const bytesOfText = (text: string): number => BYTES_OF_VALUE + BYTES_OF_CHAR * text.length;

/** About what a value takes in memory, never less; more than `most` is told as infinite, and is not looked at further. */
export function bytesOf(whole: unknown, most: number): number {
  let bytes = 0;
  const waiting: unknown[] = [whole];
  while (waiting.length > 0) {
    const value = waiting.pop();
    bytes += typeof value === 'string' ? bytesOfText(value) : BYTES_OF_VALUE;
    if (bytes > most) return Number.POSITIVE_INFINITY;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      if (!Array.isArray(value)) bytes += bytesOfText(key);
      waiting.push(item);
    }
  }
  return bytes;
}
