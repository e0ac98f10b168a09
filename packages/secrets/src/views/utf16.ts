// UTF-16 text between other bytes as the ASCII it spells, in either byte order: every second byte is zero.
import { type Patchwork, type View, viewAround } from './view.ts';

/** Fewer signs in a row hold no secret. */
const MIN_SIGNS = 6;

/** The number of signs from a place on that are each an ASCII byte and a zero. */
function signsFrom(source: Uint8Array, at: number): number {
  let to = at;
  while (to + 1 < source.length && source[to + 1] === 0 && (source[to] as number) < 0x80 && source[to] !== 0) to += 2;
  // The last zero may be outside, as it may before the first sign in the other order.
  if (to + 1 === source.length && (source[to] as number) < 0x80 && source[to] !== 0) to += 2;
  return (to - at) >> 1;
}

export function utf16View(source: Uint8Array, reach: number): View | null {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let start = -1;
  let signs = 0;
  let searched = 0;
  const next = (from: number): number => {
    if (start >= from && from >= searched) return start;
    searched = from;
    for (let zero = text.indexOf(0, from); zero >= 0; zero = text.indexOf(0, zero + 1)) {
      const first = Math.max(from, zero - 1);
      signs = signsFrom(source, first);
      if (signs >= MIN_SIGNS) {
        start = first;
        return first;
      }
      if (signs > 0) zero = first + signs * 2 - 1;
    }
    return source.length;
  };
  const place = (at: number, onto: Patchwork): number => {
    const end = Math.min(source.length, at + signs * 2);
    for (let sign = at; sign < end; sign += 2) {
      onto.unit(source.subarray(sign, sign + 1), sign, Math.min(sign + 2, end));
    }
    return end;
  };
  return viewAround(source, reach, next, place);
}
