// The lines of a header: `# @key: value`, above everything else in the source.
import type { Place } from './faults.ts';

export interface HeaderWord extends Place {
  readonly text: string;
}

export interface HeaderLine extends Place {
  /** Empty: the line begins like one and is none. */
  readonly key: string;
  readonly value: string;
  /** What is between commas and blanks. */
  readonly words: readonly HeaderWord[];
}

/** All of them, up to the first line that is neither empty nor a comment. */
export function headerLines(source: string): readonly HeaderLine[] {
  const lines: HeaderLine[] = [];
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '') continue;
    if (!line.startsWith('#')) break;
    const begin = /^#\s*@/.exec(line);
    if (begin === null) continue;
    const [whole = '', key = ''] = /^([A-Za-z][A-Za-z0-9_-]*)\s*:/.exec(line.slice(begin[0].length)) ?? [];
    const column = begin[0].length;
    const valueAt = column + whole.length;
    lines.push({
      line: at + 1,
      column,
      key,
      value: line.slice(valueAt).trim(),
      words: [...line.slice(valueAt).matchAll(/[^\s,]+/g)].map((word) => ({
        line: at + 1,
        column: columnAt(line, valueAt + word.index),
        text: word[0],
      })),
    });
  }
  return lines;
}

/** From 1, in characters. */
const columnAt = (line: string, at: number): number => [...line.slice(0, at)].length + 1;
