// What follows an operand: attributes, indices, slices and calls, as many as there are.
import type { Argument, Expression } from './ast.ts';
import type { Parser } from './parser.ts';
import { parseIdentifier, parsePrimary } from './primary.ts';

export function parseOperand(p: Parser): Expression {
  let object = parsePrimary(p);
  for (;;) {
    if (p.is('.')) object = parseAttribute(p, object);
    else if (p.is('[')) object = parseIndex(p, object);
    else if (p.is('(')) object = parseCall(p, object);
    else return object;
  }
}

function parseAttribute(p: Parser, object: Expression): Expression {
  const dotAt = p.next();
  const { name } = parseIdentifier(p);
  return { kind: 'attribute', at: object.at, object, name, dotAt };
}

function parseIndex(p: Parser, object: Expression): Expression {
  const bracketAt = p.next();
  let low: Expression | undefined;
  let high: Expression | undefined;
  let step: Expression | undefined;
  if (!p.is(':')) {
    const index = p.grammar.expression(p, false);
    if (p.is(']')) {
      p.next();
      return { kind: 'index', at: object.at, object, index, bracketAt };
    }
    low = index;
  }
  if (p.is(':')) {
    p.next();
    if (!p.is(':') && !p.is(']')) high = p.grammar.test(p);
  }
  if (p.is(':')) {
    p.next();
    if (!p.is(']')) step = p.grammar.test(p);
  }
  p.take(']');
  return { kind: 'slice', at: object.at, object, low, high, step, bracketAt };
}

function parseCall(p: Parser, callee: Expression): Expression {
  const parenAt = p.next();
  const list: Argument[] = [];
  while (!p.is(')') && !p.is('end of file')) {
    if (list.length > 0) p.take(',');
    if (p.is(')')) break;
    list.push(parseArgument(p));
  }
  p.take(')');
  return { kind: 'call', at: callee.at, callee, arguments: list, parenAt };
}

function parseArgument(p: Parser): Argument {
  if (p.is('*') || p.is('**')) {
    const kind = p.is('*') ? 'star' : 'double-star';
    return { kind, at: p.next(), name: '', value: p.grammar.test(p) };
  }
  const value = p.grammar.test(p);
  if (!p.is('=')) return { kind: 'positional', at: value.at, name: '', value };
  if (value.kind !== 'name') return p.fail('keyword argument must have form name=expr');
  p.next();
  return { kind: 'named', at: value.at, name: value.name, value: p.grammar.test(p) };
}
