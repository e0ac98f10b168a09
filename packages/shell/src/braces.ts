// Brace expansion of plain lists and ranges: `{a,b}`, `{1..9}`, `{a..e}`. Anything else (nesting, quotes, expansions
// inside) is left untold.

const MAX_WORDS = 512;

/** The words of `{a,b,c}`, or nothing when it is not that simple. */
export function expandBraces(text: string): readonly string[] | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  const inner = text.slice(1, -1);
  const numbers = /^(-?(?:0|[1-9]\d{0,5}))\.\.(-?(?:0|[1-9]\d{0,5}))$/.exec(inner);
  if (numbers !== null) return range(Number(numbers[1]), Number(numbers[2]), String);
  const letters = /^(?:([a-z])\.\.([a-z])|([A-Z])\.\.([A-Z]))$/.exec(inner);
  if (letters !== null) {
    const [from, to] = [letters[1] ?? letters[3] ?? '', letters[2] ?? letters[4] ?? ''];
    return range(from.charCodeAt(0), to.charCodeAt(0), (code) => String.fromCharCode(code));
  }
  if (/[{}$`'"\\*?[\]()<>|;&~\s=]/.test(inner) || !inner.includes(',')) return undefined;
  return inner.split(',');
}

function range(from: number, to: number, spell: (value: number) => string): readonly string[] | undefined {
  const count = Math.abs(to - from) + 1;
  if (count > MAX_WORDS) return undefined;
  return Array.from({ length: count }, (_, index) => spell(from + (to < from ? -index : index)));
}
