// The smallest program that still shows a miss: ever shorter parts are left out, many tries in one sandbox.
import type { Miss } from './property.ts';

export type Check = (programs: readonly string[]) => readonly (Miss | null)[];

export function shrink(first: Miss, check: Check): Miss {
  let best = first;
  for (let size = Math.ceil(best.program.length / 2); size >= 1; ) {
    const { program } = best;
    const tries: string[] = [];
    for (let at = 0; at < program.length; at += Math.max(1, size >> 1))
      tries.push(program.slice(0, at) + program.slice(at + size));
    const found = check([...new Set(tries)].slice(0, 400)).find(
      (miss) => miss !== null && miss.program.length < program.length,
    );
    if (found === undefined || found === null) size = size > 1 ? size >> 1 : 0;
    else best = found;
  }
  return best;
}
