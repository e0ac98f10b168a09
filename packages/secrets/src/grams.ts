// Which signs stand next to each other in some secret: one look tells that two lines do not continue one.
export interface Grams {
  pair(a: number, b: number): boolean;
  four(a: number, b: number, c: number, d: number): boolean;
  /** Whether a secret may go on from before `start` to `end` and after: `left` and `right` say how many signs may be asked. */
  joins(text: Uint8Array, start: number, end: number, left: number, right: number): boolean;
}

const BITS = 23;
const MASK = (1 << BITS) - 1;
const hash = (signs: number): number => Math.imul(signs, 0x9e3779b1) >>> (32 - BITS);
/** A second mark for each: a thousand secrets fill so much of the table that one alone would often be another's. */
const second = (signs: number): number => Math.imul(signs ^ (signs >>> 15), 0x85ebca6b) >>> (32 - BITS);

/** May say yes to signs that stand in no secret (rarely), never no to those that do. */
export function buildGrams(values: readonly Uint8Array[]): Grams {
  const pairs = new Uint8Array(65_536);
  const fours = new Uint8Array(values.length === 0 ? 1 : (MASK + 1) >> 3);
  for (const value of values) {
    for (let i = 1; i < value.length; i++) {
      pairs[((value[i - 1] as number) << 8) | (value[i] as number)] = 1;
      if (i < 3) continue;
      const signs =
        ((value[i - 3] as number) << 24) |
        ((value[i - 2] as number) << 16) |
        ((value[i - 1] as number) << 8) |
        (value[i] as number);
      for (const at of [hash(signs), second(signs)]) fours[at >> 3] = (fours[at >> 3] as number) | (1 << (at & 7));
    }
  }
  const four: Grams['four'] = (a, b, c, d) => {
    const signs = (a << 24) | (b << 16) | (c << 8) | d;
    const at = hash(signs);
    if (((fours[at >> 3] ?? 0) & (1 << (at & 7))) === 0) return false;
    const also = second(signs);
    return ((fours[also >> 3] ?? 0) & (1 << (also & 7))) !== 0;
  };
  return {
    pair: (a, b) => pairs[(a << 8) | b] === 1,
    four,
    joins: (text, start, end, left, right) => {
      const b = text[start - 1] as number;
      const c = text[end] as number;
      if (pairs[(b << 8) | c] !== 1) return false;
      const a = text[start - 2] as number;
      const d = text[end + 1] as number;
      const most = left > 2 && four(text[start - 3] as number, a, b, c);
      const least = right > 2 && four(b, c, d, text[end + 2] as number);
      if (!most && !least) return left === 2 && right === 2 && four(a, b, c, d);
      if (four(a, b, c, d)) return true;
      if (most && left > 3 && four(text[start - 4] as number, text[start - 3] as number, a, b)) return true;
      return least && right > 3 && four(c, d, text[end + 2] as number, text[end + 3] as number);
    },
  };
}
