// What stops a program. It is thrown, but is no JavaScript Error: capturing a stack would cost more than most programs do.
import type { BudgetName, FaultKind } from '../errors.ts';
import type { Code } from './code.ts';

/** A function that the fault went through: where it was, as an offset into its source. `code` is a name for a built-in. */
export interface Passed {
  readonly code: Code | string;
  readonly at: number;
}

export class Fault {
  readonly kind: FaultKind;
  readonly message: string;
  readonly budget: BudgetName | undefined;
  /** What the host threw, for the host alone. */
  readonly thrown: unknown;
  /** Innermost first. */
  readonly passed: Passed[];

  constructor(kind: FaultKind, message: string, budget?: BudgetName, thrown?: unknown) {
    this.kind = kind;
    this.message = message;
    this.budget = budget;
    this.thrown = thrown;
    this.passed = [];
  }
}
