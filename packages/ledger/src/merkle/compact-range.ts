// The right edge of a growing Merkle tree: one hash per set bit of the size, so memory stays flat over any number of leaves.

import { EMPTY_ROOT, type Hash, nodeHash } from './hash.ts';

/** The edge of a tree of `size` leaves: roots of its complete subtrees, the largest first. */
export class CompactRange {
  #size: number;
  readonly #stack: Hash[];

  constructor(size = 0, stack: readonly Hash[] = []) {
    this.#size = size;
    this.#stack = [...stack];
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Hash): void {
    this.appendSubtree(leaf, 1);
  }

  /** Adds the root of a complete subtree of `leaves` (a power of two) that starts at a multiple of its width. */
  appendSubtree(root: Hash, leaves: number): void {
    if (this.#size % leaves !== 0) throw new Error('subtree does not start at a multiple of its width');
    let hash = root;
    // Numbers past 2^32 rule out bit operators: division keeps them exact up to 2^53.
    for (let rest = this.#size / leaves; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.#stack.pop();
      if (left === undefined) throw new Error('compact range holds fewer hashes than its size has bits');
      hash = nodeHash(left, hash);
    }
    this.#stack.push(hash);
    this.#size += leaves;
  }

  root(): Hash {
    let hash: Hash | undefined;
    for (let i = this.#stack.length - 1; i >= 0; i -= 1) {
      const left = this.#stack[i];
      if (left === undefined) break;
      hash = hash === undefined ? left : nodeHash(left, hash);
    }
    return hash ?? EMPTY_ROOT;
  }

  clone(): CompactRange {
    return new CompactRange(this.#size, this.#stack);
  }
}
