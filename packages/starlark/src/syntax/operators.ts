// Operators by how tightly they bind, conditionals, lambdas, and tuples without parentheses.
import type { Expression } from './ast.ts';
import { parseRest } from './comprehension.ts';
import { refuse } from './fault.ts';
import { parseParameters } from './parameters.ts';
import type { Grammar, Parser } from './parser.ts';
import { parseOperand } from './suffix.ts';
import { COMPARISON, describe, isBinaryOperator, NEGATION, precedence } from './words.ts';

export const GRAMMAR: Grammar = {
  test: parseTest,
  testWithoutCondition: (p) => (p.is('lambda') ? parseLambda(p, false) : parseBinary(p, 0)),
  operation: (p) => parseBinary(p, 0),
  operand: parseOperand,
  expression: parseExpressionOrTuple,
};

function parseExpressionOrTuple(p: Parser, mayEndInComma: boolean): Expression {
  const first = parseTest(p);
  if (!p.is(',')) return first;
  return { kind: 'tuple', at: first.at, items: parseRest(p, first, mayEndInComma), parenthesised: mayEndInComma };
}

function parseTest(p: Parser): Expression {
  if (p.is('lambda')) return parseLambda(p, true);
  const yes = parseBinary(p, 0);
  if (!p.is('if')) return yes;
  const ifAt = p.next();
  const test = parseBinary(p, 0);
  if (!p.is('else')) refuse('conditional expression without else clause', ifAt);
  p.next();
  p.enter();
  const no = parseTest(p);
  p.leave();
  return { kind: 'conditional', at: yes.at, test, yes, no };
}

function parseLambda(p: Parser, mayHaveCondition: boolean): Expression {
  p.enter();
  const at = p.next();
  const parameters = parseParameters(p);
  p.take(':');
  const value = mayHaveCondition ? parseTest(p) : p.grammar.testWithoutCondition(p);
  p.leave();
  return {
    kind: 'lambda',
    at,
    function: { at, name: 'lambda', parameters, body: [{ kind: 'return', at: value.at, value }], scope: undefined },
  };
}

/** An expression of operators that bind at least as tightly as `weakest`. */
function parseBinary(p: Parser, weakest: number): Expression {
  p.enter();
  let left = p.is('not') && weakest <= NEGATION ? parseNegation(p) : parseOperand(p);
  for (;;) {
    if (p.is('not')) {
      p.next();
      if (!p.is('in')) p.fail(`got ${describe(p.kind)}, want in`);
      p.kind = 'not in';
    }
    const operator = p.kind;
    if (!isBinaryOperator(operator)) break;
    const level = precedence(operator);
    if (level < weakest) break;
    if (level === COMPARISON && left.kind === 'binary' && precedence(left.operator) === COMPARISON) {
      p.fail(`${left.operator} does not associate with ${operator} (use parens)`);
    }
    const operatorAt = p.next();
    const right = parseBinary(p, level + 1);
    left = { kind: 'binary', at: left.at, operator, left, right, operatorAt };
  }
  p.leave();
  return left;
}

function parseNegation(p: Parser): Expression {
  const at = p.next();
  return { kind: 'unary', at, operator: 'not', operand: parseBinary(p, NEGATION) };
}
