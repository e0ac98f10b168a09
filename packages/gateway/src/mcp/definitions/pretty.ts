// JSON as lines that a person reads and compares: canonical order, one member a line, long text broken where it breaks
// itself. INVARIANT: nothing that cannot be seen stays unseen.
import type { JsonValue } from '@castellan/contract';
import { visible } from './visible.ts';

const WIDTH = 100;
/** Of one value; what is beyond is counted and said. */
const MAX_LINES = 2_000;

/** The lines of a value. */
export function prettyLines(value: JsonValue): readonly string[] {
  const lines: string[] = [];
  write(value, '', '', lines);
  return lines.length <= MAX_LINES ? lines : [...lines.slice(0, MAX_LINES), `… ${lines.length - MAX_LINES} more lines`];
}

function write(value: JsonValue, indent: string, head: string, lines: string[]): void {
  if (typeof value === 'string') {
    writeText(value, indent, head, lines);
    return;
  }
  if (typeof value !== 'object' || value === null) {
    lines.push(`${indent}${head}${JSON.stringify(value)}`);
    return;
  }
  const isList = Array.isArray(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (isList ? 0 : a < b ? -1 : 1));
  if (members.length === 0) {
    lines.push(`${indent}${head}${isList ? '[]' : '{}'}`);
    return;
  }
  lines.push(`${indent}${head}${isList ? '[' : '{'}`);
  for (const [name, part] of members) write(part, `${indent}  `, isList ? '' : `${visible(name)}: `, lines);
  lines.push(`${indent}${isList ? ']' : '}'}`);
}

/** Each line of a text is a line of the comparison; a longer one is broken at a blank. */
function writeText(text: string, indent: string, head: string, lines: string[]): void {
  const parts = text.split('\n').flatMap((line) => wrapped(visible(line)));
  if (parts.length === 1) {
    lines.push(`${indent}${head}"${parts[0] ?? ''}"`);
    return;
  }
  lines.push(`${indent}${head}"`);
  for (const part of parts) lines.push(`${indent}  ${part}`);
  lines.push(`${indent}"`);
}

/** The lines of a text. */
export const textLines = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => wrapped(visible(line)));

function wrapped(line: string): readonly string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > WIDTH) {
    const blank = rest.lastIndexOf(' ', WIDTH);
    const end = blank > WIDTH / 2 ? blank + 1 : WIDTH;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}
