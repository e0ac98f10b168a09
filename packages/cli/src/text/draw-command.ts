// A command with the places underlined that its effects were read from. INVARIANT: every character of the command stands
// there, what hides is shown as its number, and a mark never points at text it was not read from.
import { type Line, line } from './tone.ts';
import { visible } from './visible.ts';
import { textWidth } from './wrap.ts';

/** A place in the command (UTF-16 units) and what is said of it below, by number. */
export interface Mark {
  readonly span: readonly [start: number, end: number];
  readonly label: string;
}

interface Cell {
  readonly text: string;
  readonly width: number;
  readonly start: number;
  readonly end: number;
}

const INDENT = '  ';

/** Rows of at most `width` columns. A line end of the command ends a row. */
function rowsOf(command: string, width: number): readonly (readonly Cell[])[] {
  const rows: Cell[][] = [[]];
  let used = 0;
  let at = 0;
  for (const char of command) {
    const cell = { start: at, end: at + char.length };
    at += char.length;
    if (char === '\n') {
      rows.push([]);
      used = 0;
      continue;
    }
    const text = char === '\t' ? '    ' : visible(char);
    const columns = textWidth(text);
    if (used + columns > width && used > 0) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push({ text, width: columns, ...cell });
    used += columns;
  }
  return rows;
}

/** The columns of one row that a mark covers; undefined where it covers none. */
function columnsOf(row: readonly Cell[], [from, to]: Mark['span']): readonly [number, number] | undefined {
  let column = 0;
  let first: number | undefined;
  let last = 0;
  for (const cell of row) {
    if (cell.start < to && cell.end > from && cell.width > 0) {
      first ??= column;
      last = column + cell.width;
    }
    column += cell.width;
  }
  return first === undefined ? undefined : [first, last];
}

/** Underlines side by side where they fit, else one below the other; the label stands where the mark ends. */
function underlines(row: readonly Cell[], marks: readonly Mark[], width: number): readonly string[] {
  const lines: string[] = [];
  const start = row[0]?.start ?? 0;
  const end = row.at(-1)?.end ?? 0;
  for (const { span, label } of marks) {
    const columns = columnsOf(row, span);
    if (columns === undefined) continue;
    const [from, to] = columns;
    const ends = span[1] <= end && span[1] > start;
    const before = ends && to + 1 + label.length > width && label.length < from;
    const text = '^'.repeat(to - from) + (ends && !before ? ` ${label}` : '');
    const left = before ? from - label.length - 1 : from;
    const drawn = before ? `${label} ${text}` : text;
    const free = lines.findIndex((used) => used.length + 2 <= left);
    if (free === -1) lines.push(' '.repeat(left) + drawn);
    else lines[free] = (lines[free] ?? '').padEnd(left) + drawn;
  }
  return lines;
}

export function drawCommand(command: string, marks: readonly Mark[], width: number): readonly Line[] {
  const room = Math.max(20, width - INDENT.length);
  const inOrder = marks.toSorted((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1]);
  return rowsOf(command, room).flatMap((row) => [
    line(INDENT + row.map((cell) => cell.text).join(''), 'strong'),
    ...underlines(row, inOrder, room).map((text) => line(INDENT + text, 'caution')),
  ]);
}
