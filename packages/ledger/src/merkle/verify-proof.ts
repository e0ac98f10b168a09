// Checks inclusion and consistency proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2, same proofs as RFC 6962). Pure; any
// input that is not exactly a proof is false, never an exception, because proofs come from whoever wants to be believed.

import { HASH_BYTES, type Hash, nodeHash, sameHash } from './hash.ts';

const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const areHashes = (hashes: readonly Hash[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES);
const half = (n: number): number => Math.floor(n / 2);

/** Whether `proof` shows that the leaf with hash `leaf` stands at `index` in the tree of `size` leaves with `root`. */
export function verifyInclusion(index: number, size: number, leaf: Hash, proof: readonly Hash[], root: Hash): boolean {
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  if (!areHashes([leaf, root]) || !areHashes(proof)) return false;
  let position = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      while (position % 2 === 0 && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 && sameHash(hash, root);
}

/** Whether `proof` shows that the tree of `size1` with `root1` is a prefix of the tree of `size2` with `root2`. */
export function verifyConsistency(
  size1: number,
  size2: number,
  root1: Hash,
  root2: Hash,
  proof: readonly Hash[],
): boolean {
  // RFC 6962 defines no proof from the empty tree: everything extends it, so nothing is shown.
  if (!isSize(size1) || !isSize(size2) || size1 === 0 || size1 > size2) return false;
  if (size1 === size2) return proof.length === 0 && sameHash(root1, root2);
  if (!areHashes([root1, root2]) || !areHashes(proof)) return false;
  let position = size1 - 1;
  let last = size2 - 1;
  while (position % 2 === 1) {
    position = half(position);
    last = half(last);
  }
  // When size1 is a power of two its root is itself the first node and is left out of the proof.
  const path = position === 0 ? [root1, ...proof] : proof;
  const first = path[0];
  if (first === undefined) return false;
  let old = first;
  let now = first;
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      old = nodeHash(sibling, old);
      now = nodeHash(sibling, now);
      while (position % 2 === 0 && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else {
      now = nodeHash(now, sibling);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 && sameHash(old, root1) && sameHash(now, root2);
}
