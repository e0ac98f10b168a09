// Faults of a source, collected: whoever mends one wants to know of the others.
import type { ScriptFault } from '@castellan/contract';
import { MOST } from './names.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Of the whole. */
export const NOWHERE: Place = { line: 0, column: 0 };

export class Faults {
  private readonly found: ScriptFault[] = [];

  add({ line, column }: Place, message: string, hint?: string): void {
    if (this.found.length >= MOST.faults) return;
    const cut = { line, column, message: shortened(message, MOST.message) };
    const isKnown = this.found.some(
      (each) => each.line === line && each.column === column && each.message === cut.message,
    );
    if (!isKnown) this.found.push(hint === undefined ? cut : { ...cut, hint: shortened(hint, MOST.hint) });
  }

  get all(): readonly ScriptFault[] {
    return this.found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** By whole characters, on one line. */
function shortened(text: string, most: number): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  if (line.length <= most) return line;
  return `${line
    .slice(0, most - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`;
}
