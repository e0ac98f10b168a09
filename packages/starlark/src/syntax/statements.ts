// Statements, from the file down to the smallest.
import type { Assignment, Identifier, Statement } from './ast.ts';
import { parseLoopTarget } from './comprehension.ts';
import { parseLoad } from './load.ts';
import { parseParameters } from './parameters.ts';
import type { Parser } from './parser.ts';
import { parseIdentifier } from './primary.ts';
import type { TokenKind } from './words.ts';

export function parseStatements(p: Parser): readonly Statement[] {
  const list: Statement[] = [];
  while (!p.is('end of file')) {
    if (p.is('newline')) p.next();
    else parseStatement(p, list);
  }
  return list;
}

/** Adds one statement, or the several that stand on one line. */
function parseStatement(p: Parser, list: Statement[]): void {
  p.enter();
  switch (p.kind) {
    case 'def':
      list.push(parseDef(p));
      break;
    case 'if':
      list.push(parseIf(p));
      break;
    case 'for':
      list.push(parseFor(p));
      break;
    case 'while':
      list.push(parseWhile(p));
      break;
    default:
      parseLine(p, list);
  }
  p.leave();
}

function parseDef(p: Parser): Statement {
  const at = p.next();
  const name: Identifier = parseIdentifier(p);
  p.take('(');
  const parameters = parseParameters(p);
  p.take(')');
  const body = parseBlock(p);
  return { kind: 'def', at, name, function: { at, name: name.name, parameters, body, scope: undefined } };
}

/** `elif` is an `if` in the `else` of the one before; each is one level deeper. */
function parseIf(p: Parser): Statement {
  const at = p.next();
  const test = p.grammar.test(p);
  const yes = parseBlock(p);
  let no: readonly Statement[] = [];
  if (p.is('elif')) {
    p.enter();
    no = [parseIf(p)];
    p.leave();
  } else if (p.is('else')) {
    p.next();
    no = parseBlock(p);
  }
  return { kind: 'if', at, test, yes, no };
}

function parseFor(p: Parser): Statement {
  const at = p.next();
  const target = parseLoopTarget(p);
  p.take('in');
  const iterable = p.grammar.expression(p, false);
  return { kind: 'for', at, target, iterable, body: parseBlock(p) };
}

function parseWhile(p: Parser): Statement {
  const at = p.next();
  const test = p.grammar.test(p);
  return { kind: 'while', at, test, body: parseBlock(p) };
}

/** What follows a colon: the rest of the line, or the indented lines below. */
function parseBlock(p: Parser): readonly Statement[] {
  p.take(':');
  const list: Statement[] = [];
  if (!p.is('newline')) {
    parseLine(p, list);
    return list;
  }
  p.next();
  p.take('indent');
  while (!p.is('outdent') && !p.is('end of file')) parseStatement(p, list);
  p.take('outdent');
  return list;
}

/** Small statements parted by `;`. The last line of a file needs no end. */
function parseLine(p: Parser, list: Statement[]): void {
  for (;;) {
    list.push(parseSmall(p));
    if (!p.is(';')) break;
    p.next();
    if (p.is('newline') || p.is('end of file')) break;
  }
  if (!p.is('end of file')) p.take('newline');
}

function parseSmall(p: Parser): Statement {
  switch (p.kind) {
    case 'return': {
      const at = p.next();
      const isBare = p.is('end of file') || p.is('newline') || p.is(';');
      return { kind: 'return', at, value: isBare ? undefined : p.grammar.expression(p, false) };
    }
    case 'break':
    case 'continue':
    case 'pass':
      return { kind: p.kind, at: p.next() };
    case 'load':
      return parseLoad(p);
    default:
      return parseAssignment(p);
  }
}

function parseAssignment(p: Parser): Statement {
  const target = p.grammar.expression(p, false);
  const operator = p.kind;
  if (!isAssignment(operator)) return { kind: 'expression', at: target.at, value: target };
  const operatorAt = p.next();
  const value = p.grammar.expression(p, false);
  return { kind: 'assign', at: target.at, operator, target, value, operatorAt };
}

const ASSIGNMENTS: ReadonlySet<TokenKind> = new Set<Assignment>([
  ...(['=', '+=', '-=', '*=', '/=', '//=', '%=', '&=', '|=', '^=', '<<=', '>>='] as const),
]);

function isAssignment(kind: TokenKind): kind is Assignment {
  return ASSIGNMENTS.has(kind);
}
