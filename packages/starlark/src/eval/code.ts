// What the compiler makes of a function: a closure for each node of its tree, which call one another. No code is ever generated from
// text. A closure takes the thread that runs and the frame of the call.
import type { Cell, Named } from '../values/function.ts';
import type { Value } from '../values/value.ts';
import type { Thread } from './thread.ts';

/** The globals of a file by slot, then the predeclared names that it uses. `undefined`: not assigned yet. */
export type Module = (Value | undefined)[];

/**
 * Slot 0 is the module; then the locals, parameters first; then the cells of the free variables. INVARIANT: only the compiler knows what
 * is in which slot, and it casts accordingly; nothing of a program can reach a frame.
 */
export type Frame = (Value | Module | Cell | undefined)[];

export type Evaluate = (thread: Thread, frame: Frame) => Value;

/** How a statement ended; `signal.ts` has their names. */
export type Signal = 0 | 1 | 2 | 3;

/** A test that gives JavaScript's own boolean: what a branch needs. */
export type Test = (thread: Thread, frame: Frame) => boolean;

export type Execute = (thread: Thread, frame: Frame) => Signal;

/** A file that functions come from; for positions. */
export interface Origin {
  readonly name: string;
  readonly source: string;
}

export interface Code {
  readonly name: string;
  readonly origin: Origin;
  readonly at: number;
  /** By slot: plain and keyword-only ones. */
  readonly parameters: readonly string[];
  /** Which of them a name is. */
  readonly parameterOf: ReadonlyMap<string, number>;
  /** How many parameters may be given by position. */
  readonly positional: number;
  readonly hasArgs: boolean;
  readonly hasKwargs: boolean;
  /** Only plain parameters, and no cells nor free variables: the frame is the arguments and nothing else needs doing. */
  readonly simple: boolean;
  /** How long the frame is. */
  readonly slots: number;
  /** Where the cells of the free variables begin. */
  readonly freeSlot: number;
  /** Slots of the frame that hold a cell. */
  readonly cells: readonly number[];
  readonly run: Evaluate;
  /** What it takes of JavaScript's own stack while it calls another function, in bytes, from above; */
  readonly weight: number;
  /** and at any time. */
  readonly peak: number;
  /** Whether it may be called while it runs. */
  readonly recursive: boolean;
  /** The thread that runs it now, the innermost one; kept only where it may not be recursive. */
  active: Thread | undefined;
}

/** A block, and the steps that whoever runs it counts first. */
export interface Block {
  readonly run: Execute;
  readonly weight: number;
  readonly at: number;
}

/** What calls a value, whatever it is. */
export type CallValue = (thread: Thread, callee: Value, positional: readonly Value[], named: Named) => Value;
