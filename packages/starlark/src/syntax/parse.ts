// The parser's door: text in, tree or error out. It never throws, whatever the text. Like the reference it stops at the first fault.
import type { StarlarkError } from '../errors.ts';
import { LONGEST_MESSAGE, shortened } from '../shortened.ts';
import type { ExpressionNode, FileNode } from './ast.ts';
import { refuseDeepTree } from './depth.ts';
import { refuse, SyntaxFault } from './fault.ts';
import { GRAMMAR } from './operators.ts';
import { Parser } from './parser.ts';
import { Positions } from './positions.ts';
import { Scanner } from './scanner.ts';
import { parseStatements } from './statements.ts';
import { describe } from './words.ts';

export interface ParseFailure {
  readonly ok: false;
  readonly errors: readonly StarlarkError[];
  /** The text may be the beginning of a program: more of it may mend the fault. A REPL asks for another line. */
  readonly incomplete: boolean;
}
export type ParsedFile = { readonly ok: true; readonly file: FileNode } | ParseFailure;
export type ParsedExpression = { readonly ok: true; readonly expression: ExpressionNode } | ParseFailure;

/** What bounds the reading of a text. A program that is ready to run takes up to 150 bytes of memory for a code unit of its source. */
export interface Reading {
  /** The longest source that is read, in UTF-16 code units; 2^20 if not given. */
  readonly maxSource?: number | undefined;
  /** Called every few thousand tokens. What it throws ends the reading and is thrown on. */
  readonly pause?: (() => void) | undefined;
}

const MAX_SOURCE = 2 ** 20;

/** Text in, tree or error out. @param name what positions say */
export function parseFile(name: string, source: string, reading: Reading = {}): ParsedFile {
  const result = parse(name, source, reading, (parser) => {
    const statements = parseStatements(parser);
    refuseDeepTree({ statements }, source);
    return statements;
  });
  if (!result.ok) return result;
  return { ok: true, file: { name, source, statements: result.value, scope: undefined, globals: [] } };
}

/** One expression and nothing else; a comma makes a tuple. */
export function parseExpression(name: string, source: string, reading: Reading = {}): ParsedExpression {
  const result = parse(name, source, reading, (parser) => {
    const value = parser.grammar.expression(parser, false);
    if (parser.is('newline')) parser.next();
    if (!parser.is('end of file')) parser.fail(`got ${describe(parser.kind)} after expression, want EOF`);
    refuseDeepTree(value, source);
    return value;
  });
  if (!result.ok) return result;
  return { ok: true, expression: { name, source, value: result.value, scope: undefined } };
}

function parse<Tree>(
  name: string,
  source: string,
  { maxSource = MAX_SOURCE, pause }: Reading,
  read: (parser: Parser) => Tree,
): { readonly ok: true; readonly value: Tree } | ParseFailure {
  // Also when the limit is no number.
  if (!(source.length <= maxSource)) {
    return failure(name, '', new SyntaxFault(`source is longer than ${maxSource} characters`, 0, false), false);
  }
  const scanner = new Scanner(source);
  try {
    if (!source.isWellFormed()) refuse('source is not well-formed Unicode', source.search(/\p{Surrogate}/u));
    const value = read(new Parser(scanner, GRAMMAR, pause));
    return { ok: true, value };
  } catch (fault) {
    return failure(name, source, asSyntaxFault(fault, scanner.offset), scanner.ended);
  }
}

function failure(name: string, source: string, { message, at, atEnd }: SyntaxFault, ended: boolean): ParseFailure {
  const error: StarlarkError = {
    kind: 'syntax',
    message: shortened(message, LONGEST_MESSAGE),
    at: new Positions(name, source).at(at),
    stack: [],
    budget: undefined,
  };
  return { ok: false, errors: [error], incomplete: ended || atEnd };
}

/** The parser takes half of the stack that Node gives; a host that calls it from deep within has less, which is no fault of ours. */
function asSyntaxFault(thrown: unknown, at: number): SyntaxFault {
  if (thrown instanceof SyntaxFault) return thrown;
  if (thrown instanceof RangeError) return new SyntaxFault('nesting is too deep for the stack that is left', at, false);
  throw thrown;
}
