// A text as the words a model reads: look-alike letters and invisible ones do not hide a word. INVARIANT: one pass; nothing here
// depends on what the words are.

export interface Word {
  readonly text: string;
  /** In the text as it was said. */
  readonly at: number;
  readonly end: number;
  /** It ends a sentence: no phrase goes on behind it. */
  readonly last: boolean;
}

/** Letters, digits and what stands inside words; format characters belong to the word they were put into. */
const WORD = /[\p{L}\p{N}\p{M}\p{Cf}\p{Variation_Selector}'’]+/gu;
const INSIDE = /[\p{Cf}\p{M}\p{Variation_Selector}]/gu;
const ENDS = /[.!?;]/;
/** An empty line; a single break is where somebody's editor was too narrow. */
const PARAGRAPH = /[ \t\r]{0,8}\n[ \t\r]{0,8}\n/y;

/** Letters of other scripts that look like Latin ones. */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  [...'аaеeоoрpсcуyхxіiјjѕsԁdһhкkмmтtвbнnгrαaεeοoρpνvτtιiκkηnωwɡgıi'].flatMap((letter, index, all) =>
    index % 2 === 0 ? [[letter, all[index + 1] ?? letter] as const] : [],
  ),
);

const SHORT: ReadonlyMap<string, readonly string[]> = new Map([
  ["don't", ['do', 'not']],
  ['dont', ['do', 'not']],
  ["doesn't", ['does', 'not']],
  ["mustn't", ['must', 'not']],
  ["shouldn't", ['should', 'not']],
  ["can't", ['can', 'not']],
  ['cannot', ['can', 'not']],
  ["needn't", ['need', 'not']],
]);

/** The words of a text in order. Separators of names (`_`, `-`) part words as blanks do. */
export function wordsIn(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const at = match.index;
    const end = at + match[0].length;
    const plain = folded(match[0]);
    if (plain === '') continue;
    const next = text[end] ?? '';
    PARAGRAPH.lastIndex = end;
    // `e.g.` and `~/.ssh` end no sentence; a full stop with a blank behind it does.
    const last = (ENDS.test(next) && (next !== '.' || /\s|^$/.test(text[end + 1] ?? ''))) || PARAGRAPH.test(text);
    const parts = SHORT.get(plain) ?? [plain];
    for (const [index, part] of parts.entries())
      words.push({ text: part, at, end, last: last && index === parts.length - 1 });
  }
  return words;
}

function folded(word: string): string {
  if (/^[\x20-\x7e]+$/.test(word)) return word.toLowerCase();
  const plain = word.normalize('NFKD').replace(INSIDE, '').replaceAll('’', "'").toLowerCase();
  return Array.from(plain, (letter) => LOOKS_LIKE.get(letter) ?? letter).join('');
}
