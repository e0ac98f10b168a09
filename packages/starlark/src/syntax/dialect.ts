// What a dialect allows beyond the language that Bazel's specification requires; named as starlark-go names its options.

export interface Dialect {
  /** The `set` built-in. */
  readonly set: boolean;
  readonly while: boolean;
  /** `if`, `for` and `while` at top level. */
  readonly topLevelControl: boolean;
  /** A global may be bound again. */
  readonly globalReassign: boolean;
  /** A function may call itself, directly or through others. */
  readonly recursion: boolean;
  /** Names of `load` are globals of the file, and so are exported from it, rather than local to it. */
  readonly loadBindsGlobally: boolean;
}

export const STANDARD: Dialect = {
  set: true,
  while: false,
  topLevelControl: false,
  globalReassign: false,
  recursion: false,
  loadBindsGlobally: false,
};

/** Everything that starlark-go can be told to allow, but for names of `load` that are exported. */
export const STARLARK_GO_ALL: Dialect = {
  ...STANDARD,
  while: true,
  topLevelControl: true,
  globalReassign: true,
  recursion: true,
};
