// One block of the index while it is made: the records of 256 positions, word by word. Pure but for the map of calls that it
// shares with the blocks before it.
import { BLOCK_RECORDS, MASK_BYTES, type SearchBlock, SLICE_BYTES, SLICES } from '../store/index.ts';

export const maskOf = (slot: number): Uint8Array => {
  const mask = new Uint8Array(MASK_BYTES);
  setBit(mask, slot);
  return mask;
};
export const setBit = (mask: Uint8Array, slot: number): void => {
  mask[slot >>> 3] = (mask[slot >>> 3] ?? 0) | (1 << (slot & 7));
};
export const hasBit = (mask: Uint8Array, slot: number): boolean => (((mask[slot >>> 3] ?? 0) >>> (slot & 7)) & 1) === 1;

export class BlockMaker {
  readonly block: number;
  readonly grams = new Uint8Array(SLICES * SLICE_BYTES);
  readonly #times = new Float64Array(BLOCK_RECORDS);
  readonly #present = new Uint8Array(MASK_BYTES);
  readonly #words = new Map<number, Uint8Array>();
  readonly #changed = new Set<number>();
  #least = Number.POSITIVE_INFINITY;
  #most = 0;

  constructor(block: number) {
    this.block = block;
  }

  record(slot: number, at: number): void {
    setBit(this.#present, slot);
    this.#times[slot] = at;
    this.#least = Math.min(this.#least, at);
    this.#most = Math.max(this.#most, at);
  }

  word(word: number, slot: number): void {
    const mask = this.#words.get(word);
    if (mask === undefined) this.#words.set(word, maskOf(slot));
    else setBit(mask, slot);
    this.#changed.add(word);
  }

  /** What is to be written of it now. */
  take(): SearchBlock {
    const none = new Uint8Array(MASK_BYTES);
    const words = new Map([...this.#changed].map((word) => [word, this.#words.get(word) ?? none]));
    this.#changed.clear();
    return {
      block: this.block,
      // A block without a record: only parts of long ones.
      least: Number.isFinite(this.#least) ? this.#least : 0,
      most: this.#most,
      present: this.#present,
      times: this.#times,
      words,
      grams: this.grams,
    };
  }
}
