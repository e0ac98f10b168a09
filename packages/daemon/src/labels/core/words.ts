// What a person typed, to tell later whether a whole argument is their own word: keyed hashes of every few words in a row.
import type { Key } from './fingerprint.ts';

/** Words in a row that are remembered as one value. */
const LONGEST = 8;
const MOST_WORDS = 2000;

const WORD = /[^\s"'`,;!?()[\]{}<>“”‘’]+/g;
const END = /[.:]+$/;

const wordsOf = (text: string): readonly string[] =>
  (text.toLowerCase().match(WORD) ?? []).map((word) => word.replace(END, '')).filter(Boolean);

/** 53 bits of a text. */
export function textHash(text: string, { block, gram, seed }: Key): number {
  let [a, b] = [seed | 0, ~seed];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, block);
    b = Math.imul(b ^ (code + (a >>> 16)), gram);
  }
  return (a >>> 0) * 0x20_0000 + ((b >>> 11) & 0x1f_ffff);
}

export function* spoken(prompt: string, key: Key): Generator<number> {
  const words = wordsOf(prompt).slice(0, MOST_WORDS);
  for (let start = 0; start < words.length; start += 1)
    for (let end = start + 1; end <= Math.min(words.length, start + LONGEST); end += 1)
      yield textHash(words.slice(start, end).join(' '), key);
}

/** The hash a whole value would have if it was typed; null where it is no words, or too many of them. */
export function valueHash(value: string, key: Key): number | null {
  if (value.length > 1000) return null;
  // Nearly every value is longer: it is not taken apart to its end.
  const words: string[] = [];
  for (const [match] of value.toLowerCase().matchAll(WORD)) {
    const word = match.replace(END, '');
    if (word === '') continue;
    if (words.push(word) > LONGEST) return null;
  }
  return words.length === 0 ? null : textHash(words.join(' '), key);
}
