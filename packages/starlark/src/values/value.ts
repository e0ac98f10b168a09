// What a program handles. The representation is chosen so that the common cases are JavaScript's own fast ones:
//
//   None → null          bool → boolean       string → string (a sequence of Unicode code points)
//   int  → number while it is a safe integer, bigint beyond
//   float → Float        everything else → a class of this folder
//
// INVARIANT: an int within ±(2^53 − 1) is never a bigint and a `number` is never anything but such an int, so that `===` on ints is
// equality; a string is well-formed UTF-16 (no lone surrogate), so that it has code points.
import type { Bytes } from './bytes.ts';
import type { Dict } from './dict.ts';
import type { Float } from './float.ts';
import type { Builtin, Func } from './function.ts';
import type { List, Tuple } from './list.ts';
import type { Range } from './range.ts';
import type { SetValue } from './set.ts';

export type Int = number | bigint;

export type Value =
  | null
  | boolean
  | Int
  | string
  | Float
  | Bytes
  | List
  | Tuple
  | Dict
  | SetValue
  | Range
  | Func
  | Builtin
  | Extension;

/**
 * What a value can do beyond the types above: struct, module, a time, a host's opaque handle. The interpreter asks for what is there
 * and gives the usual error for what is not.
 */
export interface Extension {
  readonly extension: ExtensionType;
}

/** The behaviour of one kind of extension; `self` is always a value whose `extension` is this very object. */
export interface ExtensionType {
  /** What `type(x)` says. */
  readonly name: string;
  text(self: Extension, writer: TextWriter): void;
  truth?(self: Extension): boolean;
  /** `undefined`: there is no such attribute. */
  attribute?(self: Extension, name: string, thread: Meter): Value | undefined;
  attributeNames?(self: Extension): readonly string[];
  /** Assigns `x.name`; absent: nothing can be assigned. Fails where this name cannot be, or the value is frozen. */
  setAttribute?(self: Extension, name: string, value: Value, thread: Meter): void;
  /** What to say of an attribute that is not there, instead of the usual sentence. */
  missing?(self: Extension, name: string): string;
  /** How many elements iteration yields; absent: not iterable. Constant while the value lives. */
  size?(self: Extension): number;
  /** Element `index`, from 0 to below `size`. Always there where `size` is. */
  item?(self: Extension, index: number): Value;
  /** Whether `len(x)` and `x[i]` work as well as iteration. */
  readonly indexable?: boolean;
  equals?(self: Extension, other: Extension, thread: Meter): boolean;
  /** Negative, zero, positive. Only between two of the same type. */
  compare?(self: Extension, other: Extension, thread: Meter): number;
  /** `undefined`: this operator is not for these operands. Asked on the left operand's type, then on the right's with
   * `swapped`. For `x in y` the answer is a bool; `not in` is its opposite, and is never asked. */
  binary?(operator: string, self: Extension, other: Value, swapped: boolean, thread: Meter): Value | undefined;
  /**
   * Makes the type one of opaque texts: such a value can be made part of a longer text, and never read. `+` with a string or another opaque
   * text, `%s`, a field of `format` and an element of `join` ask the type of the first opaque part for the whole. Strings among
   * `parts` are not empty. `str` gives the value itself; `text` is what people are told of it, and must say nothing of what it holds.
   * What it charges must not depend on what it holds either.
   */
  joined?(parts: readonly (string | Extension)[], thread: Meter): Value;
  /** A text that is the same for equal values and differs for others. Absent: unhashable; it may fail. */
  hashText?(self: Extension, thread: Meter): string;
  /** The values it holds: they are frozen with it. */
  parts?(self: Extension): readonly Value[];
  call?(
    self: Extension,
    positional: readonly Value[],
    named: readonly (readonly [string, Value])[],
    thread: Meter,
  ): Value;
}

/** Collects the text of a value, and stops growing where the budget ends. */
export interface TextWriter {
  put(text: string): void;
  /** The value as `repr` writes it. Cycles are written as `...`. */
  repr(value: Value): void;
}

/** What everything that grows or loops must ask first. `eval/thread.ts` is the one that runs; tests may have others. */
export interface Meter {
  /** Counts `count` steps. @throws Fault when the budget is used up */
  step(count: number): void;
  /** To be said BEFORE the memory is taken. @throws Fault when the budget is used up */
  allocate(bytes: number): void;
  /** Calls a function value, as the program would. */
  call(callee: Value, positional: readonly Value[], named?: readonly (readonly [string, Value])[]): Value;
  /** One text of `print`, for the host. @throws Fault when the output budget is used up */
  print(text: string): void;
  /** @throws Fault a fault of the program, at the place that is running */
  fail(message: string): never;
}
