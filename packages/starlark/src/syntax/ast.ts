// The syntax tree, as the parser makes it and the resolver completes it. A node says where it is by an offset into the source
// (UTF-16 code units); lines and columns are computed when somebody asks.
//
// INVARIANT: the parser builds every node with all members in the order of its interface, so that nodes of one kind share a
// hidden class; the resolver writes only the members that are not `readonly`.

/** Where a name's value is kept; written by the resolver. */
export type Binding =
  /** Slot `index` of the function's frame. */
  | { readonly kind: 'local'; readonly index: number }
  /** Slot `index` of the frame holds a cell, because an inner function shares it. */
  | { readonly kind: 'cell'; readonly index: number }
  /** Cell `index` of those that the function closed over. */
  | { readonly kind: 'free'; readonly index: number }
  /** A global of this file: slot `index` of its globals. */
  | { readonly kind: 'global'; readonly index: number }
  /** Given by the host for this file. */
  | { readonly kind: 'predeclared' }
  /** In every file: `None`, `len`, … */
  | { readonly kind: 'universal' };

export interface Identifier {
  readonly kind: 'name';
  readonly at: number;
  readonly name: string;
  binding: Binding | undefined;
}

/** Strings are as the literal means them, escapes undone. A bigint where the number is beyond 2^53 − 1. */
export interface Literal {
  readonly kind: 'int' | 'float' | 'string' | 'bytes';
  readonly at: number;
  readonly value: number | bigint | string | Uint8Array;
}

export type UnaryOperator = '+' | '-' | '~' | 'not';
export type BinaryOperator =
  | 'or'
  | 'and'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | 'in'
  | 'not in'
  | '|'
  | '^'
  | '&'
  | '<<'
  | '>>'
  | '-'
  | '+'
  | '*'
  | '/'
  | '//'
  | '%';

export interface Unary {
  readonly kind: 'unary';
  readonly at: number;
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}
export interface Binary {
  readonly kind: 'binary';
  readonly at: number;
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** Of the operator itself: errors of an operation point there. */
  readonly operatorAt: number;
}
export interface Conditional {
  readonly kind: 'conditional';
  readonly at: number;
  readonly test: Expression;
  readonly yes: Expression;
  readonly no: Expression;
}
/** `x.name`; `dotAt` is what errors point to. */
export interface Attribute {
  readonly kind: 'attribute';
  readonly at: number;
  readonly object: Expression;
  readonly name: string;
  readonly dotAt: number;
}
export interface Index {
  readonly kind: 'index';
  readonly at: number;
  readonly object: Expression;
  readonly index: Expression;
  readonly bracketAt: number;
}
export interface Slice {
  readonly kind: 'slice';
  readonly at: number;
  readonly object: Expression;
  readonly low: Expression | undefined;
  readonly high: Expression | undefined;
  readonly step: Expression | undefined;
  readonly bracketAt: number;
}
export interface Argument {
  readonly kind: 'positional' | 'named' | 'star' | 'double-star';
  readonly at: number;
  /** Empty unless `named`. */
  readonly name: string;
  readonly value: Expression;
}
export interface Call {
  readonly kind: 'call';
  readonly at: number;
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
  readonly parenAt: number;
}
export interface ListLiteral {
  readonly kind: 'list';
  readonly at: number;
  readonly items: readonly Expression[];
}
export interface TupleLiteral {
  readonly kind: 'tuple';
  readonly at: number;
  readonly items: readonly Expression[];
  readonly parenthesised: boolean;
}
export interface DictEntry {
  readonly key: Expression;
  readonly value: Expression;
  readonly colonAt: number;
}
export interface DictLiteral {
  readonly kind: 'dict';
  readonly at: number;
  readonly entries: readonly DictEntry[];
}
/** `(x)`: kept, since `(x)` may not stand everywhere where `x` may. */
export interface Parenthesised {
  readonly kind: 'paren';
  readonly at: number;
  readonly inner: Expression;
}
export type Clause =
  | { readonly kind: 'for'; readonly at: number; readonly target: Expression; readonly iterable: Expression }
  | { readonly kind: 'if'; readonly at: number; readonly test: Expression };
