// An error as a person reads it: the stack of calls, outermost first, and then what went wrong where.
import type { Frame, StarlarkError } from '../src/index.ts';

export function errorText(error: StarlarkError): string {
  const frames = error.stack.map((frame) => `  ${placeOf(frame)}: in ${frame.function}\n`);
  const last = error.stack.at(-1);
  if (error.kind === 'syntax' || error.kind === 'resolve' || last === undefined) {
    return error.at === undefined ? error.message : `${positionText(error.at)}: ${error.message}`;
  }
  const inside = last.at === undefined ? `Error in ${last.function}: ` : 'Error: ';
  const shown = last.at === undefined ? frames.slice(0, -1) : frames;
  return `Traceback (most recent call last):\n${shown.join('')}${inside}${error.message}`;
}

function placeOf(frame: Frame): string {
  return frame.at === undefined ? '<builtin>' : positionText(frame.at);
}

export function positionText(at: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${at.file}:${at.line}:${at.column}`;
}
