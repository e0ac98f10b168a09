// Names that a program has beside those of the language.
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
