// Known values whatever the case of their letters: a host is written in lower case, a variable of the environment in upper, and a
// value that was put into either is still the value. For what leaves, where a word too many may be hidden.
import type { KnownSecret } from './known.ts';

export interface AnyCase {
  /** The same text where none is in it; else in lower case, with markers in their places. */
  text(input: string): string;
  /** The names of those in it. */
  mentions(input: string): readonly string[];
}

interface Searcher {
  text(input: string): string;
  mentions(input: string): readonly string[];
}

const lower = (secrets: readonly KnownSecret[]): readonly KnownSecret[] =>
  secrets.map(({ name, value }) => ({ name, value: value.toLowerCase() }));

export function anyCaseOver(
  known: readonly KnownSecret[],
  create: (known: readonly KnownSecret[]) => Searcher,
): AnyCase {
  const folded = create(lower(known));
  const mentions = (input: string): readonly string[] => folded.mentions(input.toLowerCase());
  return { mentions, text: (input) => (mentions(input).length === 0 ? input : folded.text(input.toLowerCase())) };
}
