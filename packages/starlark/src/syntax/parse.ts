// The parser's door: text in, tree or error out. It never throws and never runs out of stack, whatever the text. Like the reference
// it stops at the first fault.
import type { StarlarkError } from '../errors.ts';
import type { Meter } from '../values/value.ts';
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

/** What a code unit of source can cost at most as a tree, in bytes; measured with `x\n` a thousand times. */
const TREE_BYTES = 64;

/** @param meter pays for the tree before it is made; what it throws passes through */
export function parseFile(name: string, source: string, meter?: Pick<Meter, 'allocate'>): ParsedFile {
  const result = parse(name, source, meter, (parser) => {
    const statements = parseStatements(parser);
    refuseDeepTree({ statements }, source);
    return statements;
  });
  if (!result.ok) return result;
  return { ok: true, file: { name, source, statements: result.value, scope: undefined, globals: [] } };
}

/** One expression and nothing else; a comma makes a tuple. */
export function parseExpression(name: string, source: string, meter?: Pick<Meter, 'allocate'>): ParsedExpression {
  const result = parse(name, source, meter, (parser) => {
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
  meter: Pick<Meter, 'allocate'> | undefined,
  read: (parser: Parser) => Tree,
): { readonly ok: true; readonly value: Tree } | ParseFailure {
  meter?.allocate(source.length * TREE_BYTES);
  const scanner = new Scanner(source);
  try {
    if (!source.isWellFormed()) refuse('source is not well-formed Unicode', source.search(/\p{Surrogate}/u));
    const value = read(new Parser(scanner, GRAMMAR));
    return { ok: true, value };
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    const at = new Positions(name, source).at(fault.at);
    return {
      ok: false,
      errors: [{ kind: 'syntax', message: fault.message, at, stack: [], budget: undefined }],
      incomplete: scanner.ended || fault.atEnd,
    };
  }
}
