// What an expression is made of at the bottom: names, literals, signs, parentheses, and lists, dicts and comprehensions.
import type { Expression, Identifier, Literal } from './ast.ts';
import { parseComprehension, parseRest } from './comprehension.ts';
import { refuse } from './fault.ts';
import type { Parser } from './parser.ts';
import { describe } from './words.ts';

export function parsePrimary(p: Parser): Expression {
  switch (p.kind) {
    case 'identifier':
      return parseIdentifier(p);
    case 'int literal':
      return parseLiteral(p, 'int');
    case 'float literal':
      return parseLiteral(p, 'float');
    case 'string literal':
      return parseLiteral(p, 'string');
    case 'bytes literal':
      return parseLiteral(p, 'bytes');
    case '[':
      return parseList(p);
    case '{':
      return parseDict(p);
    case '(':
      return parseParentheses(p);
    case '-':
    case '+':
    case '~':
      return parseSign(p, p.kind);
    default:
      // Where it begins, since a newline ends on the line below.
      return refuse(`got ${describe(p.kind)}, want primary expression`, p.at);
  }
}

export function parseIdentifier(p: Parser): Identifier {
  if (!p.is('identifier')) p.fail('not an identifier');
  const name = p.text();
  return { kind: 'name', at: p.next(), name, binding: undefined };
}

export function parseLiteral(p: Parser, kind: Literal['kind']): Literal {
  const { value } = p.scanner;
  return { kind, at: p.next(), value };
}

function parseSign(p: Parser, operator: '-' | '+' | '~'): Expression {
  p.enter();
  const at = p.next();
  const operand = p.grammar.operand(p);
  p.leave();
  return { kind: 'unary', at, operator, operand };
}

function parseParentheses(p: Parser): Expression {
  const at = p.next();
  if (p.is(')')) {
    p.next();
    return { kind: 'tuple', at, items: [], parenthesised: true };
  }
  const inner = p.grammar.expression(p, true);
  p.take(')');
  return { kind: 'paren', at, inner };
}

function parseList(p: Parser): Expression {
  const at = p.next();
  if (p.is(']')) {
    p.next();
    return { kind: 'list', at, items: [] };
  }
  const first = p.grammar.test(p);
  if (p.is('for')) return parseComprehension(p, at, undefined, first, ']');
  const items = p.is(',') ? parseRest(p, first, true) : [first];
  p.take(']');
  return { kind: 'list', at, items };
}

function parseDict(p: Parser): Expression {
  const at = p.next();
  if (p.is('}')) {
    p.next();
    return { kind: 'dict', at, entries: [] };
  }
  const first = parseEntry(p);
  if (p.is('for')) return parseComprehension(p, at, first.key, first.value, '}', first.colonAt);
  const entries = [first];
  while (p.is(',')) {
    p.next();
    if (p.is('}')) break;
    entries.push(parseEntry(p));
  }
  p.take('}');
  return { kind: 'dict', at, entries };
}

function parseEntry(p: Parser): { readonly key: Expression; readonly value: Expression; readonly colonAt: number } {
  const key = p.grammar.test(p);
  const colonAt = p.take(':');
  return { key, value: p.grammar.test(p), colonAt };
}
