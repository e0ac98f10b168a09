// Finds any of many byte patterns in one pass (Wu and Manber 1994: skip by the last three bytes of a window as long as
// the shortest pattern). Immutable once built; linear in the text for every text and every pattern, also periodic ones.

export interface Pattern {
  readonly bytes: Uint8Array;
  /** What the caller wants back when it is found. */
  readonly tag: number;
}

export interface Matcher {
  readonly shortest: number;
  readonly longest: number;
  /** Calls `found` for each occurrence, by rising start. */
  scan(text: Uint8Array, found: (start: number, end: number, tag: number) => void): void;
}

const BITS = 17;
const SIZE = 1 << BITS;
/** Longer patterns remember how far the last comparison came, so that a periodic text costs no more than another. */
const LONG = 48;

/** z[i]: how many bytes from i on equal the beginning (the Z function). */
function zOf(bytes: Uint8Array): Int32Array {
  const z = new Int32Array(bytes.length);
  for (let i = 1, left = 0, right = 0; i < bytes.length; i++) {
    let same = i < right ? Math.min(right - i, z[i - left] ?? 0) : 0;
    while (i + same < bytes.length && bytes[same] === bytes[i + same]) same++;
    z[i] = same;
    if (i + same > right) {
      left = i;
      right = i + same;
    }
  }
  return z;
}

/** Whether one long pattern stands at a place, remembering the last comparison (the Z algorithm): amortised linear. */
function follower(pattern: Uint8Array): (text: Uint8Array, at: number, pass: number) => boolean {
  let z: Int32Array | null = null;
  let lastPass = -1;
  let lastStart = 0;
  let lastSame = 0;
  return (text, at, pass) => {
    let same = 0;
    const back = at - lastStart;
    if (pass === lastPass && back >= 0 && back < lastSame) {
      if (back === 0) return lastSame === pattern.length;
      z ??= zOf(pattern);
      const known = lastSame - back;
      const border = z[back] ?? 0;
      if (border < known) return false;
      same = known;
    }
    while (same < pattern.length && pattern[same] === text[at + same]) same++;
    lastPass = pass;
    lastStart = at;
    lastSame = same;
    return same === pattern.length;
  };
}

/** @throws never: an empty list gives a matcher that finds nothing. Patterns have at least three bytes. */
export function buildMatcher(patterns: readonly Pattern[]): Matcher {
  const count = patterns.length;
  let shortest = Number.POSITIVE_INFINITY;
  let longest = 0;
  let total = 0;
  for (const { bytes } of patterns) {
    shortest = Math.min(shortest, bytes.length);
    longest = Math.max(longest, bytes.length);
    total += bytes.length;
  }
  if (count === 0) return { shortest: 0, longest: 0, scan: () => {} };
  const window = Math.min(shortest, 64);
  const shift = new Uint8Array(SIZE).fill(window - 2);
  const head = new Int32Array(SIZE).fill(-1);
  const next = new Int32Array(count);
  const pool = new Uint8Array(total);
  const offset = new Int32Array(count);
  const length = new Int32Array(count);
  const first = new Int32Array(count);
  const follow: (ReturnType<typeof follower> | undefined)[] = [];
  let used = 0;
  let pass = 0;
  // Longest first within a bucket is not needed: every pattern at a place is reported, the caller keeps the widest.
  for (const [index, { bytes }] of patterns.entries()) {
    pool.set(bytes, used);
    offset[index] = used;
    length[index] = bytes.length;
    first[index] = ((bytes[0] ?? 0) << 16) | ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
    used += bytes.length;
    if (bytes.length >= LONG) follow[index] = follower(bytes);
    for (let end = 2; end < window; end++) {
      const hash = (((bytes[end - 2] ?? 0) << 10) ^ ((bytes[end - 1] ?? 0) << 5) ^ (bytes[end] ?? 0)) & (SIZE - 1);
      const skip = window - 1 - end;
      if (skip < (shift[hash] ?? 0)) shift[hash] = skip;
      if (skip === 0) {
        next[index] = head[hash] ?? -1;
        head[hash] = index;
      }
    }
  }

  const at = (text: Uint8Array, start: number, index: number): boolean => {
    const size = length[index] ?? 0;
    if (start + size > text.length) return false;
    const followed = follow[index];
    if (followed !== undefined) return followed(text, start, pass);
    const from = offset[index] ?? 0;
    for (let i = 3; i < size; i++) if (pool[from + i] !== text[start + i]) return false;
    return true;
  };

  const scan: Matcher['scan'] = (text, found) => {
    pass++;
    const last = text.length;
    let end = window - 1;
    while (end < last) {
      const hash =
        (((text[end - 2] as number) << 10) ^ ((text[end - 1] as number) << 5) ^ (text[end] as number)) & (SIZE - 1);
      const skip = shift[hash] as number;
      if (skip !== 0) {
        end += skip;
        continue;
      }
      const start = end - window + 1;
      const begins = ((text[start] as number) << 16) | ((text[start + 1] as number) << 8) | (text[start + 2] as number);
      for (let index = head[hash] as number; index >= 0; index = next[index] as number) {
        if (first[index] === begins && at(text, start, index)) found(start, start + (length[index] as number), index);
      }
      end++;
    }
  };
  return {
    shortest,
    longest,
    scan: (text, found) => scan(text, (start, end, index) => found(start, end, patterns[index]?.tag ?? 0)),
  };
}
