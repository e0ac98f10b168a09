// From offsets to lines and columns. Built when first asked for: a program that runs well has no positions.
//
// INVARIANT: one answer costs a search by halves whatever the text is like, so that a million faults on one line of a million
// characters are not a million times a million steps.
import type { Position } from '../errors.ts';
import { LONGEST_NAME, shortened } from '../shortened.ts';

/** Lines end as the scanner ends them; columns count code points. */
export class Positions {
  readonly #file: string;
  readonly #source: string;
  /** Where each line but the first begins. */
  #lineStarts: readonly number[] | undefined;
  /** Where each code point is that takes two code units. */
  #pairs: readonly number[] | undefined;

  constructor(file: string, source: string) {
    this.#file = shortened(file, LONGEST_NAME);
    this.#source = source;
  }

  /** Where the offset is, counted from 1. */
  at(offset: number): Position {
    this.#lineStarts ??= Array.from(this.#source.matchAll(/\r\n?|\n/g), (end) => end.index + end[0].length);
    this.#pairs ??= Array.from(this.#source.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g), (pair) => pair.index);
    const line = countBelow(this.#lineStarts, offset + 1);
    const start = line === 0 ? 0 : (this.#lineStarts[line - 1] ?? 0);
    const pairs = countBelow(this.#pairs, offset) - countBelow(this.#pairs, start);
    return { file: this.#file, line: line + 1, column: offset - start - pairs + 1 };
  }
}

/** As errors name it: `file:line:column`. */
export function positionText(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`;
}

/** How many members of a list in ascending order are below `limit`. */
function countBelow(list: readonly number[], limit: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
