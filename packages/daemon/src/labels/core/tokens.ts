// Words that identify: account numbers, keys, ids, addresses. Shorter than a copy that counts, so they are told by what they
// look like: digits among letters, many digits, or an address.

/** Characters of one word; those at its ends that are punctuation rather than part of it are cut. */
const WORD = /(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9._%+@-]{6,98}[A-Za-z0-9]/g;
/** Names of algorithms, types and versions, dates and addresses of machines: everywhere, and nobody's. */
const COMMON = [
  /^(?:sha|md|utf|base|rsa|aes|ed|x|win|mac|arm|amd|int|uint|float|node|python|es|iso)-?\d/i,
  /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}/,
  /^v?\d+(?:\.\d+)+/,
  /^[a-z]+-\d+\.\d+/i,
];

/** Identifying words of a text, in lower case. */
export function tokensOf(text: string): readonly string[] {
  const found: string[] = [];
  for (const [word] of text.matchAll(WORD)) if (identifies(word)) found.push(word.toLowerCase());
  return found;
}

function identifies(word: string): boolean {
  let digits = 0;
  let lower = 0;
  let upper = 0;
  let signs = 0;
  for (let i = 0; i < word.length; i += 1) {
    const code = word.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) digits += 1;
    else if (code >= 0x61 && code <= 0x7a) lower += 1;
    else if (code >= 0x41 && code <= 0x5a) upper += 1;
    else if (code === 0x40) signs += 1;
  }
  if (signs === 1 && /^[^@]+@[^@]+\.[A-Za-z]{2,}$/.test(word)) return true;
  const mixed = digits >= 2 && lower > 0 && upper > 0 && word.length >= 10;
  if (digits < 9 && !(digits >= 3 && lower + upper >= 2) && !mixed) return false;
  return word.length <= 64 && !COMMON.some((common) => common.test(word));
}
