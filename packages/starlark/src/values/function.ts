// What can be called: functions of a program, and built-ins of the interpreter or the host.
import type { Code } from '../eval/code.ts';
import type { Meter, Value } from './value.ts';

/** Arguments given by name, in the order in which they were given; a name may come twice only where `**` brought it. */
export type Named = readonly (readonly [string, Value])[];

export const NO_NAMES: Named = [];

/** What a built-in does. `self` is the value it is a method of, `null` for one that is none. */
export type Run = (thread: Meter, self: Value, positional: readonly Value[], named: Named) => Value;

/** A variable that functions share. `undefined`: not assigned yet. */
export class Cell {
  value: Value | undefined;

  constructor(value: Value | undefined) {
    this.value = value;
  }
}

/** A function of a program: its code, and what it closed over. */
export class Func {
  readonly code: Code;
  /** The globals of its file, by slot, then the predeclared names it uses. */
  readonly module: readonly (Value | undefined)[];
  /** Of the last parameters; `undefined` for a keyword-only one that must be given. */
  readonly defaults: readonly (Value | undefined)[];
  readonly free: readonly Cell[];

  constructor(
    code: Code,
    module: readonly (Value | undefined)[],
    defaults: readonly (Value | undefined)[],
    free: readonly Cell[],
  ) {
    this.code = code;
    this.module = module;
    this.defaults = defaults;
    this.free = free;
  }

  get name(): string {
    return this.code.name;
  }
}

/** A built-in function, or with `bound` a method of `self`. */
export class Builtin {
  readonly name: string;
  readonly self: Value;
  readonly bound: boolean;
  readonly run: Run;
  /** Whether it is of this package, so that nobody need look at what it gives. */
  readonly own: boolean;

  /** @param own for this package alone */
  constructor(name: string, run: Run, self?: Value, own = false) {
    this.name = name;
    this.run = run;
    this.bound = self !== undefined;
    this.self = self === undefined ? null : self;
    this.own = own;
  }
}
