// Looks for copies of remembered texts in one text: a rolling hash over every offset, then as far as the copy reaches.
import type { BlockIndex, Place } from './block-index.ts';
import { BLOCK, type Fingerprint, gramAt, type Key, LEAST, storedGram } from './fingerprint.ts';

export interface Copy {
  /** Number of the remembered text. */
  readonly text: number;
  readonly start: number;
  readonly length: number;
}

/** Copies told of one text; more of the same source add nothing. */
const MOST = 64;

export function findCopies(
  codes: Uint16Array,
  index: BlockIndex,
  textOf: (text: number) => Fingerprint,
  key: Key,
): readonly Copy[] {
  if (index.isEmpty || codes.length < LEAST) return [];
  const copies: Copy[] = [];
  let outgoing = 1;
  for (let i = 0; i < BLOCK; i += 1) outgoing = Math.imul(outgoing, key.block);
  /** Up to where each text has been found already: a long copy is followed once. */
  const done = new Map<number, number>();
  let hash = 0;
  for (let end = 0; end < codes.length; end += 1) {
    hash = (Math.imul(hash, key.block) + (codes[end] ?? 0)) | 0;
    if (end >= BLOCK) hash = (hash - Math.imul(codes[end - BLOCK] ?? 0, outgoing)) | 0;
    if (end < BLOCK - 1 || hash === 0 || !index.has(hash >>> 0)) continue;
    const start = end - BLOCK + 1;
    for (const place of index.places(hash >>> 0)) {
      if ((done.get(place.text) ?? 0) > end) continue;
      const copy = reach(codes, start, place, textOf(place.text), key);
      if (copy === null) continue;
      done.set(place.text, copy.start + copy.length);
      copies.push(copy);
      if (copies.length >= MOST) return copies;
    }
  }
  return copies;
}

/** How far a copy goes to both sides of a block; null where it is too short, or the block only looked alike. */
function reach(codes: Uint16Array, start: number, place: Place, text: Fingerprint, key: Key): Copy | null {
  const stored = place.block * BLOCK;
  const same = (offset: number): boolean => gramAt(codes, start + offset, key) === storedGram(text, stored + offset);
  for (let offset = 3; offset < BLOCK; offset += 1) if (!same(offset)) return null;
  let to = BLOCK;
  while (start + to < codes.length && stored + to < text.length && same(to)) to += 1;
  // A gram looks three characters back, so the first that agrees vouches for the three before it.
  let from = 3;
  while (start + from - 1 >= 3 && stored + from - 1 >= 3 && same(from - 1)) from -= 1;
  const first = Math.max(from - 3, -start, -stored);
  const length = to - first;
  return length < LEAST ? null : { text: place.text, start: start + first, length };
}
