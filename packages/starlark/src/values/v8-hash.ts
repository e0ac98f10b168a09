// V8's own hashes of numbers as keys of a Map. They are the same in every process, so that a program can compute numbers that all fall into one
// place of a table; a table has to see that, and so it has to know them. Strings are hashed with a secret of the process. Were these not V8's
// any more, tables would be as right as before, and only not guarded: a test measures that they are.

const FLOAT = new Float64Array(1);
const HALVES = new Uint32Array(FLOAT.buffer);
/** Where the lower half of a double is, which depends on the machine. */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;

/** The hash of a number; its low bits say where in a table it is. */
export function v8Hash(key: number): number {
  return (key | 0) === key ? hash32(key) : hash64(key);
}

/** Thomas Wang's mix of 32 bits. */
function hash32(key: number): number {
  let x = (~key + (key << 15)) | 0;
  x ^= x >>> 12;
  x = (x + (x << 2)) | 0;
  x ^= x >>> 4;
  x = Math.imul(x, 2057);
  return (x ^ (x >>> 16)) & 0x3fffffff;
}

/** And his mix of 64 bits to 32, of the bits of the double. In two halves, each a sum with what the lower one carries over. */
function hash64(key: number): number {
  FLOAT[0] = key;
  const a = HALVES[LOW] ?? 0;
  const b = HALVES[1 - LOW] ?? 0;
  // x = ~x + (x << 18)
  let sum = (~a >>> 0) + ((a << 18) >>> 0);
  let low = sum | 0;
  let high = (~b + ((b << 18) | (a >>> 14)) + carry(sum)) | 0;
  // x ^= x >>> 31
  low ^= (low >>> 31) | (high << 1);
  high ^= high >>> 31;
  // x *= 21, which is x + (x << 2) + (x << 4)
  sum = (low >>> 0) + ((low << 2) >>> 0);
  const low5 = sum | 0;
  const high5 = (high + ((high << 2) | (low >>> 30)) + carry(sum)) | 0;
  sum = (low5 >>> 0) + ((low << 4) >>> 0);
  high = (high5 + ((high << 4) | (low >>> 28)) + carry(sum)) | 0;
  low = sum | 0;
  // x ^= x >>> 11
  low ^= (low >>> 11) | (high << 21);
  high ^= high >>> 11;
  // x += x << 6
  sum = (low >>> 0) + ((low << 6) >>> 0);
  high = (high + ((high << 6) | (low >>> 26)) + carry(sum)) | 0;
  low = sum | 0;
  // x ^= x >>> 22
  return (low ^ ((low >>> 22) | (high << 10))) & 0x3fffffff;
}

function carry(sum: number): number {
  return sum > 0xffffffff ? 1 : 0;
}
