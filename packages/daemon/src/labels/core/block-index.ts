// From a block's hash to the texts that hold it: an open table of plain numbers, so that looking at a character costs one
// read. The same block is kept for a few texts at most: what stands in many of them tells nothing.
import type { Fingerprint } from './fingerprint.ts';

const MOST_ALIKE = 6;
const FIRST_SLOTS = 64;

export interface Place {
  readonly text: number;
  readonly block: number;
}

export class BlockIndex {
  #hashes = new Uint32Array(FIRST_SLOTS);
  #texts = new Uint16Array(FIRST_SLOTS);
  #blocks = new Uint32Array(FIRST_SLOTS);
  /** Four bits a slot, one set for each hash: small enough to stay close to the processor, and it says no to most. */
  #maybe = new Uint32Array(FIRST_SLOTS / 8);
  #used = 0;

  get bytes(): number {
    return this.#hashes.length * 10 + this.#maybe.length * 4;
  }

  get isEmpty(): boolean {
    return this.#used === 0;
  }

  add(text: number, { blocks }: Fingerprint): void {
    for (let block = 0; block < blocks.length; block += 1) {
      const hash = blocks[block] as number;
      if (hash === 0) continue;
      if (this.#used * 2 >= this.#hashes.length) this.#grow();
      this.#put(hash, text, block);
    }
  }

  has(hash: number): boolean {
    const bit = spread(hash) >>> 0;
    const words = this.#maybe;
    if (((words[(bit >>> 5) & (words.length - 1)] ?? 0) & (1 << (bit & 31))) === 0) return false;
    const mask = this.#hashes.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#hashes[slot];
      if (found === hash) return true;
      if (found === 0) return false;
    }
  }

  places(hash: number): readonly Place[] {
    const found: Place[] = [];
    const mask = this.#hashes.length - 1;
    for (let slot = spread(hash) & mask; this.#hashes[slot] !== 0; slot = (slot + 1) & mask)
      if (this.#hashes[slot] === hash) found.push({ text: this.#texts[slot] ?? 0, block: this.#blocks[slot] ?? 0 });
    return found;
  }

  #put(hash: number, text: number, block: number): void {
    const mask = this.#hashes.length - 1;
    let alike = 0;
    let slot = spread(hash) & mask;
    for (; this.#hashes[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] !== hash) continue;
      alike += 1;
      if (alike >= MOST_ALIKE) return;
    }
    this.#hashes[slot] = hash;
    this.#texts[slot] = text;
    this.#blocks[slot] = block;
    const bit = spread(hash) >>> 0;
    const word = (bit >>> 5) & (this.#maybe.length - 1);
    this.#maybe[word] = (this.#maybe[word] ?? 0) | (1 << (bit & 31));
    this.#used += 1;
  }

  #grow(): void {
    const [hashes, texts, blocks] = [this.#hashes, this.#texts, this.#blocks];
    this.#hashes = new Uint32Array(hashes.length * 2);
    this.#texts = new Uint16Array(hashes.length * 2);
    this.#blocks = new Uint32Array(hashes.length * 2);
    this.#maybe = new Uint32Array(hashes.length / 4);
    this.#used = 0;
    for (const [slot, hash] of hashes.entries()) if (hash !== 0) this.#put(hash, texts[slot] ?? 0, blocks[slot] ?? 0);
  }
}

const spread = (hash: number): number => Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 5;
