// From a fault to the error that the host gets: with positions and the stack of calls.
import type { Frame, StarlarkError } from '../errors.ts';
import { LONGEST_MESSAGE, LONGEST_NAME, shortened } from '../shortened.ts';
import { Positions } from '../syntax/positions.ts';
import type { Origin } from './code.ts';
import type { Fault, Passed } from './fault.ts';

/** Frames that are kept of a deep stack, at each of its ends. */
const ENDS = 100;

/** The error that a fault is. */
export function errorOf(fault: Fault): StarlarkError {
  const positions = new Map<Origin, Positions>();
  const stack = endsOf(fault.passed)
    .map((passed) => frameOf(passed, positions))
    .reverse();
  const at = stack.findLast((frame) => frame.at !== undefined)?.at;
  return { kind: fault.kind, message: shortened(fault.message, LONGEST_MESSAGE), at, stack, budget: fault.budget };
}

function endsOf(passed: readonly Passed[]): readonly Passed[] {
  return passed.length <= 2 * ENDS ? passed : [...passed.slice(0, ENDS), ...passed.slice(-ENDS)];
}

function frameOf({ code, at }: Passed, positions: Map<Origin, Positions>): Frame {
  if (typeof code === 'string') return { function: shortened(code, LONGEST_NAME), at: undefined };
  let known = positions.get(code.origin);
  if (known === undefined) {
    known = new Positions(code.origin.name, code.origin.source);
    positions.set(code.origin, known);
  }
  return { function: shortened(code.name, LONGEST_NAME), at: known.at(at) };
}
