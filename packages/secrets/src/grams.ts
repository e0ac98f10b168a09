// Which signs stand next to each other in some secret: one look tells that two lines do not continue one.
export interface Grams {
  pair(a: number, b: number): boolean;
  four(a: number, b: number, c: number, d: number): boolean;
  /** Whether a secret may go on from before `start` to `end` and after: `left` and `right` say how many signs may be asked. */
  joins(text: Uint8Array, start: number, end: number, left: number, right: number): boolean;
}

const BITS = 23;
const MASK = (1 << BITS) - 1;
const hash = (a: number, b: number, c: number, d: number): number =>
  (Math.imul((a << 24) | (b << 16) | (c << 8) | d, 0x9e3779b1) >>> (32 - BITS)) & MASK;

/** May say yes to signs that stand in no secret (rarely), never no to those that do. */
export function buildGrams(values: readonly Uint8Array[]): Grams {
  const pairs = new Uint8Array(65_536);
  const fours = new Uint8Array(values.length === 0 ? 1 : (MASK + 1) >> 3);
  for (const value of values) {
    for (let i = 1; i < value.length; i++) {
      pairs[((value[i - 1] as number) << 8) | (value[i] as number)] = 1;
      if (i < 3) continue;
      const at = hash(value[i - 3] as number, value[i - 2] as number, value[i - 1] as number, value[i] as number);
      fours[at >> 3] = (fours[at >> 3] as number) | (1 << (at & 7));
    }
  }
  const four: Grams['four'] = (a, b, c, d) => {
    const at = hash(a, b, c, d);
    return ((fours[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  };
  return {
    pair: (a, b) => pairs[(a << 8) | b] === 1,
    four,
    joins: (text, start, end, left, right) => {
      const [y, z, a, b] = [text[start - 4] ?? 0, text[start - 3] ?? 0, text[start - 2] ?? 0, text[start - 1] ?? 0];
      const [c, d, e, f] = [text[end] ?? 0, text[end + 1] ?? 0, text[end + 2] ?? 0, text[end + 3] ?? 0];
      const most = left > 2 && four(z, a, b, c);
      const least = right > 2 && four(b, c, d, e);
      if (!most && !least) return left === 2 && right === 2 && four(a, b, c, d);
      return four(a, b, c, d) || (most && left > 3 && four(y, z, a, b)) || (least && right > 3 && four(c, d, e, f));
    },
  };
}
