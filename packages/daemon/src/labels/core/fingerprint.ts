// What is remembered of a text instead of the text: a keyed hash of every eighth block of eight characters, and four bits a
// character to tell how far a find reaches. INVARIANT: nothing here can be read back or tried against a dictionary without
// the key, and the key dies with the daemon. INVARIANT: any copy of 15 counted characters holds one whole block.

/** Characters in one block. */
export const BLOCK = 8;
/** The shortest copy that counts: long enough that no ordinary phrase is one. */
export const LEAST = 18;

/** Multipliers drawn at the daemon's start; odd, so that nothing is lost. */
export interface Key {
  readonly block: number;
  readonly gram: number;
  readonly seed: number;
}

export function keyFrom(random: Uint8Array): Key {
  const view = new DataView(random.buffer, random.byteOffset, 12);
  return { block: view.getUint32(0) | 1, gram: view.getUint32(4) | 1, seed: view.getUint32(8) };
}

export interface Fingerprint {
  /** Counted characters. */
  readonly length: number;
  /** One hash a block; 0 where the block says too little to be told apart (`--------`). */
  readonly blocks: Uint32Array;
  /** Two characters a byte. */
  readonly grams: Uint8Array;
}

export const bytesOf = ({ blocks, grams }: Fingerprint): number => blocks.byteLength + grams.byteLength;

const at = (codes: Uint16Array, i: number): number => codes[i] ?? 0;

export function blockHash(codes: Uint16Array, start: number, { block }: Key): number {
  let hash = 0;
  for (let i = start; i < start + BLOCK; i += 1) hash = (Math.imul(hash, block) + at(codes, i)) | 0;
  return hash;
}

/** Four bits of the four characters that end at `i`. */
export function gramAt(codes: Uint16Array, i: number, { gram, seed }: Key): number {
  let hash = seed;
  for (let j = i - 3; j <= i; j += 1) hash = Math.imul(hash ^ at(codes, j), gram);
  return (hash >>> 13) & 15;
}

export const storedGram = ({ grams }: Fingerprint, i: number): number => ((grams[i >> 1] ?? 0) >> ((i & 1) * 4)) & 15;

/** Too few different characters: rules, blanks and padding are everywhere. */
function saysLittle(codes: Uint16Array, start: number): boolean {
  const first = at(codes, start);
  let second = -1;
  let third = -1;
  for (let i = start + 1; i < start + BLOCK; i += 1) {
    const code = at(codes, i);
    if (code === first || code === second || code === third) continue;
    if (second === -1) second = code;
    else if (third === -1) third = code;
    else return false;
  }
  return true;
}

export function fingerprint(codes: Uint16Array, key: Key): Fingerprint {
  const blocks = new Uint32Array(Math.floor(codes.length / BLOCK));
  for (let n = 0; n < blocks.length; n += 1)
    blocks[n] = saysLittle(codes, n * BLOCK) ? 0 : blockHash(codes, n * BLOCK, key) >>> 0;
  const grams = new Uint8Array((codes.length + 1) >> 1);
  for (let i = 0; i < codes.length; i += 1)
    grams[i >> 1] = (grams[i >> 1] ?? 0) | (gramAt(codes, i, key) << ((i & 1) * 4));
  return { length: codes.length, blocks, grams };
}
