// Everything that can go wrong with a program, with where. A fault of a program is a value of the host's result, never an
// exception that escapes; inside the interpreter it travels as `Fault`, which only `eval/` catches.

/** Lines and columns count from 1; a column counts Unicode code points. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One call of the stack, outermost first. `function` is `<toplevel>` for the file itself, a built-in's own name for it. */
export interface Frame {
  readonly function: string;
  /** `undefined` inside a built-in. */
  readonly at: Position | undefined;
}

export type FaultKind =
  /** Found before anything ran. */
  | 'syntax'
  | 'resolve'
  /** Of the running program. */
  | 'eval'
  /** A limit was reached; `budget` says which. */
  | 'budget'
  /** The host ended the run. */
  | 'cancelled'
  /** No fault of the program: the host, or the interpreter itself, failed or was used wrongly. */
  | 'host';

export type BudgetName = 'steps' | 'memory' | 'depth' | 'output';

export interface StarlarkError {
  readonly kind: FaultKind;
  readonly message: string;
  readonly at: Position | undefined;
  readonly stack: readonly Frame[];
  readonly budget: BudgetName | undefined;
}
