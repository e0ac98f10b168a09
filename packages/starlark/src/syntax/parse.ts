// The parser's door: text in, tree or error out. It never throws, whatever the text. Like the reference it stops at the first fault.
import type { StarlarkError } from '../errors.ts';
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

/** A tree takes up to 80 bytes for a code unit of source: a host that fears for its memory bounds the text. */
export function parseFile(name: string, source: string): ParsedFile {
  const result = parse(name, source, (parser) => {
    const statements = parseStatements(parser);
    refuseDeepTree({ statements }, source);
    return statements;
  });
  if (!result.ok) return result;
  return { ok: true, file: { name, source, statements: result.value, scope: undefined, globals: [] } };
}

/** One expression and nothing else; a comma makes a tuple. */
export function parseExpression(name: string, source: string): ParsedExpression {
  const result = parse(name, source, (parser) => {
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
  read: (parser: Parser) => Tree,
): { readonly ok: true; readonly value: Tree } | ParseFailure {
  const scanner = new Scanner(source);
  try {
    if (!source.isWellFormed()) refuse('source is not well-formed Unicode', source.search(/\p{Surrogate}/u));
    const value = read(new Parser(scanner, GRAMMAR));
    return { ok: true, value };
  } catch (fault) {
    const { message, at, atEnd } = asSyntaxFault(fault, scanner.offset);
    const position = new Positions(name, source).at(at);
    return {
      ok: false,
      errors: [{ kind: 'syntax', message, at: position, stack: [], budget: undefined }],
      incomplete: scanner.ended || atEnd,
    };
  }
}

/** The parser takes half of the stack that Node gives; a host that calls it from deep within has less, which is no fault of ours. */
function asSyntaxFault(thrown: unknown, at: number): SyntaxFault {
  if (thrown instanceof SyntaxFault) return thrown;
  if (thrown instanceof RangeError) return new SyntaxFault('nesting is too deep for the stack that is left', at, false);
  throw thrown;
}
