// The kinds of token, each named by what is written for it, and what an error calls them. Strings, not numbers: they are
// interned, so comparing them costs the same, and the parser reads as the grammar does.

import type { BinaryOperator } from './ast.ts';

/** Tokens that are always written the same. */
export type Punctuation =
  | ('+' | '-' | '*' | '/' | '//' | '%' | '&' | '|' | '^' | '<<' | '>>' | '~' | '.' | ',' | '=' | ';' | ':')
  | ('(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '>=' | '<=' | '==' | '!=' | '**')
  | ('+=' | '-=' | '*=' | '/=' | '//=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>=');

export type Keyword =
  | ('and' | 'break' | 'continue' | 'def' | 'elif' | 'else' | 'for' | 'if' | 'in' | 'lambda' | 'load' | 'not')
  | ('or' | 'pass' | 'return' | 'while');

/** Words of Python that mean nothing here and may not be names. */
export type Reserved =
  | ('as' | 'async' | 'await' | 'class' | 'del' | 'except' | 'finally' | 'from' | 'global' | 'import' | 'is')
  | ('nonlocal' | 'raise' | 'try' | 'with' | 'yield');

export type TokenKind =
  | 'end of file'
  | 'newline'
  | 'indent'
  | 'outdent'
  | 'identifier'
  | 'int literal'
  | 'float literal'
  | 'string literal'
  | 'bytes literal'
  | Punctuation
  | Keyword
  | Reserved
  /** Made by the parser of `not` and `in`. */
  | 'not in';

const KEYWORDS: readonly Keyword[] = [
  ...(['and', 'break', 'continue', 'def', 'elif', 'else', 'for', 'if', 'in', 'lambda', 'load', 'not'] as const),
  ...(['or', 'pass', 'return', 'while'] as const),
];
const RESERVED: readonly Reserved[] = [
  ...(['as', 'async', 'await', 'class', 'del', 'except', 'finally', 'from', 'global', 'import', 'is'] as const),
  ...(['nonlocal', 'raise', 'try', 'with', 'yield'] as const),
];

/** Words that are not names. */
export const WORDS: ReadonlyMap<string, Keyword | Reserved> = new Map(
  [...KEYWORDS, ...RESERVED].map((word) => [word, word]),
);

export const LONGEST_WORD = 8;

/** As an error names the token: punctuation in quotes, everything else bare. */
export function describe(kind: TokenKind): string {
  return /[a-z]/.test(kind) ? kind : `'${kind}'`;
}

/** How tightly a binary operator binds, weakest first; −1 for a token that is none. `not` alone stands at 2. */
export function precedence(kind: TokenKind): number {
  switch (kind) {
    case 'or':
      return 0;
    case 'and':
      return 1;
    case '==':
    case '!=':
    case '<':
    case '>':
    case '<=':
    case '>=':
    case 'in':
    case 'not in':
      return COMPARISON;
    case '|':
      return 4;
    case '^':
      return 5;
    case '&':
      return 6;
    case '<<':
    case '>>':
      return 7;
    case '-':
    case '+':
      return 8;
    case '*':
    case '%':
    case '/':
    case '//':
      return 9;
    default:
      return -1;
  }
}

export function isBinaryOperator(kind: TokenKind): kind is BinaryOperator {
  return precedence(kind) >= 0;
}

export const NEGATION = 2;
/** Comparisons do not associate. */
export const COMPARISON = 3;
