// The parameters of `def` and `lambda`. Their order is judged by the resolver.
import type { Parameter } from './ast.ts';
import type { Parser } from './parser.ts';
import { parseIdentifier } from './primary.ts';

export function parseParameters(p: Parser): readonly Parameter[] {
  const list: Parameter[] = [];
  while (!p.is(')') && !p.is(':') && !p.is('end of file')) {
    if (list.length > 0) p.take(',');
    if (p.is(')')) break;
    list.push(parseParameter(p));
  }
  return list;
}

function parseParameter(p: Parser): Parameter {
  if (p.is('**')) {
    return { kind: 'double-star', at: p.next(), name: parseIdentifier(p), standard: undefined, equalsAt: -1 };
  }
  if (p.is('*')) {
    const at = p.next();
    const name = p.is('identifier') ? parseIdentifier(p) : undefined;
    return { kind: 'star', at, name, standard: undefined, equalsAt: -1 };
  }
  const name = parseIdentifier(p);
  if (!p.is('=')) return { kind: 'plain', at: name.at, name, standard: undefined, equalsAt: -1 };
  const equalsAt = p.next();
  return { kind: 'plain', at: name.at, name, standard: p.grammar.test(p), equalsAt };
}
