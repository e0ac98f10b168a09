// Text as people read it: compatibility forms (full-width, ligatures, styled letters) as the signs they stand for, marks
// joined with their letters, and signs without width left out. UAX #15, NFKC.
import { type Patchwork, type View, viewAround } from './view.ts';

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;
const plainOf = (text: string): string => text.normalize('NFKC').replace(INVISIBLE, '');
const SIGN_WITH_MARKS = /[\s\S]\p{M}*/gu;

/** A byte of a sign beyond ASCII; 0xff, which separates what does not belong together, is none. */
const isPart = (byte: number): boolean => byte >= 0x80 && byte < 0xf8;

export function unicodeView(source: Uint8Array, reach: number): View | null {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let run: { readonly start: number; readonly end: number; readonly text: string } | null = null;
  const next = (from: number): number => {
    if (run !== null && run.start >= from) return run.start;
    for (let at = from; at < source.length; at++) {
      if (!isPart(source[at] as number)) continue;
      let end = at;
      while (end < source.length && isPart(source[end] as number)) end++;
      // A mark may belong to the ASCII letter before it.
      const start = at > from && (source[at - 1] as number) < 0x80 ? at - 1 : at;
      const written = text.toString('utf8', start, end);
      if (plainOf(written) !== written && Buffer.byteLength(written, 'utf8') === end - start) {
        run = { start, end, text: written };
        return start;
      }
      at = end;
    }
    return source.length;
  };
  const place = (_at: number, onto: Patchwork): number => {
    if (run === null) return 0;
    let at = run.start;
    for (const [sign] of run.text.matchAll(SIGN_WITH_MARKS)) {
      const end = at + Buffer.byteLength(sign, 'utf8');
      const plain = plainOf(sign);
      if (plain === sign) onto.copy(at, end);
      else onto.unit(Buffer.from(plain, 'utf8'), at, end);
      at = end;
    }
    return run.end;
  };
  return viewAround(source, reach, next, place);
}
