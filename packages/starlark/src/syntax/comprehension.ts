// Lists of expressions, targets of loops, and the clauses of a comprehension.
import type { Clause, Expression } from './ast.ts';
import { refuse } from './fault.ts';
import type { Parser } from './parser.ts';
import { describe, type TokenKind } from './words.ts';

/** `first` and what follows it, beginning at the comma at hand. */
export function parseRest(p: Parser, first: Expression, mayEndInComma: boolean): readonly Expression[] {
  const items = [first];
  while (p.is(',')) {
    const commaAt = p.next();
    if (endsList(p.kind)) {
      if (!mayEndInComma) refuse('unparenthesized tuple with trailing comma', commaAt);
      break;
    }
    items.push(p.grammar.test(p));
  }
  return items;
}

/** What a `for` binds. Not an expression at large: that would take the `in`. */
export function parseLoopTarget(p: Parser): Expression {
  const first = p.grammar.operand(p);
  if (!p.is(',')) return first;
  const items = [first];
  while (p.is(',')) {
    p.next();
    if (endsList(p.kind)) break;
    items.push(p.grammar.operand(p));
  }
  return { kind: 'tuple', at: first.at, items, parenthesised: false };
}

/** @param colonAt −1 for a list */
export function parseComprehension(
  p: Parser,
  at: number,
  key: Expression | undefined,
  value: Expression,
  end: ']' | '}',
  colonAt = -1,
): Expression {
  const clauses: Clause[] = [];
  while (!p.is(end)) clauses.push(parseClause(p, end));
  p.next();
  return { kind: 'comprehension', at, key, value, clauses, colonAt };
}

function parseClause(p: Parser, end: ']' | '}'): Clause {
  if (p.is('for')) {
    const at = p.next();
    const target = parseLoopTarget(p);
    p.take('in');
    return { kind: 'for', at, target, iterable: p.grammar.operation(p) };
  }
  if (p.is('if')) return { kind: 'if', at: p.next(), test: p.grammar.testWithoutCondition(p) };
  return p.fail(`got ${describe(p.kind)}, want '${end}', for, or if`);
}

function endsList(kind: TokenKind): boolean {
  switch (kind) {
    case 'end of file':
    case 'newline':
    case '=':
    case '}':
    case ']':
    case ')':
    case ';':
      return true;
    default:
      return false;
  }
}
