// Text as a person may see it: what a font draws as nothing, or as something else, stands there by its number.

/** Controls, formats (zero width, direction, tags), private and unassigned ones, other blanks, and variation selectors. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}\u00A0\u115F\u1160\u2000-\u200A\u202F\u205F\u2800\u3000\u3164\uFFA0]/gu;

const numbered = (char: string): string =>
  `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** With each character that cannot be seen written as `⟨U+200B⟩`; a tab is four blanks. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (char) => (char === '\t' ? '    ' : numbered(char)));

/** A piece of a text on one line, around a place in it. */
export function excerptAt(text: string, at: number, length: number): string {
  const start = Math.max(0, at - 40);
  const end = Math.min(text.length, at + Math.min(length, 120) + 40);
  const piece = visible(
    text
      .slice(start, end)
      .toWellFormed()
      .replace(/[\n\r]/g, ' '),
  );
  const whole = `${start > 0 ? '…' : ''}${piece}${end < text.length ? '…' : ''}`;
  return whole.length > 400 ? `${whole.slice(0, 399)}…` : whole;
}
