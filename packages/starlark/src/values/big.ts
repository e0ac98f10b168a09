// How large an int is. By itself, because the tables of keys ask it, and nearly everything else knows tables.
import type { Int } from './value.ts';

/** Powers of two whose exponents double, from 2^64, and their negatives; made when somebody needs them. */
const POWERS: bigint[] = [];
const NEGATIVES: bigint[] = [];

/** How many bits an int has, from above and within a factor of two; in constant time, as V8 compares lengths first. */
export function bitLength(value: Int): number {
  if (typeof value === 'number') return 53;
  for (let i = 0, bits = 64; ; i += 1, bits *= 2) {
    if (i === POWERS.length) {
      const power = 1n << BigInt(bits);
      POWERS.push(power);
      NEGATIVES.push(-power);
    }
    if (value < (POWERS[i] ?? 0n) && value > (NEGATIVES[i] ?? 0n)) return bits;
  }
}
