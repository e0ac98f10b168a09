// `$'…'`: the text that bash and zsh both make of it. INVARIANT: an escape that is not listed here has no text: `\x{41}`, `\x{`,
// `\c`, `\q` and a byte of zero are each something else in the other shell, or end the string early.

const AGREED = /\\(?:([nt\\'"?])|x([\dA-Fa-f]{1,2})|u([\dA-Fa-f]{1,4})|U([\dA-Fa-f]{1,8})|([0-7]{1,3}))|[^\\']+/y;
const NAMED: { readonly [letter: string]: string } = { n: '\n', t: '\t' };
/** Other characters depend on the language that is set, or are no text at all. */
const ORDINARY = /^[\n\t\x20-\x7e]+$/;

/** `string`: as it stands in the command, with its quotes. Nothing where it cannot be told. */
export function ansiText(string: string): string | undefined {
  if (!string.startsWith("$'") || !string.endsWith("'")) return undefined;
  const end = string.length - 1;
  const pieces: string[] = [];
  AGREED.lastIndex = 2;
  for (let at = 2; at < end; at = AGREED.lastIndex) {
    const found = AGREED.exec(string);
    if (found === null) return undefined;
    const [whole, letter, byte, short, long, octal] = found;
    const hex = byte ?? short ?? long;
    const piece =
      letter !== undefined
        ? (NAMED[letter] ?? letter)
        : hex !== undefined
          ? spelt(Number.parseInt(hex, 16))
          : octal !== undefined
            ? spelt(Number.parseInt(octal, 8) & 0xff)
            : whole;
    if (!ORDINARY.test(piece)) return undefined;
    pieces.push(piece);
  }
  // Its last quote may be one that is escaped.
  return AGREED.lastIndex === end ? pieces.join('') : undefined;
}

const spelt = (code: number): string => (code < 0x80 ? String.fromCharCode(code) : '');
