// Text as people read it: compatibility forms (full-width, ligatures, styled letters) as the signs they stand for, marks
// joined with their letters, and signs without width left out. UAX #15, NFKC.
import { FORM_LEADS } from './signs.ts';
import { type Patchwork, skipTo, type View, viewAround } from './view.ts';

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;
const plainOf = (text: string): string => text.normalize('NFKC').replace(INVISIBLE, '');
const SIGN_WITH_MARKS = /[\s\S]\p{M}*/gu;

/** A byte of a sign beyond ASCII; 0xff, which separates what does not belong together, is none. */
const isPart = (byte: number): boolean => byte >= 0x80 && byte < 0xf8;

const LEADS = new Uint8Array(256);
for (const lead of FORM_LEADS) LEADS[lead] = 1;

/** Punctuation of U+2010-2027 and the signs of Latin-1 stand in every other text and mean themselves. */
function mayBeForm(source: Uint8Array, at: number): boolean {
  const lead = source[at];
  const next = source[at + 1] ?? 0;
  if (lead === 0xc2) return [0xa0, 0xaa, 0xad, 0xb2, 0xb3, 0xb9, 0xba].includes(next);
  if (lead === 0xe2) return next !== 0x80 || (source[at + 2] ?? 0) < 0x90 || (source[at + 2] ?? 0) > 0xa7;
  return true;
}

export function unicodeView(source: Uint8Array, reach: number): View | null {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let run: { readonly start: number; readonly end: number; readonly text: string } | null = null;
  let searched = 0;
  const next = (from: number): number => {
    if (run !== null && run.start >= from && from >= searched) return run.start;
    searched = from;
    for (let at = skipTo(source, from, LEADS); at < source.length; at = skipTo(source, at + 1, LEADS)) {
      if (!mayBeForm(source, at)) continue;
      let end = at;
      while (end < source.length && isPart(source[end] as number)) end++;
      // A mark may belong to the ASCII letter before it.
      const start = at > from && (source[at - 1] as number) < 0x80 ? at - 1 : at;
      // Up to the first byte that is no UTF-8.
      const written = text.toString('utf8', start, end).replace(/\ufffd[\s\S]*/, '');
      if (plainOf(written) !== written) {
        run = { start, end: start + Buffer.byteLength(written, 'utf8'), text: written };
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
