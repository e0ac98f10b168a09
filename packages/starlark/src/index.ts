// Starlark for hosts that do not trust the program: compile it, run it within a budget, call what it has defined.
export type { BudgetName, FaultKind, Frame, Position, StarlarkError } from './errors.ts';
export type { Budget, Host, LoadResult, Used } from './eval/thread.ts';
export {
  type CallResult,
  type CompileResult,
  type CompileSettings,
  callFunction,
  compile,
  type EvaluateResult,
  evaluate,
  type Load,
  type Program,
  type RunOptions,
  type RunResult,
} from './program.ts';
export { type Dialect, STANDARD } from './syntax/dialect.ts';
export { Dict } from './values/dict.ts';
export { Float } from './values/float.ts';
export { Builtin, type Named, type Run } from './values/function.ts';
export { List, Tuple } from './values/list.ts';
export type { Extension, ExtensionType, Meter, TextWriter, Value } from './values/value.ts';