/** `[value for …]`, or `{key: value for …}` where `key` is there. Its names live in slots of the enclosing function's frame. */
export interface Comprehension {
  readonly kind: 'comprehension';
  readonly at: number;
  readonly key: Expression | undefined;
  readonly value: Expression;
  readonly clauses: readonly Clause[];
  /** Of the `:` between key and value; −1 where there is no key. */
  readonly colonAt: number;
}
export interface Lambda {
  readonly kind: 'lambda';
  readonly at: number;
  readonly function: FunctionNode;
}

export type Expression =
  | Identifier
  | Literal
  | Unary
  | Binary
  | Conditional
  | Attribute
  | Index
  | Slice
  | Call
  | ListLiteral
  | TupleLiteral
  | DictLiteral
  | Parenthesised
  | Comprehension
  | Lambda;

export interface Parameter {
  readonly kind: 'plain' | 'star' | 'double-star';
  readonly at: number;
  /** `undefined` for the bare `*` that begins the keyword-only ones. */
  readonly name: Identifier | undefined;
  readonly standard: Expression | undefined;
  /** Of the `=` before `standard`; −1 where there is none. */
  readonly equalsAt: number;
}

/** What `def` and `lambda` share. */
export interface FunctionNode {
  readonly at: number;
  /** `lambda` for a lambda. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** A lambda's is one return statement. */
  readonly body: readonly Statement[];
  scope: FunctionScope | undefined;
}

/** What the resolver found out of a function, or of the file's top level. */
export interface FunctionScope {
  /** One a slot, parameters first, in the order: plain (keyword-only ones too), then `*args`, then `**kwargs`. */
  readonly locals: readonly string[];
  /** Slots that hold a cell. */
  readonly cells: readonly number[];
  /** Where each free variable comes from, seen from the function that encloses this one. */
  readonly free: readonly {
    readonly name: string;
    readonly from: { readonly kind: 'cell' | 'free'; readonly index: number };
  }[];
  /** How many parameters are keyword-only, and whether there are `*args` and `**kwargs`. */
  readonly keywordOnly: number;
  readonly hasArgs: boolean;
  readonly hasKwargs: boolean;
}

export type Assignment = '=' | '+=' | '-=' | '*=' | '/=' | '//=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>=';

export type Statement =
  | { readonly kind: 'expression'; readonly at: number; readonly value: Expression }
  | {
      readonly kind: 'assign';
      readonly at: number;
      readonly operator: Assignment;
      readonly target: Expression;
      readonly value: Expression;
      readonly operatorAt: number;
    }
  | {
      readonly kind: 'if';
      readonly at: number;
      readonly test: Expression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    }
  | {
      readonly kind: 'for';
      readonly at: number;
      readonly target: Expression;
      readonly iterable: Expression;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'while'; readonly at: number; readonly test: Expression; readonly body: readonly Statement[] }
  | { readonly kind: 'def'; readonly at: number; readonly name: Identifier; readonly function: FunctionNode }
  | { readonly kind: 'return'; readonly at: number; readonly value: Expression | undefined }
  | { readonly kind: 'break' | 'continue' | 'pass'; readonly at: number }
  | {
      readonly kind: 'load';
      readonly at: number;
      readonly module: Literal;
      readonly names: readonly { readonly local: Identifier; readonly original: string; readonly originalAt: number }[];
    };

export interface FileNode {
  /** As the host calls it; in positions. */
  readonly name: string;
  readonly source: string;
  readonly statements: readonly Statement[];
  /** Of the top level, whose comprehensions and (where the dialect has file-local loads) loaded names are its locals. */
  scope: FunctionScope | undefined;
  /** Names of the globals, one a slot, in the order in which they are first bound. */
  globals: readonly string[];
}

/** An expression by itself, as the REPL and a host evaluate it. */
export interface ExpressionNode {
  readonly name: string;
  readonly source: string;
  readonly value: Expression;
  /** As that of a file's top level. */
  scope: FunctionScope | undefined;
}
