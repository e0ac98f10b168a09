// Text as it is compared: without white space, quotes and case, so that wrapping, joining of pieces or shouting hides no copy.
// INVARIANT: both sides of every comparison went through here.

/** Zero-width and formatting characters, spaces of other kinds, and what stands for a byte that could not be decoded. */
const isNothing = (code: number): boolean =>
  code <= 0x20 ||
  code === 0x7f ||
  code === 0xa0 ||
  code === 0xad ||
  (code >= 0x2000 && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202f) ||
  code === 0x2060 ||
  code === 0x3000 ||
  code === 0xfeff;

/** What pieces of a text are joined with in code and in shells: quotes, `+` and a backslash. */
const isJoin = (code: number): boolean =>
  code === 0x22 || code === 0x27 || code === 0x60 || code === 0x2b || code === 0x5c;

/** UTF-16 units that count, letters of ASCII in lower case. */
export function normal(text: string, most = text.length): Uint16Array {
  const codes = new Uint16Array(Math.min(most, text.length));
  let length = 0;
  for (let i = 0; i < text.length && length < codes.length; i += 1) {
    const code = text.charCodeAt(i);
    if (isJoin(code)) continue;
    if (code > 0x20 && code < 0x7f) {
      codes[length] = code >= 0x41 && code <= 0x5a ? code + 32 : code;
      length += 1;
    } else if (!isNothing(code)) {
      codes[length] = code;
      length += 1;
    }
  }
  return codes.subarray(0, length);
}
