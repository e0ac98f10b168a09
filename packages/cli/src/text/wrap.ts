// Breaks text to a width without losing a character: what is approved is never cut short.

const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** Columns one character takes. Approximate where terminals disagree, never zero for a letter. */
function columns(char: string): number {
  if (/^\p{M}$/u.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

export const textWidth = (text: string): number => [...text].reduce((sum, char) => sum + columns(char), 0);

/** Lines of at most `width` columns; breaks after a space where that keeps two thirds of the line, else anywhere. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  let used = 0;
  for (const char of text) {
    const size = columns(char);
    if (used + size > width) {
      const space = current.lastIndexOf(' ');
      const keep = space >= Math.floor((width * 2) / 3) ? space + 1 : current.length;
      lines.push(current.slice(0, keep));
      current = current.slice(keep);
      used = textWidth(current);
    }
    current += char;
    used += size;
  }
  return [...lines, current];
}

/** One line of at most `width` columns, its end cut off where it is longer: only for what stands whole elsewhere. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const char of text) {
    used += columns(char);
    if (used > width - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** `label` once, the wrapped text beside it. */
export function labelled(label: string, text: string, width: number): readonly string[] {
  const pad = ' '.repeat(textWidth(label));
  return wrap(text, Math.max(20, width - pad.length)).map((part, index) => (index === 0 ? label : pad) + part);
}

/** Columns of equal width; the last one may be as long as it likes. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - textWidth(cell))))
      .join('  ')
      .trimEnd(),
  );
}

/** A table where it fits. Where it does not, the last column stands below its row, and what is still too long goes on below. */
export function fitted(rows: readonly (readonly string[])[], width: number): readonly string[] {
  const whole = table(rows);
  if (whole.every((row) => textWidth(row) <= width)) return whole;
  const heads = table(rows.map((row) => row.slice(0, -1)));
  return heads.flatMap((head, at) => {
    const [first = '', ...more] = wrap(head, width);
    const tail = rows[at]?.at(-1) ?? '';
    const below = [...(more.length === 0 ? [] : [more.join('').trim()]), ...(tail === '' ? [] : [tail])];
    return [first.trimEnd(), ...below.flatMap((text) => labelled('    ', text, width))];
  });
}
