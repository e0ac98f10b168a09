// Phrases as rows of alternatives with a few words between them at most. INVARIANT: each word of a text starts at most the
// phrases that begin with it, and each looks a fixed number of words ahead: no text makes the search slow.
import type { Word } from './words.ts';

/** Alternatives, parted by blanks; `a b` as `a+b`. A row that may be left out begins with `?`. */
export interface Phrase {
  readonly kind: 'instruction' | 'exfiltration';
  /** One line: what it asks for. */
  readonly text: string;
  readonly rows: readonly string[];
  /** Words that may stand between two rows. */
  readonly gap: number;
}

export interface Spoken {
  readonly phrase: Phrase;
  readonly at: number;
  readonly end: number;
}

interface Ready {
  readonly phrase: Phrase;
  readonly rows: readonly ReadonlySet<string>[];
}

export type PhraseBook = ReadonlyMap<string, readonly Ready[]>;

/** Phrases by their first words. */
export function phraseBook(phrases: readonly Phrase[]): PhraseBook {
  const book = new Map<string, Ready[]>();
  for (const phrase of phrases) {
    const rows = phrase.rows.map((row) => new Set(row.split(' ')));
    for (const first of rows[0] ?? []) book.set(first, [...(book.get(first) ?? []), { phrase, rows }]);
  }
  return book;
}

/** Each phrase once, where it is spoken first. */
export function spokenIn(words: readonly Word[], book: PhraseBook): readonly Spoken[] {
  const found = new Map<Phrase, Spoken>();
  for (const [index, word] of words.entries())
    for (const { phrase, rows } of book.get(word.text) ?? []) {
      if (found.has(phrase)) continue;
      const end = endOf(words, index, rows, phrase.gap);
      if (end !== null) found.set(phrase, { phrase, at: word.at, end });
    }
  return [...found.values()];
}

function endOf(
  words: readonly Word[],
  start: number,
  rows: readonly ReadonlySet<string>[],
  gap: number,
): number | null {
  let index = start;
  for (const row of rows.slice(1)) {
    let next = index;
    let steps = 0;
    do {
      if (words[next]?.last === true) return null;
      next += 1;
      steps += 1;
      if (steps > gap + 1 || next >= words.length) return null;
    } while (!row.has(words[next]?.text ?? ''));
    index = next;
  }
  return words[index]?.end ?? null;
}
