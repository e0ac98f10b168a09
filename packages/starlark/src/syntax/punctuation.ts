// Operators and brackets: the longest that stands there.
import type { Punctuation } from './words.ts';

const ALL: readonly Punctuation[] = [
  ...(['+', '-', '*', '/', '//', '%', '&', '|', '^', '<<', '>>', '~', '.', ',', '=', ';', ':'] as const),
  ...(['(', ')', '[', ']', '{', '}', '<', '>', '>=', '<=', '==', '!=', '**'] as const),
  ...(['+=', '-=', '*=', '/=', '//=', '%=', '&=', '|=', '^=', '<<=', '>>='] as const),
];

/** By the code of their first character, longest first. */
const BY_FIRST: readonly (readonly Punctuation[])[] = Array.from({ length: 128 }, (_, code) =>
  ALL.filter((one) => one.charCodeAt(0) === code).sort((a, b) => b.length - a.length),
);

export function readPunctuation(source: string, offset: number): Punctuation | undefined {
  const candidates = BY_FIRST[source.charCodeAt(offset)] ?? [];
  for (const one of candidates) {
    if (one.length === 1 || source.startsWith(one, offset)) return one;
  }
  return undefined;
}
