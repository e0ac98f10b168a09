// Brace expansion of plain lists: `{a,b}`. Anything else (ranges, nesting, quotes, expansions inside) is left untold.

/** The words of `{a,b,c}`, or nothing when it is not that simple. */
export function expandBraces(text: string): readonly string[] | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  const inner = text.slice(1, -1);
  if (/[{}$`'"\\*?[\]()<>|;&~\s=]/.test(inner) || !inner.includes(',')) return undefined;
  return inner.split(',');
}
