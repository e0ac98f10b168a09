// Answers one question for streams: where, at the end of what has come so far, may a secret have begun?
import type { SecretSet } from './secret-set.ts';

/** The first offset from which the bytes up to their end begin some form; the length when there is none. */
export type MayBegin = (bytes: Uint8Array) => number;

export function buildMayBegin(set: SecretSet): MayBegin {
  const sorted = set.forms.map(({ bytes }) => bytes).sort((a, b) => Buffer.compare(a, b));
  const pairs = new Uint8Array(65_536);
  const singles = new Uint8Array(256);
  for (const form of sorted) {
    singles[form[0] ?? 0] = 1;
    pairs[((form[0] ?? 0) << 8) | (form[1] ?? 0)] = 1;
  }
  const begins = (tail: Uint8Array): boolean => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Buffer.compare(sorted[middle] ?? tail, tail) <= 0) low = middle + 1;
      else high = middle;
    }
    const form = sorted[low];
    return form !== undefined && form.length > tail.length && Buffer.compare(form.subarray(0, tail.length), tail) === 0;
  };
  return (bytes) => {
    const size = bytes.length;
    for (let at = Math.max(0, size - set.longest); at < size; at++) {
      const first = bytes[at] ?? 0;
      if (at + 1 < size ? pairs[(first << 8) | (bytes[at + 1] ?? 0)] === 0 : singles[first] === 0) continue;
      if (begins(bytes.subarray(at))) return at;
    }
    return size;
  };
}
