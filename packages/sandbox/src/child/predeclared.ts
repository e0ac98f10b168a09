// What a program is compiled with: the longest source, and names beside those of the language.

/** In code units; the parent counts bytes and has the same bound. */
export const MAX_SOURCE = 131_072;

/** Names that a program has beside those of the language. */
export const PREDECLARED: ReadonlySet<string> = new Set([
  'http',
  'json',
  'log',
  'math',
  'secrets',
  'struct',
  'time',
  'tools',
]);
