// Starlark for hosts that do not trust the program: compile it, run it within a budget, call what it has defined.
export type { BudgetName, FaultKind, Frame, Position, StarlarkError } from './errors.ts';
export type { Budget, Cancelled, Host, Loader, LoadResult, Used } from './eval/host.ts';
export { fromJson, type JsonResult, toJson } from './json-text.ts';
export { type Decoded, decodeJson } from './library/json/decode.ts';
export { encodeJson } from './library/json/encode.ts';
export { json } from './library/json/json.ts';
export { math } from './library/math.ts';
export { Module, module, moduleOf } from './library/module.ts';
export { Struct, struct, structOf } from './library/struct.ts';
export { timeModule } from './library/time/time.ts';
export { UNIVERSE } from './library/universe.ts';
export {
  countArguments,
  type NamedParameter,
  unpack,
  unpackPositional,
  type Want,
  wantAny,
  wantBool,
  wantCallable,
  wantInt,
  wantIterable,
  wantNumber,
  wantString,
} from './library/unpack.ts';
export {
  type CallResult,
  type CompileResult,
  type CompileSettings,
  callFunction,
  compile,
  type EvaluateOptions,
  type EvaluateResult,
  evaluate,
  type Failed,
  type Load,
  type NotCompiled,
  type Program,
  type RunOptions,
  type RunResult,
} from './program.ts';
export type * as syntax from './syntax/ast.ts';
export { type Dialect, STANDARD, STARLARK_GO_ALL } from './syntax/dialect.ts';
export { type ParsedFile, parseFile } from './syntax/parse.ts';
export { Positions } from './syntax/positions.ts';
export { type ColourKind, type ColourToken, tokensOf } from './syntax/tokens.ts';
export { type SyntaxNode, walk } from './syntax/walk.ts';
export { Bytes } from './values/bytes.ts';
export { COST } from './values/cost.ts';
export { Dict } from './values/dict.ts';
export { Float } from './values/float.ts';
export { freeze } from './values/freeze.ts';
export { Builtin, Func, type Named, type Run } from './values/function.ts';
export { truth, typeName } from './values/inspect.ts';
export { iterate } from './values/iterate.ts';
export { List, Tuple } from './values/list.ts';
export { Range } from './values/range.ts';
export { SetValue } from './values/set.ts';
export { repr, toText } from './values/text.ts';
export type { Extension, ExtensionType, Meter, TextWriter, Value } from './values/value.ts';
