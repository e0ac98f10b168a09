// Makes text of agents safe to print. An attacker who can put bytes on the screen can rewrite the question a person is
// answering: move the cursor, hide a word, turn a path around. Whatever does not show as itself is shown as its number.

/**
 * Everything that is not a visible character of its own: controls, format characters (direction, joiners, tags, soft
 * hyphen), what is ignored when shown (fillers, variation selectors), lone surrogates, private use, unassigned, line
 * separators, the Braille blank, and every space but the plain one.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{DI}\u2800]|(?! )\p{Zs}/gu;

const shown = (char: string): string => `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** More marks on one letter than any writing has: they pile up over the lines around it. */
const PILES = /(\p{M}{4})\p{M}+/gu;

/** One line: line ends are shown too. */
export function visible(text: string): string {
  return text
    .replace(/\r\n|\n/g, '⏎')
    .replace(/\t/g, '⇥')
    .replace(HIDDEN, shown)
    .replace(PILES, '$1⟨more marks⟩');
}

/** Several lines: breaks where the text breaks, tabs as spaces, everything else as in `visible`. */
export function visibleLines(text: string): readonly string[] {
  return text.split(/\r\n|\n/).map((line) => visible(line.replace(/\t/g, '    ')));
}
