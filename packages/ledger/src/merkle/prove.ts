// Makes inclusion and consistency proofs (RFC 6962 sections 2.1.1 and 2.1.2) from any source of complete subtree roots.

import { EMPTY_ROOT, type Hash, nodeHash } from './hash.ts';

/** Gives the root of the complete subtree over leaves `[index * 2^level, (index + 1) * 2^level)`. */
export type SubtreeSource = (level: number, index: number) => Promise<Hash>;

/** The largest power of two smaller than `n` (n at least 2). */
function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The Merkle tree hash of leaves `[start, end)`, where `start` is a multiple of the width of every part. */
async function rangeRoot(source: SubtreeSource, start: number, end: number): Promise<Hash> {
  const width = end - start;
  if (width === 0) return EMPTY_ROOT;
  const level = Math.log2(width);
  if (Number.isInteger(level) && 2 ** level === width) return source(level, start / width);
  const k = splitPoint(width);
  return nodeHash(await rangeRoot(source, start, start + k), await rangeRoot(source, start + k, end));
}

/** The root of the tree of the first `size` leaves. */
export function treeRoot(source: SubtreeSource, size: number): Promise<Hash> {
  return rangeRoot(source, 0, size);
}

/** The inclusion proof of the leaf at `index` in the tree of `size` leaves, from the leaf upwards. */
export async function proveInclusion(source: SubtreeSource, index: number, size: number): Promise<Hash[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`index \`${index}\` is outside a tree of \`${size}\``);
  const proof: Hash[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      proof.push(await rangeRoot(source, middle, end));
      end = middle;
    } else {
      proof.push(await rangeRoot(source, start, middle));
      start = middle;
    }
  }
  return proof.reverse();
}

/** The consistency proof from the tree of `size1` to the tree of `size2` leaves, `size1` at least 1. */
export async function proveConsistency(source: SubtreeSource, size1: number, size2: number): Promise<Hash[]> {
  if (!(size1 > 0 && size1 <= size2)) throw new RangeError(`no proof leads from size \`${size1}\` to \`${size2}\``);
  if (size1 === size2) return [];
  const proof: Hash[] = [];
  let start = 0;
  let end = size2;
  let isWhole = true;
  while (size1 !== end) {
    const middle = start + splitPoint(end - start);
    if (size1 <= middle) {
      proof.push(await rangeRoot(source, middle, end));
      end = middle;
    } else {
      proof.push(await rangeRoot(source, start, middle));
      start = middle;
      isWhole = false;
    }
  }
  if (!isWhole) proof.push(await rangeRoot(source, start, end));
  return proof.reverse();
}
