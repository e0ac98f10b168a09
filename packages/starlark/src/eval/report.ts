// From a fault to the error that the host gets: with positions and the stack of calls.
import type { Frame, StarlarkError } from '../errors.ts';
import { Positions } from '../syntax/positions.ts';
import type { Origin } from './code.ts';
import { Fault, type Passed } from './fault.ts';
import { foreign } from './thread.ts';

/** Frames that are kept of a deep stack, at each of its ends. */
const ENDS = 100;
const LONGEST_MESSAGE = 65_536;

/** The error that a fault is. */
export function errorOf(thrown: unknown): StarlarkError {
  const fault = thrown instanceof Fault ? thrown : foreign(thrown);
  const positions = new Map<Origin, Positions>();
  const stack = shortened(fault.passed)
    .map((passed) => frameOf(passed, positions))
    .reverse();
  const at = stack.findLast((frame) => frame.at !== undefined)?.at;
  return { kind: fault.kind, message: cut(fault.message), at, stack, budget: fault.budget };
}

/** A message can be as long as the program's memory allows; who reads it has less. */
function cut(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`;
}

function shortened(passed: readonly Passed[]): readonly Passed[] {
  return passed.length <= 2 * ENDS ? passed : [...passed.slice(0, ENDS), ...passed.slice(-ENDS)];
}

function frameOf({ code, at }: Passed, positions: Map<Origin, Positions>): Frame {
  if (typeof code === 'string') return { function: code, at: undefined };
  let known = positions.get(code.origin);
  if (known === undefined) {
    known = new Positions(code.origin.name, code.origin.source);
    positions.set(code.origin, known);
  }
  return { function: code.name, at: known.at(at) };
}
