// Which signs a text holds, in one look at each byte: a view is not made where the sign it undoes is missing. INVARIANT: a
// bit that is not set means that no such byte stands in the text, so what is skipped would have been empty.

export const PERCENT = 1;
export const PLUS = 2;
export const BACKSLASH = 4;
export const AMPERSAND = 8;
export const EQUALS = 16;
/** A sign that quotes another one, or one of those that are quoted by writing them twice, twice. */
export const QUOTING = 32;
/** What stands between two parts of a secret begins with one. */
export const GAP = 64;
export const NEWLINE = 128;
export const ZERO = 256;
/** What a sign beyond ASCII begins with that people read as another one. */
export const FORM = 512;

const MEANS = new Uint16Array(256);
const mark = (bytes: Iterable<number>, bit: number): void => {
  for (const byte of bytes) MEANS[byte] = (MEANS[byte] as number) | bit;
};
const codes = (signs: string): readonly number[] => [...signs].map((sign) => sign.charCodeAt(0));

mark(codes('%'), PERCENT);
mark(codes('+'), PLUS);
mark(codes('\\'), BACKSLASH);
mark(codes('&'), AMPERSAND);
mark(codes('='), EQUALS);
mark(codes("'`^"), QUOTING);
mark(codes('\u001b\n"\''), GAP);
mark(codes('\n'), NEWLINE);
mark([0], ZERO);

/** Signs that are quoted by writing them twice: a bit each. */
const DOUBLED = 7_168;
mark(codes('"'), 1_024);
mark(codes("'"), 2_048);
mark(codes('%'), 4_096);

/** What compatibility forms, marks and signs without width begin with; letters of Latin-1 begin with none of them. */
export const FORM_LEADS: readonly number[] = [0xc2, 0xcc, 0xcd, 0xe1, 0xe2, 0xea, 0xef, 0xf0];
mark(FORM_LEADS, FORM);

/** The signs of a text. */
export function signsOf(bytes: Uint8Array): number {
  const size = bytes.length;
  let signs = 0;
  let twice = 0;
  let last = 0;
  let at = 0;
  for (; at + 3 < size; at += 4) {
    const a = MEANS[bytes[at] as number] as number;
    const b = MEANS[bytes[at + 1] as number] as number;
    const c = MEANS[bytes[at + 2] as number] as number;
    const d = MEANS[bytes[at + 3] as number] as number;
    signs |= a | b | c | d;
    twice |= (last & a) | (a & b) | (b & c) | (c & d);
    last = d;
  }
  for (; at < size; at++) {
    const a = MEANS[bytes[at] as number] as number;
    signs |= a;
    twice |= last & a;
    last = a;
  }
  return (twice & DOUBLED) === 0 ? signs & ~DOUBLED : (signs & ~DOUBLED) | QUOTING;
}
