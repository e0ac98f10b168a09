// SQL as words, strings and signs, in one pass over the text. INVARIANT: time grows with the length only (a parser that goes
// back and forth takes minutes for forty brackets), and what one dialect executes is never a comment or a string of another:
// whoever does not know the dialect reads the text in all of them.

export const DIALECTS = ['postgresql', 'mysql', 'sqlite', 'tsql'] as const;
export type Dialect = (typeof DIALECTS)[number];

export interface Token {
  /** name: quoted, so never a keyword. */
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'sign';
  readonly text: string;
  /** Of a word: in capitals, as keywords are compared. */
  readonly upper: string;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  /** A string or a comment that never ends: what stands in it may be read in another way. */
  readonly open: boolean;
}

const WORD = /[A-Za-z_\u0080-\uffff@#][\w$@#\u0080-\uffff]*/y;
const NUMBER = /(?:\d[\d_.]*(?:[eE][+-]?\d+)?|\.\d+)\w*/y;
const DOLLAR = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const PARAMETER = /[$:?]\w+/y;

const at = (pattern: RegExp, text: string, index: number): string | undefined => {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
};

export function lexSql(text: string, dialect: Dialect): Lexed {
  const tokens: Token[] = [];
  let open = false;
  let executable = 0;
  let index = 0;
  const push = (kind: Token['kind'], value: string): void => {
    tokens.push({ kind, text: value, upper: kind === 'word' ? value.toUpperCase() : '' });
  };
  const quoted = (quote: string, kind: 'name' | 'string', backslash: boolean): void => {
    const { value, end } = readQuoted(text, index + 1, quote, backslash);
    open ||= end < 0;
    push(kind, value);
    index = end < 0 ? text.length : end;
  };
  while (index < text.length) {
    const character = text[index] ?? '';
    const pair = text.slice(index, index + 2);
    if (/\s/.test(character)) index += 1;
    else if (isLineComment(text, index, dialect)) {
      const end = text.indexOf('\n', index);
      index = end < 0 ? text.length : end;
    } else if (dialect === 'mysql' && /^\/\*M?!/.test(text.slice(index, index + 4))) {
      // What stands in `/*! … */` runs; a number says from which version on.
      index += /^\/\*M?!\d*/.exec(text.slice(index, index + 12))?.[0].length ?? 3;
      executable += 1;
    } else if (executable > 0 && pair === '*/') {
      executable -= 1;
      index += 2;
    } else if (pair === '/*') {
      const end = commentEnd(text, index, dialect === 'postgresql' || dialect === 'tsql');
      open ||= end < 0;
      index = end < 0 ? text.length : end;
    } else if (character === "'") {
      const before = text[index - 1] ?? '';
      const escaped = dialect === 'postgresql' && /[eE]/.test(before) && tokens.at(-1)?.text.toUpperCase() === 'E';
      if (escaped) tokens.pop();
      quoted("'", 'string', dialect === 'mysql' || escaped);
    } else if (character === '"') quoted('"', dialect === 'mysql' ? 'string' : 'name', dialect === 'mysql');
    else if (character === '`' && dialect !== 'postgresql' && dialect !== 'tsql') quoted('`', 'name', false);
    else if (character === '[' && (dialect === 'tsql' || dialect === 'sqlite')) quoted(']', 'name', false);
    else if (character === '$' && dialect === 'postgresql' && at(DOLLAR, text, index) !== undefined) {
      const tag = at(DOLLAR, text, index) ?? '$$';
      const end = text.indexOf(tag, index + tag.length);
      open ||= end < 0;
      push('string', text.slice(index + tag.length, end < 0 ? text.length : end));
      index = end < 0 ? text.length : end + tag.length;
    } else {
      const number = at(NUMBER, text, index);
      const word = number === undefined ? at(WORD, text, index) : undefined;
      const parameter = number === undefined && word === undefined ? at(PARAMETER, text, index) : undefined;
      const found = number ?? word ?? parameter ?? character;
      push(word === undefined ? ((number ?? parameter) === undefined ? 'sign' : 'number') : 'word', found);
      index += found.length;
    }
  }
  return { tokens, open: open || executable > 0 };
}

function isLineComment(text: string, index: number, dialect: Dialect): boolean {
  if (dialect === 'mysql' && text[index] === '#') return true;
  if (text.slice(index, index + 2) !== '--') return false;
  return dialect !== 'mysql' || /^(?:\s|$)/.test(text.slice(index + 2, index + 3));
}

function commentEnd(text: string, start: number, nested: boolean): number {
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    const pair = text.slice(index, index + 2);
    if (pair === '/*' && (nested || depth === 0)) {
      depth += 1;
      index += 1;
    } else if (pair === '*/') {
      depth -= 1;
      index += 1;
      if (depth === 0) return index + 1;
    }
  }
  return -1;
}

/** The value, and where it ends; -1: it does not. A quote that is written twice stands for itself. */
function readQuoted(
  text: string,
  start: number,
  quote: string,
  backslash: boolean,
): { readonly value: string; readonly end: number } {
  let value = '';
  for (let index = start; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (backslash && character === '\\') {
      value += text[index + 1] ?? '';
      index += 1;
    } else if (character !== quote) value += character;
    else if (text[index + 1] === quote) {
      value += quote;
      index += 1;
    } else return { value, end: index + 1 };
  }
  return { value, end: -1 };
}

/** Statements, split at every `;`: those inside the body of a trigger or a procedure count as their own. */
export function statementsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const statements: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'sign' && token.text === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}
